"""The layers of the sandbox that work on this machine, and those that do not, for `blueprint doctor`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.sandbox import bubblewrap
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Jail

_ECHO = {"echo": b"def answer(payload):\n    return payload\n"}
_SCOPES_SINCE = 6
PER_CASE = "namespaces per case"
"""The layer without which grading is slower."""
COLD = "each case starts a jail of its own, 0.1 s instead of 0.003 s"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer; without a `needed` one nothing is graded. `why` says what was found, `remedy` the next step if any."""

    name: str
    works: bool
    why: str
    remedy: str = ""
    needed: bool = True


def capabilities() -> list[Layer]:
    """Every layer in the order in which they lean on each other, tried out in a real jail (0.1 s)."""
    try:
        bwrap = bubblewrap.find()
        with Jail.start([], _ECHO, answer="echo:answer") as jail:
            outcome = jail.run(b"canary", 10)
            layers = list(_found(str(bwrap), jail))
        if outcome.reply != b"canary":
            layers.append(Layer("worker", False, f"an honest program came back as: {outcome.kind}"))
    except SandboxError as error:
        return [Layer(error.layer, False, error.why, error.remedy)]
    return layers


def _found(bwrap: str, jail: Jail) -> Iterator[Layer]:
    yield Layer("bubblewrap", True, bwrap)
    user = "root's jails run under a uid nobody uses" if os.geteuid() == 0 else "you are not root"
    yield Layer("unprivileged uid", True, user)
    if jail.nested:
        yield Layer(PER_CASE, True, "user, pid, ipc, mount, uts; the network is the jail's, and empty", needed=False)
    else:
        remedy = "allow user namespaces inside bubblewrap (AppArmor profile `bwrap-userns-restrict`, user.max_user_namespaces)"
        yield Layer(PER_CASE, False, f"the kernel refuses them inside a jail: {COLD}", remedy, needed=False)
    yield Layer("seccomp", True, "a short list of system calls")
    if jail.landlock >= _SCOPES_SINCE:
        yield Layer("Landlock", True, f"version {jail.landlock}, with scopes", needed=False)
    elif jail.landlock:
        why = f"version {jail.landlock}, without scopes for signals and sockets"
        yield Layer("Landlock", True, why, "a kernel of 6.12 or later has them", needed=False)
    else:
        remedy = "boot with landlock among the kernel's `lsm=`; in a container, allow its system calls"
        yield Layer("Landlock", False, "a second line for files and signals is missing", remedy, needed=False)
