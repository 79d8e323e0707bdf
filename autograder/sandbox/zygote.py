"""The process that clones workers: it loads what every case needs, then takes commands of one byte.

It is started with this file's text as its program, inside the jail, with the line to the judge as descriptor 0. First
comes one frame of setup from the judge, who is trusted; after that no byte of a payload ever enters this process.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import importlib
import importlib.machinery
import json
import marshal
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, ModuleType
from typing import Any, cast

RUN, KILL = b"r", b"k"
REPORT = struct.Struct("=idqi")
"""The report on a worker's end: wait status, processor seconds, peak memory in KiB, error code if it could not be cloned."""
_DESCRIPTOR = struct.Struct("=i")
NESTED = 0x10000000 | 0x20000000 | 0x08000000 | 0x00020000 | 0x04000000
"""CLONE_NEWUSER, NEWPID, NEWIPC, NEWNS, NEWUTS. The network is the jail's, which is empty and in which a worker owns nothing;
a network of its own would cost 0.4 ms a case, and give it one to own."""


_COLLECT = 2000, 10, 10
"""New objects until Python looks for cycles, in a worker: most cases end before, and looking touches much memory."""
_PATIENCE = 40
"""Times that a clone is tried, 0.8 s in all."""


class Sources:
    """Imports modules from texts or code held in memory, so that the jail needs no file of ours.

    A finder and loader without the classes of `importlib.abc`, whose import would take 10 ms of every start.
    """

    def __init__(self, sources: Mapping[str, bytes | CodeType]) -> None:
        self.sources = sources

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module's place, if it is one of ours; a name with others below it is a package."""
        package = any(other.startswith(f"{name}.") for other in self.sources)
        if name not in self.sources and not package:
            return None
        return importlib.machinery.ModuleSpec(name, cast(Any, self), origin=f"<{name}>", is_package=package)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """An ordinary module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Runs the module's code in it."""
        name = module.__name__
        source = self.sources.get(name, b"")
        if isinstance(source, bytes):
            source = compile(source, f"<{name}>", "exec", dont_inherit=True)
        exec(source, module.__dict__)


def main() -> None:
    """Loads, tells the judge what holds here, and serves it until it hangs up."""
    setup = _setup()
    sys.path.append(setup["packages"])
    finder = Sources(setup["sources"])
    sys.meta_path.insert(0, cast(Any, finder))
    control = socket.socket(fileno=0)
    try:
        locks, prepare, answer = _load(setup)
        cloner = _Cloner()
        nested = bool(setup["nested"]) and cloner.can_nest()
        facts: dict[str, Any] = {
            "nested": nested,
            "landlock": importlib.import_module("autograder.sandbox.landlock").version(),
        }
    except BaseException as error:
        facts = {"error": f"{type(error).__name__}: {error}"}
    text = json.dumps(facts).encode()
    control.sendall(len(text).to_bytes(8, "big") + text)
    if "error" not in facts:
        # Loaded is enough: a worker need not find the texts.
        sys.meta_path.remove(cast(Any, finder))
        finder.sources = {}
        setup.clear()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_COLLECT)
        _serve(control, cloner, (NESTED if nested else 0) | signal.SIGCHLD, locks, prepare, answer)
    os._exit(0)


def _setup() -> dict[str, Any]:
    with open(0, "rb", buffering=0, closefd=False) as stream:

        def take(size: int) -> bytes:
            parts = b""
            while len(parts) < size:
                parts += stream.read(size - len(parts)) or sys.exit(1)
            return parts

        setup: dict[str, Any] = marshal.loads(take(int.from_bytes(take(8), "big")))
        return setup


def _load(setup: dict[str, Any]) -> tuple[Any, Callable[[bytes], bool], Callable[[bytes], bytes]]:
    for name in [*setup["prelude"], *setup["sources"]]:
        importlib.import_module(name)
    from autograder.sandbox import landlock, limits, worker

    module, _, function = setup["answer"].partition(":")
    answers = importlib.import_module(module)
    bounds = limits.Limits(**setup["limits"])
    if setup["unsafe"]:
        locks = worker.Locks(bounds, None, filters=False)
    else:
        locks = worker.Locks(bounds, landlock.ruleset(setup["readable"]), filters=True)
    return locks, getattr(answers, "prepare", lambda payload: False), getattr(answers, function)


def _serve(
    control: socket.socket,
    cloner: _Cloner,
    flags: int,
    locks: Any,
    prepare: Callable[[bytes], bool],
    answer: Callable[[bytes], bytes],
) -> None:
    from autograder.sandbox import worker

    room = socket.CMSG_SPACE(_DESCRIPTOR.size)
    while True:
        command, passed, _, _ = control.recvmsg(1, room)
        if not command:
            return
        if command != RUN:
            continue  # a kill for a worker that had just ended by itself
        (channel,) = _DESCRIPTOR.unpack(passed[0][2])
        pid = cloner.clone_patiently(flags)
        if pid == 0:
            worker.run(channel, locks, prepare, answer)
        os.close(channel)
        control.sendall(_watch(control, pid) if pid > 0 else REPORT.pack(0, 0, 0, -pid))


def _watch(control: socket.socket, pid: int) -> bytes:
    """Waits for the worker's end, brings it about when told to, and gives the report."""
    ended = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    poll.register(control, select.POLLIN)
    while ended not in (ready := dict(poll.poll())):
        if control.fileno() in ready:
            os.kill(pid, signal.SIGKILL)
            if not control.recv(1):
                os._exit(0)
    os.close(ended)
    _, status, usage = os.wait4(pid, 0)
    return REPORT.pack(status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, 0)


class _Cloner:
    """Makes copies of this process.

    By the raw call, not by `os.fork` and `unshare`: one step is faster than three, and the copy is the first process of its
    pid namespace. It is called with the interpreter's lock held, and this process has one thread. What the call needs is
    looked up once: all that is done between two cases is paid for by each.
    """

    def __init__(self) -> None:
        from autograder.sandbox import seccomp

        self._syscall, self._number = ctypes.PyDLL(None, use_errno=True).syscall, seccomp.number("clone")

    def clone(self, flags: int) -> int:
        """0 in the copy, its pid here, minus the error code if the kernel refuses."""
        pid: int = self._syscall(self._number, flags, None, None, None, None)
        return pid if pid >= 0 else -ctypes.get_errno()

    def clone_patiently(self, flags: int) -> int:
        """As `clone`, tried again for a while: where few namespaces are allowed, the kernel may still be taking the last worker's apart."""
        for attempt in range(_PATIENCE):
            pid = self.clone(flags)
            if pid not in (-errno.ENOSPC, -errno.EAGAIN, -errno.EUSERS):
                break
            time.sleep(0.001 * attempt)
        return pid

    def can_nest(self) -> bool:
        """True if a copy can have namespaces of its own."""
        pid = self.clone(NESTED | signal.SIGCHLD)
        if pid == 0:
            os._exit(0)
        if pid > 0:
            os.waitpid(pid, 0)
        return pid > 0


if __name__ == "__main__":
    main()
