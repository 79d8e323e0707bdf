"""The sandbox: an honest program answers, and a hostile one reaches nothing but its own memory and its channel."""

from __future__ import annotations

import ast
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

import pytest
from processes import descendants, gone, until

from autograder.sandbox import bubblewrap, landlock, libraries, runtime, seccomp
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Jail, Outcome
from autograder.sandbox.layers import capabilities
from autograder.sandbox.limits import Limits

CASES = Path(__file__).with_name("cases") / "hostile"
LIMITS = Limits(memory=512 << 20, cpu=2, reply=1 << 20, payload=1 << 20)
PROGRAM = b'''
def attempt(function, *arguments):
    """The name of what it raises, or nothing."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error).__name__
    return ""

def prepare(payload):
    """Imports what the program names, as the grader does; one that says so keeps its files."""
    import ast, importlib
    for node in ast.walk(ast.parse(payload)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", None)]
        for name in filter(None, names):
            try:
                importlib.import_module(name)
            except BaseException:
                pass
    return b"# with files" in payload

def answer(payload):
    space = {"__name__": "student", "attempt": attempt}
    exec(compile(payload, "student", "exec"), space)
    return space["reply"].encode()
'''
NEVER = 120
"""Seconds on the judge's clock for who is to end otherwise, in a moment on any machine."""
HONEST = b"import numpy\nreply = str(float(numpy.ones((20, 20)).dot(numpy.ones((20, 20))).sum()))"
ORDINARY = 61_234


