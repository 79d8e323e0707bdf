"""The checker's side: starts a jail, gives it cases, and tells how each ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from autograder.sandbox import bubblewrap, runtime, template, worker
from autograder.sandbox.channel import Kind, converse, hung_up, readable, receive
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.limits import Limits

_START_SECONDS = 30.0
"""For our own parts, before student code: when they take longer, the machine is at fault, never the student."""
_GRACE_SECONDS = 0.5
"""From the reply, or from hanging up, to the worker's own end."""
_HALF = 0.5
"""The kernel's limit counts whole ticks, `wait4` what was run: on a busy machine a worker killed at one second reports less."""
_OUR_MODULES = ("limits", "landlock", "seccomp", "worker")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case ended. Processor and wall time in seconds, peak memory in bytes (what it shares with the template included).

    `reply` is there only when it replied; `signal` is what ended the worker, 0 if it ended by itself or the checker did it.
    """

    kind: Kind
    reply: bytes | None
    cpu: float
    peak: int
    signal: int
    wall: float


class Jail:
    """A template process in bubblewrap, and its worker, one at a time.

    Give each thread a jail of its own, started there: the jail dies with the thread that started it.
    """

    def __init__(self, setup: Mapping[str, object], limits: Limits, bwrap: Path) -> None:
        self._setup, self._limits, self._bwrap = setup, limits, bwrap
        self._open()

    @classmethod
    def start(
        cls,
        prelude: Sequence[str],
        reference_source: Mapping[str, bytes],
        limits: Limits | None = None,
        *,
        answer: str,
        cold: bool = False,
    ) -> Self:
        """A jail that has imported `prelude` (the standard library or NumPy) and `reference_source` (module to text).

        `answer` names, as `module:function`, who turns a payload into a reply, both bytes, inside every worker. `cold` starts a new jail for
        each case, as happens anyway where workers cannot have namespaces of their own. Raises SandboxError.
        """
        bwrap = bubblewrap.find()
        limits = limits or Limits()
        own = {"autograder": "", "autograder.sandbox": ""}
        own |= {f"autograder.sandbox.{name}": _text(name) for name in _OUR_MODULES}
        setup = {
            "prelude": list(prelude),
            "sources": own | {name: source.decode() for name, source in reference_source.items()},
            "answer": answer,
            "limits": asdict(limits),
            "readable": runtime.find().readable,
            "packages": runtime.PACKAGES,
            "nested": not cold,
        }
        return cls(setup, limits, bwrap)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the template and whatever runs in the jail."""
        self._control.close()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that are active, by name, for the record in the results."""
        case = "namespaces per case" if self.nested else "cold jail per case"
        second = (f"Landlock {self.landlock}",) if self.landlock else ()
        return ("bubblewrap", case, "seccomp", "limits", *second)

    def run(self, payload: bytes, seconds: float) -> Outcome:
        """Runs one case in a fresh worker that has `seconds` of wall time from when it is ready; raises SandboxError."""
        if len(payload) > self._limits.payload:
            raise ValueError(f"payload of {len(payload)} bytes, at most {self._limits.payload}")
        ours, theirs = socket.socketpair()
        with ours:
            try:
                with theirs:
                    socket.send_fds(self._control, [template.RUN], [theirs.fileno()])
                self._await_ready(ours)
                started = time.monotonic()
                kind, reply = converse(ours, payload, started + seconds, self._limits.reply)
                wall = time.monotonic() - started
                patience = time.monotonic() + _GRACE_SECONDS
                if kind == "replied" and not hung_up(ours, patience):
                    kind, reply = "broken frame", None
                killed = kind == "timeout" or not readable(self._control, patience)
                if killed:
                    self._control.sendall(template.KILL)
                status, cpu, peak, _ = self._report()
            except OSError as error:
                raise self._broken(str(error)) from error
        if not self.nested:
            self.close()
            self._open()
        code = 0 if killed else os.waitstatus_to_exitcode(status)
        if kind in ("silent", "broken frame"):
            kind = self._end(kind, code, cpu)
        return Outcome(kind, reply, cpu, peak << 10, max(0, -code), wall)

    def _end(self, kind: Kind, code: int, cpu: float) -> Kind:
        """Why the worker hung up, as the kernel tells it."""
        if code == -signal.SIGKILL and cpu >= self._limits.cpu * _HALF:
            return "timeout"
        if code == worker.OUT_OF_MEMORY:
            return "memory"
        return "killed" if code < 0 else kind

    def _await_ready(self, channel: socket.socket) -> None:
        channel.settimeout(_START_SECONDS)
        said = channel.recv(1)
        if said == worker.READY:
            return
        if said == worker.REFUSED:
            why = channel.recv(4096).decode(errors="replace")
            self._report()
            raise SandboxError("worker", why, "see `blueprint doctor`")
        _, _, _, code = self._report()
        raise SandboxError(
            "worker", os.strerror(code) if code else "ended before it was ready", "see `blueprint doctor`"
        )

    def _report(self) -> tuple[int, float, int, int]:
        self._control.settimeout(_START_SECONDS)
        status, cpu, peak, code = template.REPORT.unpack(receive(self._control, template.REPORT.size))
        return status, cpu, peak, code

    def _open(self) -> None:
        self._errors = open(os.memfd_create("errors"), "rb")  # noqa: SIM115
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                bubblewrap.command(self._bwrap, _text("template")),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env=dict(bubblewrap.ENVIRONMENT),
            )
        try:
            self._control.settimeout(_START_SECONDS)
            text = json.dumps(self._setup).encode()
            self._control.sendall(len(text).to_bytes(8, "big") + text)
            facts = json.loads(receive(self._control, int.from_bytes(receive(self._control, 8), "big")))
        except OSError as error:
            raise self._broken(str(error)) from error
        if "error" in facts:
            self.close()
            raise SandboxError("template", facts["error"])
        self.nested = bool(facts["nested"])
        self.landlock = int(facts["landlock"])

    def _broken(self, why: str) -> SandboxError:
        """The error for a jail that does not answer, with what bubblewrap or Python said last."""
        self._process.kill()
        self._process.wait()
        said = os.pread(self._errors.fileno(), 1 << 16, 0).decode(errors="replace").strip().splitlines()
        self.close()
        remedy = (
            "allow user namespaces (`sysctl user.max_user_namespaces kernel.apparmor_restrict_unprivileged_userns`; "
            "in a container its seccomp profile), or grade on a machine that has them"
        )
        return SandboxError("jail", said[-1] if said else why, remedy)


def _text(module: str) -> str:
    return Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
