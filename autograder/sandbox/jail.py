"""The judge's side of the sandbox: starts a jail, gives it cases, and tells how each ended."""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any, Self

from autograder.sandbox import bubblewrap, runtime, unprotected, worker, zygote
from autograder.sandbox.channel import Kind, more, read_frame, readable, receive
from autograder.sandbox.code import code_of
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.limits import Limits

_START_SECONDS = 30.0
"""For our own parts, before student code: when they take longer, the machine is at fault, never the student."""
_GRACE_SECONDS = 0.5
"""From the reply, or from hanging up, to the worker's own end."""
_LINGER_SECONDS = 0.2
"""From the reply to the worker's own end; what is still there then is ended, and the reply stands."""
_NEARLY_ALL = 0.8
"""Of the limit on memory, of which what was only reserved is no part of the peak."""
_HALF = 0.5
"""The kernel's limit counts whole ticks, `wait4` what was run: on a busy machine a worker killed at one second reports less."""
_SCORE, _FIRST = Path("/proc/self/oom_score_adj"), "900"
_score_lock = threading.Lock()
_OUR_MODULES = tuple(f"autograder.sandbox.{name}" for name in ("limits", "landlock", "seccomp", "worker"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a case. Processor and wall time in seconds, peak memory in bytes (what it shares with the zygote included).

    `reply` is there only when it replied; `signal` is what ended the worker, 0 if it ended by itself or the judge did it.
    `wall` is from when the worker is ready to its reply; `busy` begins with its payload and ends with the worker: what a program
    wants to be imported before it runs costs that, and what it lives on for after its reply. `stack` is what a worker wrote in
    place of a reply of where it stands.
    """

    kind: Kind
    reply: bytes | None
    cpu: float
    peak: int
    signal: int
    wall: float
    busy: float = 0.0
    stack: bytes = b""


class Jail:
    """A zygote process in bubblewrap, and its worker, one at a time.

    Give each thread a jail of its own, started there: the jail dies with the thread that started it.
    """

    def __init__(
        self, setup: dict[str, Any], limits: Limits, bwrap: Path | None, fresh: bool, packages: tuple[str, ...]
    ) -> None:
        self._packages = packages
        self._setup, self._limits, self._bwrap = marshal.dumps(setup), limits, bwrap
        self._fresh, self._facts = fresh, dict[str, Any]()
        self._open()

    @classmethod
    def start(
        cls,
        prelude: Sequence[str],
        modules: Mapping[str, bytes | CodeType],
        limits: Limits | None = None,
        *,
        answer: str,
        cold: bool = False,
        unsafe: bool = False,
        packages: tuple[str, ...] = (),
    ) -> Self:
        """A jail that has imported `prelude` (of the standard library, or NumPy) and `modules`, by name as text or code.

        `answer` names, as `module:function`, who turns a payload into a reply, both bytes, inside every worker. Files are
        closed to it; what it needs of them is fetched by the module's `prepare(payload)`, if it has one. `cold`
        starts a new jail for each case, as happens anyway where workers cannot have namespaces of their own. `unsafe`
        runs programs with nothing around them but the limits. `packages` are those it shows besides NumPy. Raises SandboxError.
        """
        jail = cls.begin(prelude, modules, limits, answer=answer, cold=cold, unsafe=unsafe, packages=packages)
        jail.await_start()
        return jail

    @classmethod
    def begin(
        cls,
        prelude: Sequence[str],
        modules: Mapping[str, bytes | CodeType],
        limits: Limits | None = None,
        *,
        answer: str,
        cold: bool = False,
        unsafe: bool = False,
        packages: tuple[str, ...] = (),
    ) -> Self:
        """Starts a jail and does not wait until it runs; the first use waits. The arguments are those of `start`."""
        bubblewrap.check_system()
        bwrap = None if unsafe else bubblewrap.find()
        limits = limits or Limits()
        sources: dict[str, bytes | CodeType] = {"autograder": b"", "autograder.sandbox": b""}
        sources |= {name: code_of(name) for name in _OUR_MODULES}
        setup = {
            "prelude": list(prelude),
            "sources": sources | dict(modules),
            "answer": answer,
            "limits": asdict(limits),
            "readable": runtime.find(packages).readable,
            "packages": unprotected.packages() if unsafe else runtime.PACKAGES,
            "nested": not cold and not unsafe,
            "unsafe": unsafe,
        }
        return cls(setup, limits, bwrap, cold, packages)

    def await_start(self) -> None:
        """Waits until the jail can run a case; raises SandboxError. One that a busy machine keeps waiting is started anew, once."""
        if self._facts:
            return
        try:
            try:
                self._facts = self._started()
            except TimeoutError as error:
                self._broken(error)
                self._open()
                self._facts = self._started()
        except OSError as error:
            raise self._broken(error) from error
        if "error" in self._facts:
            self.close()
            raise SandboxError("zygote", self._facts["error"])

    def _started(self) -> dict[str, Any]:
        """What the zygote tells of itself when it is ready; raises OSError."""
        self._control.settimeout(_START_SECONDS)
        self._control.sendall(self._unsent)
        facts: dict[str, Any] = json.loads(receive(self._control, int.from_bytes(receive(self._control, 8), "big")))
        return facts

    @property
    def nested(self) -> bool:
        """True if each worker has namespaces of its own."""
        self.await_start()
        return bool(self._facts["nested"])

    @property
    def landlock(self) -> int:
        """The version of Landlock that is active, or 0."""
        self.await_start()
        return 0 if self._bwrap is None else int(self._facts["landlock"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the zygote and whatever runs in the jail."""
        self._control.close()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that are active, by name, for the record in the results; the first is "none" without a sandbox."""
        if self._bwrap is None:
            rights = ("root's rights",) if os.geteuid() == 0 and self._user is None else ()
            return ("none", "--unsafe-no-sandbox", *rights, "limits")
        case = "namespaces per case" if self.nested else "cold jail per case"
        second = (f"Landlock {self.landlock}",) if self.landlock else ()
        return ("bubblewrap", case, "seccomp", "limits", *second)

    def run(self, payload: bytes, seconds: float) -> Outcome:
        """Runs one case in a fresh worker that has `seconds` of wall time from when it is ready; raises SandboxError."""
        if len(payload) > self._limits.payload:
            raise ValueError(f"payload of {len(payload)} bytes, at most {self._limits.payload}")
        self.await_start()
        ours, theirs = socket.socketpair()
        with ours:
            try:
                with theirs:
                    socket.send_fds(self._control, [zygote.RUN], [theirs.fileno()])
                begun = time.monotonic()
                _send(ours, payload)
                self._await_ready(ours)
                started = time.monotonic()
                kind, reply = read_frame(ours, started + seconds, self._limits.reply)
                wall = time.monotonic() - started
                patience = time.monotonic() + (_LINGER_SECONDS if kind == "replied" else _GRACE_SECONDS)
                killed = kind == "timeout" or not readable(self._control, patience)
                if kind == "replied" and more(ours):
                    kind, reply = "broken frame", None
                if killed:
                    self._control.sendall(zygote.KILL)
                status, cpu, peak, _ = self._report()
                busy = time.monotonic() - begun
            except SandboxError:
                raise
            except OSError as error:
                raise self._broken(error) from error
            except BaseException:
                # Interrupted in between: what is still to come on the line must not be taken for another case's.
                self.close()
                raise
        if self._fresh or not (self.nested or self._bwrap is None):
            self.close()
            self._open()
        code = 0 if killed else os.waitstatus_to_exitcode(status)
        if kind in ("silent", "broken frame"):
            kind = self._end(kind, code, cpu, peak << 10)
        reply, stack = (reply, b"") if kind == "replied" else (None, reply or b"")
        return Outcome(kind, reply, cpu, peak << 10, max(0, -code), wall, busy, stack)

    def _end(self, kind: Kind, code: int, cpu: float, peak: int) -> Kind:
        """Why the worker hung up, as the kernel tells it: by itself it kills for one of the two limits, or for want of memory."""
        if code == -signal.SIGKILL and cpu >= self._limits.cpu * _HALF:
            return "timeout"
        if code == worker.OUT_OF_MEMORY or (code == -signal.SIGKILL and peak >= self._limits.memory * _NEARLY_ALL):
            return "memory"
        return "killed" if code < 0 else kind

    def _await_ready(self, channel: socket.socket) -> None:
        sign = b""
        with contextlib.suppress(ConnectionResetError):  # it ended with something unread
            sign = channel.recv(1)
        if sign == worker.READY:
            return
        if sign == worker.REFUSED:
            why = channel.recv(4096).decode(errors="replace")
            self._report()
            raise SandboxError("worker", why, "grade with another kernel, or in the container of docs/sandbox.md")
        _, _, _, code = self._report()
        if code:
            remedy = "raise the sysctl `user.max_user_namespaces` and the limit on processes (`ulimit -u`)"
            raise SandboxError("worker", f"the kernel gives no further process: {os.strerror(code)}", remedy)
        raise SandboxError("worker", "ended before it was ready", "start again; the machine may be out of memory")

    def _report(self) -> tuple[int, float, int, int]:
        self._control.settimeout(_START_SECONDS)
        status, cpu, peak, code = zygote.REPORT.unpack(receive(self._control, zygote.REPORT.size))
        return status, cpu, peak, code

    def _open(self) -> None:
        """Starts the process, and sends it as much of the setup as it takes unread."""
        self._facts = {}
        self._errors = open(os.memfd_create("errors"), "rb")  # noqa: SIM115
        self._control, theirs = socket.socketpair()
        program = _text("zygote")
        self._user = unprotected.user() if self._bwrap is None else None
        as_user: dict[str, Any] = {} if self._user is None else {"user": self._user, "group": self._user}
        try:
            with theirs, _first_to_go():
                self._process = subprocess.Popen(
                    unprotected.command(program)
                    if self._bwrap is None
                    else bubblewrap.command(self._bwrap, program, self._packages),
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    env=dict(bubblewrap.ENVIRONMENT),
                    extra_groups=[] if as_user else None,
                    **as_user,
                )
        except BaseException as error:
            self._control.close()
            self._errors.close()
            if isinstance(error, OSError):
                raise SandboxError("jail", str(error), "see `blueprint doctor`") from error
            raise
        text = len(self._setup).to_bytes(8, "big") + self._setup
        self._control.setblocking(False)
        sent = 0
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            sent = self._control.send(text)
        self._unsent = text[sent:]

    def _broken(self, error: OSError) -> SandboxError:
        """The error for a jail that does not answer, with what bubblewrap or Python said last."""
        self._process.kill()
        self._process.wait()
        errors = [] if self._errors.closed else self._error_lines()
        self.close()
        remedy = (
            "allow user namespaces: by sysctl (`user.max_user_namespaces` in the thousands, "
            "`kernel.apparmor_restrict_unprivileged_userns` 0), in a container by its options (docs/sandbox.md)"
        )
        if os.geteuid() == 0:
            remedy = f"grade as an ordinary user, not as root; or {remedy}"
        if isinstance(error, TimeoutError):
            remedy = "the machine was too busy for it: start again, what is done is kept"
        return SandboxError("jail", errors[-1] if errors else str(error), remedy)

    def _error_lines(self) -> list[str]:
        return os.pread(self._errors.fileno(), 1 << 16, 0).decode(errors="replace").strip().splitlines()


def _send(channel: socket.socket, payload: bytes) -> None:
    """Sends a worker its payload, which it reads before it is ready; why one has ended instead is found out later."""
    channel.settimeout(_START_SECONDS)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        channel.sendall(worker.LENGTH.pack(len(payload)) + payload)


@contextlib.contextmanager
def _first_to_go() -> Iterator[None]:
    """Processes started meanwhile are those the kernel ends first when the machine runs out of memory, and not the judge.

    Raising one's own score and taking it back needs no right; a child has it from its first moment on.
    """
    with _score_lock:
        try:
            before = _SCORE.read_text()
            _SCORE.write_text(_FIRST)
        except OSError:
            yield
            return
        try:
            yield
        finally:
            _SCORE.write_text(before)


@cache
def _text(module: str) -> str:
    return Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