def lacking() -> str:
    """What this machine lacks for a sandbox, asked without any code of ours; "" if nothing.

    A machine that has it all and yet starts no jail is a failure, and no reason to skip.
    """
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return "grading needs Linux on x86-64 or arm64"
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return "needs bubblewrap"
    if "Seccomp" not in Path("/proc/self/status").read_text():
        return "needs a kernel with seccomp"
    command = [bwrap, "--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "true"]
    if os.geteuid() == 0:
        command = [
            "unshare",
            "-m",
            "setpriv",
            *f"--reuid {ORDINARY} --regid {ORDINARY} --clear-groups".split(),
            *command,
        ]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    return f"bubblewrap cannot work here: {done.stderr.strip()}" if done.returncode else ""


WHY_NOT = lacking()
pytestmark = [pytest.mark.sandbox, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]


def jail(**options: Any) -> Jail:
    return Jail.start(["numpy"], {"program": PROGRAM}, LIMITS, answer="program:answer", **options)


@pytest.fixture(scope="module")
def warm() -> Iterator[Jail]:
    with jail() as started:
        yield started


@dataclass(frozen=True)
class Expected:
    """What an `expect.txt` says: how it ends, on what it needs, and after an empty line the reply.

    `timeout` is the judge's clock, `timeout 9` the kernel's limit on processor time.
    """

    end: str
    needs: str
    reply: str | None

    @classmethod
    def read(cls, path: Path) -> Expected:
        head, _, reply = path.read_text(encoding="utf-8").partition("\n\n")
        end, *rest = head.strip().splitlines()
        options = dict(line.split() for line in rest)
        return cls(
            end,
            options.get("needs", ""),
            reply.strip() if reply or end == "replied" else None,
        )


def end(outcome: Outcome, like: str) -> str:
    return f"{outcome.kind} {outcome.signal}" if like[-1].isdigit() and outcome.signal else outcome.kind


@dataclass(frozen=True)
class Trial:
    """One hostile program's end, and the next honest one's."""

    told: str
    reply: str | None
    waited: bool
    honest: bool

    @classmethod
    def hold(cls, folder: Path, here: Jail) -> Trial:
        expected = Expected.read(folder / "expect.txt")
        if (before := folder / "before.py").exists():
            here.run(before.read_bytes(), 5)
        seconds = 1 if expected.end == "timeout" else NEVER
        outcome = here.run((folder / "program.py").read_bytes(), seconds)
        reply = None if outcome.reply is None else outcome.reply.decode()
        waited = outcome.busy > NEVER / 2
        return cls(end(outcome, expected.end), reply, waited, here.run(HONEST, NEVER).reply == b"8000.0")

    def as_it_must(self, expected: Expected) -> bool:
        return (self.told, self.reply, self.honest, self.waited) == (expected.end, expected.reply, True, False)


def cannot(folder: Path, here: Jail) -> str:
    """Why a folder means nothing on this machine; "" if it does."""
    needs = Expected.read(folder / "expect.txt").needs
    if folder.name.startswith("x86-") and platform.machine() != "x86_64":
        return "numbers of system calls are x86-64's"
    if (needs == "Landlock" and not here.landlock) or (needs == "namespaces" and not here.nested):
        return f"no {needs} here"
    return ""


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_hostile(folder: Path, warm: Jail) -> None:
    """Every hostile program ends as its folder says, and the next honest one is graded as if it had not been there."""
    if why := cannot(folder, warm):
        pytest.skip(why)
    expected = Expected.read(folder / "expect.txt")
    trial = Trial.hold(folder, warm)
    assert trial.told == expected.end
    assert trial.reply == expected.reply
    assert trial.as_it_must(expected)


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
    """What the zygote did not load can still be imported from the standard library and from NumPy."""
    text = b"import csv, decimal, fractions, hashlib, statistics, zlib, numpy.polynomial, numpy.testing\nreply = 'fine'"
    assert warm.run(text, 5).reply == b"fine"


def test_references() -> None:
    """Reference modules are loaded in the zygote; a worker imports them by name, packages included."""
    sources = {
        "house": b"",
        "house.room": b"size = 3",
        "house.door": b"from house.room import size\nwide = size",
        "program": PROGRAM,
    }
    with Jail.start([], sources, LIMITS, answer="program:answer") as started:
        assert started.run(b"from house.door import wide\nreply = str(wide)", 5).reply == b"3"


def test_a_jail_that_does_not_start_in_time_is_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is too busy for a moment ends no run: what kept silent is ended, and a second one runs the case."""
    from autograder.sandbox import jail as module

    programs, real = ["import time\ntime.sleep(1000)"], module._text
    monkeypatch.setattr(module, "_text", lambda name: programs.pop() if programs else real(name))
    monkeypatch.setattr(module, "_START_SECONDS", 4.0)
    with Jail.begin([], {"program": PROGRAM}, LIMITS, answer="program:answer") as jail:
        silent = jail._process
        assert jail.run(b"reply = 'here'", 5).reply == b"here"
    assert not programs
    assert silent.poll() is not None


def test_the_clock_starts_at_ready(warm: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting up a worker does not count: where it takes longer than the case may, the case has all its time."""
    from autograder.sandbox import channel
    from autograder.sandbox import jail as module

    late, ready = [0], Jail._await_ready

    def slowly(self: Jail, line: socket.socket) -> None:
        ready(self, line)
        late[0] += 1000

    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + late[0])
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(channel, "time", clock)
    monkeypatch.setattr(Jail, "_await_ready", slowly)
    assert warm.run(b"reply = ''", 500).kind == "replied"
    assert late == [1000]


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
    zygote = _inside(warm)
    thread = threading.Thread(target=warm.run, args=(b"import time; time.sleep(1000)", NEVER))
    thread.start()
    assert until(lambda: len(_inside(warm)) > len(zygote))
    inside = _inside(warm)
    worker = inside[-1]
    assert until(lambda: "Seccomp:\t2" in _status(worker))  # the last lock it puts on itself, in its first moments
    status = _status(worker)
    owners = {uid for pid in inside for uid in _uids(pid)}
    owner = Path("/proc", str(worker), "status").stat().st_uid
    os.kill(worker, signal.SIGKILL)
    thread.join()
    assert {
        "CapEff:\t0000000000000000",
        "CapPrm:\t0000000000000000",
        "NoNewPrivs:\t1",
        "Threads:\t1",
    } <= set(status.splitlines())
    assert owner not in owners, "a process that can dump core owns its files in /proc"
    assert len(inside) >= 3
    assert 0 not in owners
    if os.geteuid() == 0:
        assert min(owners) >= 1000


