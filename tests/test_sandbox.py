"""The sandbox: an honest program answers, and a hostile one reaches nothing but its own memory and its channel."""

from __future__ import annotations

import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.sandbox import bubblewrap, landlock
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Jail, Outcome
from autograder.sandbox.layers import capabilities
from autograder.sandbox.limits import Limits

CASES = Path(__file__).with_name("cases") / "hostile"
LIMITS = Limits(memory=512 << 20, cpu=1, reply=1 << 20, payload=1 << 20)
PROGRAM = b'''
def attempt(function, *arguments):
    """The name of what it raises, or nothing."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error).__name__
    return ""

def answer(payload):
    space = {"__name__": "student", "attempt": attempt}
    exec(compile(payload, "student", "exec"), space)
    return space["reply"].encode()
'''
HONEST = b"import numpy\nreply = str(float(numpy.ones((20, 20)).dot(numpy.ones((20, 20))).sum()))"
ORDINARY = 61_234

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux"),
]


def jail(**options: bool) -> Jail:
    return Jail.start(["numpy"], {"program": PROGRAM}, LIMITS, answer="program:answer", **options)


@pytest.fixture(scope="module")
def warm() -> Iterator[Jail]:
    with jail() as started:
        yield started


@dataclass(frozen=True)
class Expected:
    """What an `expect.txt` says: how it ends, in which time, and after an empty line the reply."""

    end: str
    within: float
    seconds: float
    reply: str | None

    @classmethod
    def read(cls, path: Path) -> Expected:
        head, _, reply = path.read_text(encoding="utf-8").partition("\n\n")
        end, *rest = head.strip().splitlines()
        options = dict(line.split() for line in rest)
        return cls(
            end,
            float(options.get("within", 60)),
            float(options.get("seconds", 1 if end == "timeout" else 8)),
            reply.strip() if reply or end == "replied" else None,
        )


def end(outcome: Outcome, like: str) -> str:
    return f"{outcome.kind} {outcome.signal}" if " " in like and outcome.kind == "killed" else outcome.kind


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_hostile(folder: Path, warm: Jail) -> None:
    """Every hostile program ends as its folder says, and the next honest one is graded as if it had not been there."""
    if folder.name.startswith("x86-") and platform.machine() != "x86_64":
        pytest.skip("numbers of system calls are x86-64's")
    expected = Expected.read(folder / "expect.txt")
    if (before := folder / "before.py").exists():
        warm.run(before.read_bytes(), 5)
    started = time.monotonic()
    outcome = warm.run((folder / "program.py").read_bytes(), expected.seconds)
    took = time.monotonic() - started
    assert end(outcome, expected.end) == expected.end
    assert (None if outcome.reply is None else outcome.reply.decode()) == expected.reply
    assert took <= expected.within
    assert warm.run(HONEST, 5).reply == b"8000.0"


@pytest.mark.parametrize("name", ["leftovers-in-memory", "leftovers-in-modules", "traces-the-worker"])
def test_the_search_finds(name: str, warm: Jail) -> None:
    """A search for leftovers that comes back empty would find them if they were there: in one program it does."""
    folder = CASES / name
    text = (folder / "before.py").read_bytes() + (folder / "program.py").read_bytes()
    assert warm.run(text, 5).reply != Expected.read(folder / "expect.txt").reply.encode()  # type: ignore[union-attr]


def test_honest(warm: Jail) -> None:
    """An honest program's outcome holds its reply, its own processor time, its memory, and no signal."""
    outcome = warm.run(HONEST, 5)
    assert (outcome.kind, outcome.reply, outcome.signal) == ("replied", b"8000.0", 0)
    assert 0 < outcome.cpu < 1
    assert 10 << 20 < outcome.peak < LIMITS.memory
    assert 0 < outcome.wall < 5


def test_imports_afterwards(warm: Jail) -> None:
    """What the template did not load can still be imported from the standard library and from NumPy."""
    text = b"import csv, decimal, fractions, hashlib, statistics, zlib, numpy.polynomial, numpy.testing\nreply = 'fine'"
    assert warm.run(text, 5).reply == b"fine"


def test_references() -> None:
    """Reference modules are loaded in the template; a worker imports them by name, packages included."""
    sources = {
        "house": b"",
        "house.room": b"size = 3",
        "house.door": b"from house.room import size\nwide = size",
        "program": PROGRAM,
    }
    with Jail.start([], sources, LIMITS, answer="program:answer") as started:
        assert started.run(b"from house.door import wide\nreply = str(wide)", 5).reply == b"3"


