"""Choices that an offering makes and the grader carries out, as types that both read."""

from __future__ import annotations

from typing import Literal

CountingAttempt = Literal["latest", "best", "latest-on-time"]
"""The attempt that counts, of several at one module."""
ModulePrerequisites = Literal["best", "reference", "own"]
"""The earlier modules that a module runs on: the reference's, the student's own, or the reference's and, where that costs
points, the student's too."""