def _status(pid: int) -> str:
    return Path("/proc", str(pid), "status").read_text()


def _uids(pid: int) -> set[int]:
    status = _status(pid)
    return set(map(int, re.findall(r"\d+", status.partition("Uid:")[2].partition("\n")[0])))


def _inside(started: Jail) -> list[int]:
    """The processes of a jail, the worker last."""
    return [started._process.pid, *descendants(started._process.pid)]


def test_the_judge_killed() -> None:
    """When the judge dies, so does the jail with the program that runs in it."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from autograder.sandbox.jail import Jail\n"
        "jail = Jail.start([], {'p': b'import time\\ndef answer(payload): time.sleep(1000)'}, answer='p:answer')\n"
        "print('started', flush=True)\n"
        "input()\n"
        "jail.run(b'', 1000)\n"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parents[1])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as judge:
        assert judge.stdin is not None
        assert judge.stdout is not None
        assert judge.stdout.readline() == "started\n"
        zygote = descendants(judge.pid)
        judge.stdin.write("go on\n")
        assert until(lambda: len(descendants(judge.pid)) > len(zygote))
        inside = descendants(judge.pid)
        judge.send_signal(signal.SIGKILL)
    assert gone(inside)


def test_closing_leaves_nothing() -> None:
    """A closed jail leaves no process and no descriptor."""
    with jail() as started:
        inside = _inside(started)
        open_ones = len(list(Path("/proc/self/fd").iterdir()))
    assert gone(inside)
    assert len(list(Path("/proc/self/fd").iterdir())) == open_ones - 2
    started.close()


def test_a_broken_jail_is_the_grader_s_fault() -> None:
    """A zygote that is gone is a SandboxError, never an outcome of the student's."""
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


_REFUSED = "def _refused(*_):\n    raise OSError('{} refused')\n"
LOCKS = {
    "seccomp": _REFUSED + "Filter.put_on = _refused\n",
    "limits": "def bounds(_):\n    return [(resource.RLIMIT_NOFILE, (2, 1))]\n",
    "landlock": _REFUSED + "restrict = _refused\n",
}


OPEN = {
    "seccomp": "assert Filter.put_on\nFilter.put_on = lambda self: None\n",
    "landlock": "assert restrict\ndef restrict(rules):\n    pass\n",
}
"""What takes a lock away."""


def _changed(monkeypatch: pytest.MonkeyPatch, added: dict[str, str]) -> None:
    """Jails get these modules of the sandbox with these lines at their ends."""
    from autograder.sandbox import jail as module

    def changed(name: str) -> CodeType:
        place = Path(module.__file__).with_name(f"{name.rpartition('.')[2]}.py")
        return compile(f"{place.read_text()}\n\n{added.get(place.stem, '')}", name, "exec", dont_inherit=True)

    monkeypatch.setattr(module, "code_of", changed)