def test_the_clock_starts_at_ready(warm: Jail) -> None:
    """Setting up a worker does not count: a time shorter than that is enough for an empty program."""
    assert {warm.run(b"reply = ''", 0.1).kind for _ in range(5)} == {"replied"}


def test_processor_time(warm: Jail) -> None:
    """The processor time of a case is its own, as the kernel counted it."""
    spin = b"import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\nreply = ''"
    assert 0.2 < warm.run(spin, 5).cpu < 0.6
    assert warm.run(b"reply = ''", 5).cpu < 0.1


def test_large_payload_and_reply(warm: Jail) -> None:
    """A payload and a reply of the largest size pass; a payload above it is the caller's mistake."""
    text = b"reply = 'x' * (1 << 20)\n#"
    outcome = warm.run(text + b"y" * (LIMITS.payload - len(text)), 5)
    assert outcome.reply == b"x" * LIMITS.reply
    assert warm.run(b"reply = 'x' * ((1 << 20) + 1)", 5).kind == "broken frame"
    with pytest.raises(ValueError, match="payload of"):
        warm.run(b"#" * (LIMITS.payload + 1), 5)


def test_cold() -> None:
    """Where a worker cannot have namespaces of its own, each case gets a jail of its own, and that is recorded."""
    with jail(cold=True) as started:
        assert "cold jail per case" in started.layers
        first = started._process.pid
        assert started.run(HONEST, 5).reply == b"8000.0"
        assert started._process.pid != first
        for name in ("kill-the-parent", "writing-anywhere", "descriptors", "ptrace", "hangs-up-and-stays"):
            expected = Expected.read(CASES / name / "expect.txt")
            outcome = started.run((CASES / name / "program.py").read_bytes(), 5)
            assert outcome.kind == expected.end
            assert (None if outcome.reply is None else outcome.reply.decode()) == expected.reply


def test_never_root(warm: Jail) -> None:
    """Nothing in the jail belongs to root outside it, whoever started it; a worker has no capability and no core dump."""
    thread = threading.Thread(target=warm.run, args=(b"import time; time.sleep(9)", 1))
    thread.start()
    time.sleep(0.5)
    inside = _descendants(warm._process.pid)
    owners = {uid for pid in inside for uid in _uids(pid)}
    worker = inside[-1]
    status = Path("/proc", str(worker), "status").read_text()
    owner = Path("/proc", str(worker), "status").stat().st_uid
    thread.join()
    assert {
        "CapEff:\t0000000000000000",
        "CapPrm:\t0000000000000000",
        "NoNewPrivs:\t1",
        "Seccomp:\t2",
        "Threads:\t1",
    } <= set(status.splitlines())
    assert owner not in owners, "a process that can dump core owns its files in /proc"
    assert len(inside) >= 3
    assert 0 not in owners
    if os.geteuid() == 0:
        assert min(owners) >= 1000


def _uids(pid: int) -> set[int]:
    status = Path("/proc", str(pid), "status").read_text()
    return set(map(int, re.findall(r"\d+", status.partition("Uid:")[2].partition("\n")[0])))


def _descendants(pid: int) -> list[int]:
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [pid, *(below for child in children for below in _descendants(child))]


def test_the_checker_killed() -> None:
    """When the checker dies, so does the jail with the program that runs in it."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from autograder.sandbox.jail import Jail\n"
        "jail = Jail.start([], {'p': b'import time\\ndef answer(payload): time.sleep(60)'}, answer='p:answer')\n"
        "print(jail._process.pid, flush=True)\n"
        "jail.run(b'', 60)\n"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parents[1])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as checker:
        assert checker.stdout is not None
        pid = int(checker.stdout.readline())
        time.sleep(0.5)
        inside = _descendants(pid)
        checker.send_signal(signal.SIGKILL)
    assert _left(inside) == []


def _left(pids: list[int]) -> list[int]:
    """Which of them still live after a while; the kernel takes a moment to end a pid namespace."""
    deadline = time.monotonic() + 5
    while (left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def test_closing_leaves_nothing() -> None:
    """A closed jail leaves no process and no descriptor."""
    with jail() as started:
        inside = _descendants(started._process.pid)
        open_ones = len(list(Path("/proc/self/fd").iterdir()))
    assert _left(inside) == []
    assert len(list(Path("/proc/self/fd").iterdir())) == open_ones - 2
    started.close()


def test_a_broken_jail_is_the_grader_s_fault() -> None:
    """A template that is gone is a SandboxError, never an outcome of the student's."""
    started = jail()
    started._process.kill()
    with pytest.raises(SandboxError):
        started.run(HONEST, 5)
    started.close()


