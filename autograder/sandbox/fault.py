"""The error of a sandbox that does not work."""

from __future__ import annotations


class SandboxError(Exception):
    """A layer of the sandbox does not work here: its name, why, and what to do. Never the student's fault."""

    def __init__(self, layer: str, why: str, remedy: str = "") -> None:
        super().__init__(f"{layer}: {why}" + (f"; {remedy}" if remedy else ""))
        self.layer, self.why, self.remedy = layer, why, remedy