@pytest.mark.parametrize("layer", LOCKS)
def test_a_lock_that_fails(layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the kernel refuses a worker one of its locks, no student code runs, and the error says which."""
    why = "current limit exceeds maximum limit" if layer == "limits" else f"{layer} refused"
    _changed(monkeypatch, {layer: LOCKS[layer].format(layer)})
    if layer == "landlock" and not landlock.version():
        pytest.skip("no Landlock here")
    with jail() as started, pytest.raises(SandboxError, match=why):
        started.run(HONEST, 5)


@pytest.mark.parametrize("missing", ["seccomp", "landlock"])
@pytest.mark.parametrize("name", ["files-of-the-machine", "writing-anywhere", "proc", "descriptors", "other-packages"])
def test_second_lines(name: str, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, processes and packages stay out of reach even with seccomp or Landlock taken away."""
    _changed(monkeypatch, {missing: OPEN[missing]})
    with jail() as started:
        outcome = started.run((CASES / name / "program.py").read_bytes(), 5)
    assert outcome.reply == Expected.read(CASES / name / "expect.txt").reply.encode()  # type: ignore[union-attr]


def test_the_zygote_survives_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even with seccomp and Landlock both taken away, no signal of a worker reaches the zygote."""
    _changed(monkeypatch, OPEN)
    with jail() as started:
        assert started.run((CASES / "kill-the-parent" / "program.py").read_bytes(), 5).kind == "replied"
        assert started.run(HONEST, 5).reply == b"8000.0"


ALONE = """
# with files
import os, socket

def connect(family, address):
    with socket.socket(family) as line:
        line.settimeout(1)
        line.connect(address)

def write():
    with open("/x", "wb") as file:
        file.write(b"x")

def fork():
    if os.fork() == 0:
        os._exit(0)

tries = {{
    "network": lambda: connect(socket.AF_INET, ("127.0.0.1", {port})),
    "abstract socket": lambda: connect(socket.AF_UNIX, {name!r}),
    "fork": fork,
    "write": write,
}}
reply = " ".join(what for what, trial in tries.items() if not attempt(trial))
"""


def test_walls_behind_the_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """With seccomp and Landlock both taken away there is still no network, no second process, and no place to write."""
    _changed(monkeypatch, OPEN)
    name = f"\0blueprint-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as here, socket.socket(socket.AF_UNIX) as beside:
        beside.bind(name)
        beside.listen()
        text = ALONE.format(port=here.getsockname()[1], name=name)
        with jail() as started:
            assert started.run(text.encode(), 5).reply == b""
        tries: dict[str, Any] = {"attempt": lambda trial: trial()}
        socket.create_connection(here.getsockname(), 5).close()  # the trial finds what is there
        exec(text.partition("tries =")[0], tries)
        tries["connect"](socket.AF_UNIX, name)


def test_where_there_is_no_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is recorded as absent, and everything else holds."""
    _changed(monkeypatch, {"landlock": "def version():\n    return 0\n"})
    with jail() as started:
        assert not [layer for layer in started.layers if "Landlock" in layer]
        outcome = started.run((CASES / "files-of-the-machine" / "program.py").read_bytes(), 5)
        assert outcome.reply == Expected.read(CASES / "files-of-the-machine" / "expect.txt").reply.encode()  # type: ignore[union-attr]


def test_a_worker_has_namespaces_of_its_own(warm: Jail) -> None:
    """A jail is three processes, and four while a program runs, of which the last shares only the jail's empty network."""
    before = _inside(warm)
    thread = threading.Thread(target=warm.run, args=(b"import time; time.sleep(1000)", NEVER))
    thread.start()
    try:
        assert until(lambda: len(_inside(warm)) > len(before))
        inside = _inside(warm)
        assert (len(before), len(inside)) == (3, 4)
        if os.geteuid() == 0 and warm.nested:
            kinds = ("user", "pid", "ipc", "mnt", "uts", "net")
            zygote, worker = ([Path(f"/proc/{pid}/ns/{kind}").readlink() for kind in kinds] for pid in inside[-2:])
            assert [kind for kind, one, other in zip(kinds, zygote, worker, strict=True) if one == other] == ["net"]
            assert worker[-1] != Path("/proc/self/ns/net").readlink()
    finally:
        os.kill(_inside(warm)[-1], signal.SIGKILL)
        thread.join()


NAMED = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)*|test_\w+)`")


def test_each_wall_is_tried() -> None:
    """Each row of the two tables of docs/sandbox.md that say what stops what names what tries it, and all of that is there."""
    text = (Path(__file__).parents[1] / "docs" / "sandbox.md").read_text("utf-8")
    here = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    rows = [row.strip("| ").split(" | ") for row in text.splitlines() if row.startswith("| ")]
    tables = [row for row in rows if len(row) in (3, 4) and row[-1].startswith("`")]
    assert len(tables) >= 16
    for *_, tried in tables:
        names = NAMED.findall(tried)
        assert names
        for name in names:
            folders = [CASES / name, CASES.with_name("cheats") / name]
            assert f"def {name}(" in here or any(folder.is_dir() for folder in folders), name