def test_without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without bubblewrap nothing is run, and the error names it and what to do."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(bubblewrap.importlib.util, "find_spec", lambda name: None)  # type: ignore[attr-defined]
    with pytest.raises(SandboxError, match=r"bubblewrap: not found; install") as caught:
        jail()
    assert caught.value.layer == "bubblewrap"
    (layer,) = capabilities()
    assert (layer.name, layer.works, layer.needed) == ("bubblewrap", False, True)


def test_on_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """On another system, or a processor without a list of calls, nothing is run."""
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(SandboxError, match="seccomp: no list of system calls for riscv64"):
        jail()
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxError, match="Linux: this is darwin"):
        jail()


@pytest.mark.parametrize("layer", ["seccomp", "limits", "landlock"])
def test_a_lock_that_fails(layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the kernel refuses a worker one of its locks, no student code runs, and the error says which."""
    from autograder.sandbox import jail as module

    broken = f"\n\ndef {'apply' if layer == 'limits' else 'restrict'}(*_):\n    raise OSError('{layer} refused')\n"
    text = module._text
    monkeypatch.setattr(module, "_text", lambda name: text(name) + (broken if name == layer else ""))
    if layer == "landlock" and not landlock.version():
        pytest.skip("no Landlock here")
    with jail() as started, pytest.raises(SandboxError, match=f"{layer} refused"):
        started.run(HONEST, 5)


@pytest.mark.parametrize("missing", ["seccomp", "landlock"])
@pytest.mark.parametrize("name", ["files-of-the-machine", "writing-anywhere", "proc", "descriptors", "other-packages"])
def test_second_lines(name: str, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, processes and packages stay out of reach even with seccomp or Landlock taken away."""
    from autograder.sandbox import jail as module

    text = module._text
    open_door = "\n\ndef restrict(*_):\n    pass\n"
    monkeypatch.setattr(module, "_text", lambda other: text(other) + (open_door if other == missing else ""))
    with jail() as started:
        outcome = started.run((CASES / name / "program.py").read_bytes(), 5)
    assert outcome.reply == Expected.read(CASES / name / "expect.txt").reply.encode()  # type: ignore[union-attr]


def test_the_template_survives_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even with seccomp and Landlock both taken away, no signal of a worker reaches the template."""
    from autograder.sandbox import jail as module

    text = module._text
    open_door = "\n\ndef restrict(*_):\n    pass\n"
    monkeypatch.setattr(
        module, "_text", lambda other: text(other) + (open_door if other in ("seccomp", "landlock") else "")
    )
    with jail() as started:
        assert started.run((CASES / "kill-the-parent" / "program.py").read_bytes(), 5).kind == "replied"
        assert started.run(HONEST, 5).reply == b"8000.0"


def test_capabilities() -> None:
    """The doctor's list names every layer that a jail here records as active."""
    layers = capabilities()
    assert all(layer.works for layer in layers if layer.needed)
    assert {"bubblewrap", "seccomp", "unprivileged uid"} <= {layer.name for layer in layers}
    assert all(layer.remedy for layer in layers if not layer.works)


@pytest.mark.skipif(os.geteuid() != 0, reason="is an ordinary user already")
def test_as_an_ordinary_user() -> None:
    """The same holds when an ordinary user grades: honest and hostile programs, started without any right of root's."""
    closed = next((folder for folder in reversed(Path(sys.base_prefix).parents) if not folder.stat().st_mode & 1), None)
    # An interpreter in root's home is shown to the user by a mount that only the child sees.
    show = (
        'if [ -n "$1" ]; then mount --bind "$2" /mnt && mount -t tmpfs -o mode=755 tmpfs "$1"'
        ' && mkdir -p "$2" && mount --bind /mnt "$2" && umount /mnt; fi && shift 2 && '
        f'exec setpriv --reuid {ORDINARY} --regid {ORDINARY} --clear-groups "$@"'
    )
    names = "leftovers or honest or fork or files or writing or sockets or capabilities or never_root or (hostile and memory)"
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", names, __file__]
    command = ["unshare", "-m", "sh", "-c", show, "sh", str(closed or ""), sys.base_prefix, *tests]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[100%]" in done.stdout
