"""What a worker is before a student's code runs in it, seen from inside."""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.authoring.case import pack
from autograder.judging.module_jail import ANSWER
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Jail
from autograder.worker import protocol, wire
from autograder.worker.bundle import sources

NAME = "course.work"


@pytest.fixture(scope="module")
def jail() -> Iterator[Jail]:
    try:
        started = Jail.start(["numpy"], sources({}, {}), answer=ANSWER)
    except SandboxError as error:
        pytest.skip(str(error))
    with started:
        yield started


def found(jail: Jail, source: str) -> Any:
    """What a module binds to `FOUND`, in a worker of its own."""
    code = marshal.dumps(compile(source, "<submission>", "exec", dont_inherit=True))
    asked = protocol.pack_case([(NAME, ("FOUND",))], pack(lambda tt, inputs: tt.FOUND), ())
    outcome = jail.run(protocol.case_request(protocol.pack_student((), [(NAME, code)]), asked), 10)
    assert outcome.reply is not None, outcome
    reply = wire.decode(outcome.reply)
    assert isinstance(reply, dict)
    return reply.get("reply", reply)


@pytest.mark.parametrize(
    "draw",
    [
        "np.random.default_rng().random()",
        "np.random.rand()",
        "np.random.SeedSequence().generate_state(1)[0]",
        "random.random()",
        "hash('a name')",
    ],
)
def test_chance_is_fixed(jail: Jail, draw: str) -> None:
    """What a program draws without a seed is the same in every worker, so that a grade is, too."""
    source = f"import random\nimport numpy as np\nFOUND = [{draw}, {draw}]\n"
    first = found(jail, source)
    assert found(jail, source) == first
    assert "hash" in draw or first[0] != first[1]


def test_secrets_are_pythons(jail: Jail) -> None:
    """The stand-in that NumPy is loaded with is not what a program finds."""
    assert found(jail, "import secrets\nFOUND = len(secrets.token_hex(4))\n") == 8


def test_the_rehearsal_leaves_nothing(jail: Jail) -> None:
    """Of the hand-in that the zygote read and asked first, no module, no name and no setting is left."""
    source = (
        "import gc, sys\nimport numpy as np\n"
        "FOUND = [sorted(n for n in sys.modules if 'rehearsed' in n), gc.isenabled(), np.random.get_state()[2],\n"
        "         [str(f) for f in sys.meta_path if 'Sources' in type(f).__name__]]\n"
    )
    modules, collects, drawn, finders = found(jail, source)
    assert (modules, collects, finders) == ([], True, [])
    fresh: Any = np.random.RandomState(0).get_state()
    assert drawn == fresh[2]