def test_capabilities() -> None:
    """The doctor's list names every layer that a jail here records as active."""
    layers = capabilities()
    assert all(layer.works for layer in layers if layer.needed)
    assert {"bubblewrap", "seccomp", "unprivileged uid"} <= {layer.name for layer in layers}
    assert all(layer.remedy for layer in layers if not layer.works)


@pytest.mark.skipif(os.geteuid() != 0, reason="is an ordinary user already")
def test_what_is_loaded_before_a_program_runs_is_its_time(own_cache: Path) -> None:
    """The time of a case begins before its imports are fetched, so that a program pays for whatever it names; its own clock does not."""
    answers = b"import time\ndef prepare(payload):\n    time.sleep(1)\n    return False\ndef answer(payload):\n    return payload\n"
    with Jail.start([], {"slow": answers}, answer="slow:answer") as jail:
        outcome = jail.run(b"", 30)
    assert outcome.busy - outcome.wall >= 1


def test_as_an_ordinary_user() -> None:
    """The same holds when an ordinary user grades: honest and hostile programs, started without any right of root's."""
    names = "leftovers or nowhere or records or honest or fork or files or writing or sockets or capabilities or never_root or (hostile and memory)"
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", names, __file__]
    done = subprocess.run(
        as_an_ordinary_user(tests), cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[100%]" in done.stdout


def as_an_ordinary_user(command: list[str]) -> list[str]:
    """The command, for root to start without root's rights."""
    closed = next((folder for folder in reversed(Path(sys.base_prefix).parents) if not folder.stat().st_mode & 1), None)
    # An interpreter in root's home is shown to the user by a mount that only the child sees.
    show = (
        'if [ -n "$1" ]; then mount --bind "$2" /mnt && mount -t tmpfs -o mode=755 tmpfs "$1"'
        ' && mkdir -p "$2" && mount --bind /mnt "$2" && umount /mnt; fi && shift 2 && '
        f'exec setpriv --reuid {ORDINARY} --regid {ORDINARY} --clear-groups "$@"'
    )
    return ["unshare", "-m", "sh", "-c", show, "sh", str(closed or ""), sys.base_prefix, *command]


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a `libraries` that counts how often it asks."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "blueprint" / "libraries.json"


def asks(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many child processes one look at the libraries starts."""
    count, ask = [0], libraries._ask

    def counted(python: Path, site: Sequence[str], packages: Sequence[Path]) -> list[str]:
        count[0] += 1
        return ask(python, site, packages)

    with monkeypatch.context() as patched:
        patched.setattr(libraries, "_ask", counted)
        found = libraries.mapped(Path(sys.executable).resolve(), runtime.numpy_folder())
    assert any("libc" in Path(library).name for library in found)
    return count[0]


def test_libraries_are_remembered(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which libraries Python needs is asked once; what is remembered is for its owner only."""
    assert [asks(monkeypatch), asks(monkeypatch)] == [1, 0]
    assert own_cache.stat().st_mode & 0o777 == 0o600
    assert own_cache.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"libraries": 3}', '{"libraries": ["/etc/shadow"]}', "[" * 9999]
)
def test_a_broken_cache_is_none(text: str, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that does not read as ours is asked anew, and mended."""
    asks(monkeypatch)
    own_cache.write_text(text)
    assert [asks(monkeypatch), asks(monkeypatch)] == [1, 0]


def test_a_changed_library_is_looked_for_again(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not the one it was learnt from makes it all unknown."""
    asks(monkeypatch)
    known = json.loads(own_cache.read_text())
    known["stamps"][known["libraries"][0]][3] += 1
    own_cache.write_text(json.dumps(known))
    assert asks(monkeypatch) == 1


@pytest.mark.parametrize("way", ["file others write", "folder others write", "link", "of somebody else"])
def test_a_cache_of_others_is_not_believed(way: str, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody else could have written decides nothing: it would choose which files a jail shows."""
    asks(monkeypatch)
    folder = own_cache.parent
    if way == "file others write":
        own_cache.chmod(0o622)
    elif way == "folder others write":
        folder.chmod(0o777)
    elif way == "link":
        own_cache.rename(folder / "elsewhere")
        own_cache.symlink_to(folder / "elsewhere")
    elif os.geteuid() == 0:
        os.chown(own_cache, ORDINARY, ORDINARY)
    else:
        pytest.skip("only root can give a file away")
    assert asks(monkeypatch) == 1


def test_several_start_at_once() -> None:
    """Jails begun one after the other start side by side, each waits only when it is used."""
    begun = [Jail.begin(["numpy"], {"program": PROGRAM}, LIMITS, answer="program:answer") for _ in range(3)]
    try:
        assert [started.run(HONEST, 5).reply for started in begun] == [b"8000.0"] * 3
    finally:
        for started in begun:
            started.close()


def test_a_large_setup() -> None:
    """Texts larger than the line takes at once arrive whole, also if nobody waits for them."""
    text = b"text = " + repr("x" * (4 << 20)).encode()
    with Jail.begin([], {"program": PROGRAM, "large": text}, LIMITS, answer="program:answer") as started:
        assert started.run(b"import large\nreply = str(len(large.text))", 5).reply == str(4 << 20).encode()


def test_no_page_is_shared(warm: Jail) -> None:
    """The zygote shares no page that can be written with its workers: one could leave something there for the next."""
    zygote = _inside(warm)[-1]
    maps = Path("/proc", str(zygote), "maps").read_text().splitlines()
    assert len(maps) > 20
    assert [line for line in maps if re.match(r"\S+ .w.s", line)] == []


def test_who_goes_first(warm: Jail) -> None:
    """When the machine runs out of memory, the kernel ends a worker rather than the judge."""
    score = int(Path("/proc/self/oom_score_adj").read_text())
    inside = [int(Path("/proc", str(pid), "oom_score_adj").read_text()) for pid in _inside(warm)]
    assert min(inside) > score


@pytest.mark.parametrize(
    ("cpu", "peak", "kind"), [(0.0, 500 << 20, "memory"), (0.0, 50 << 20, "killed"), (1.0, 0, "timeout")]
)
def test_killed_by_the_kernel(cpu: float, peak: int, kind: str, warm: Jail) -> None:
    """A kill by the kernel is called by its likely reason: time, memory, or unknown."""
    assert warm._end("silent", -signal.SIGKILL, cpu, peak) == kind


def test_few_namespaces() -> None:
    """Where the kernel allows few namespaces, a worker waits until the last one's are gone; it is no fault."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from autograder.sandbox.jail import Jail\n"
        "with Jail.start([], {'p': b'def answer(payload): return payload'}, answer='p:answer') as jail:\n"
        "    print({jail.run(b'x', 5).reply for _ in range(10)})\n"
    )
    few = 'echo 3 > /proc/sys/user/max_user_namespaces && exec unshare -U --map-user=1000 --map-group=1000 "$@"'
    command = ["unshare", "-Ur", "sh", "-c", few, "sh"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs util-linux's unshare, and its right to limit namespaces")
    here = str(Path(__file__).parents[1])
    done = subprocess.run([*command, sys.executable, "-c", code, here], capture_output=True, text=True, check=False)
    assert done.stdout == "{b'x'}\n", done.stderr


def test_two_at_once() -> None:
    """Two programs that run at the same time and want to meet find no place for it."""
    meet = (
        CASES / "file-locks" / "program.py",
        CASES / "shared-memory" / "program.py",
        CASES / "sockets-of-every-family" / "program.py",
    )
    with jail() as one, jail() as other, ThreadPoolExecutor(2) as pool:
        for program in meet:
            text = program.read_bytes()
            found = list(pool.map(lambda started, text=text: started.run(text, 8), (one, other)))
            reply = Expected.read(program.with_name("expect.txt")).reply
            assert [outcome.reply for outcome in found] == [reply.encode()] * 2  # type: ignore[union-attr]


def test_an_interrupted_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C within a case its jail is closed: what it still had to say is never taken for another case's."""
    from autograder.sandbox import jail as module

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with jail() as started:
        with monkeypatch.context() as patched:
            patched.setattr(module, "read_frame", interrupt)
            with pytest.raises(KeyboardInterrupt):
                started.run(HONEST, 5)
        time.sleep(0.3)  # by now the worker has ended, and its report would lie on the line
        with pytest.raises(SandboxError):
            started.run(HONEST, 5)


def test_unsafe() -> None:
    """Without a sandbox the same programs run, within the limits, and every record says so."""
    with jail(unsafe=True) as started:
        assert started.layers[:2] == ("none", "--unsafe-no-sandbox")
        assert started.run(HONEST, 5).reply == b"8000.0"
        assert started.run(b"import os\nreply = str(os.path.exists('/proc'))", 5).reply == b"True"
        assert started.run(b"while True: pass", 9).kind == "timeout"
        assert started.run((CASES / "memory-by-one" / "program.py").read_bytes(), 5).kind == "memory"
        if os.geteuid() == 0 and "root's rights" not in started.layers:
            assert int(started.run(b"import os\nreply = str(os.getuid())", 5).reply or 0) > 0
        inside = _inside(started)
    assert gone(inside)


def test_unsafe_without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the sandbox is needed then."""
    monkeypatch.setattr(bubblewrap, "find", lambda: pytest.fail("looked for bubblewrap"))
    with jail(unsafe=True) as started:
        assert started.run(HONEST, 5).reply == b"8000.0"


def table() -> int:
    """Prints a line for each hostile program: what it tries, how it ended, whether that is as it must be."""
    if WHY_NOT:
        print(f"skipped: {WHY_NOT}")
        return 0
    wrong = 0
    with jail() as here:
        print(f"uid {os.geteuid()}; {', '.join(here.layers)}\n")
        for folder in sorted(CASES.iterdir()):
            tries = ast.get_docstring(ast.parse((folder / "program.py").read_text(encoding="utf-8"))) or ""
            ended, verdict = cannot(folder, here), "skipped"
            if not ended:
                trial = Trial.hold(folder, here)
                well = trial.as_it_must(Expected.read(folder / "expect.txt"))
                ended, verdict = trial.told, "held" if well else f"BROKEN: {trial}"
                wrong += not well
            print(f"{folder.name:<26} {ended:<14} {verdict:<8} {tries.splitlines()[0]}", flush=True)
    print(f"\n{wrong or 'none'} of {len(list(CASES.iterdir()))} did what it should not\n")
    return min(wrong, 1)


def test_a_process_that_ends_while_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for a uid without a process meets numbers in /proc that are gone a moment later, and goes on."""
    real = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda self: [*real(self), Path("/proc/999999999")])
    monkeypatch.setattr(Path, "exists", lambda self, **options: True)  # a moment ago
    assert bubblewrap.unused_uid() > 0


if __name__ == "__main__":
    code = table()
    if os.geteuid() == 0 and not WHY_NOT:
        code |= subprocess.run(as_an_ordinary_user([sys.executable, __file__]), check=False).returncode
    sys.exit(code)


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_no_two_system_calls_have_one_number(machine: str) -> None:
    """A slip in a table that only the other architecture reads is noticed here."""
    column, _ = seccomp.MACHINES[machine]
    numbers = [pair[column] for pair in (seccomp.CALLS | seccomp.ALLOWED).values() if pair[column] is not None]
    assert len(numbers) == len(set(numbers))


def test_numbers_of_system_calls_are_the_kernels() -> None:
    """On the other architecture, too: its numbers are the generic ones, as the C library's headers have them."""
    header = Path("/usr/include/asm-generic/unistd.h")
    if not header.exists():
        pytest.skip("needs the kernel's headers")
    known = dict(re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)\b", header.read_text()))
    calls = seccomp.CALLS | seccomp.ALLOWED
    wrong = {n: arm for n, (_, arm) in calls.items() if arm is not None and n in known and known[n] != str(arm)}
    assert not wrong
