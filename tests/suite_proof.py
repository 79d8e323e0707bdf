"""What every suite must show of itself: right solutions earn all, each mistake loses on its skill, no work earns nothing.

The probes run in this process, on the suite's own texts only, and probes, inputs and replies travel as they do to a
worker. A liar may loop or eat memory, so `liars` asks them in a process of its own, with a limit on time and memory for
every case. Students' code never comes here: it runs in the sandbox.
"""

from __future__ import annotations

import ast
import json
import signal
import subprocess
import sys
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from types import FrameType
from typing import Any

from autograder.authoring.case import Case, Inputs, Probe, Suite, load, pack, unpack
from autograder.judging.prepared import difference
from autograder.worker.wire import decode, encode

SECONDS = 0.25  # of CPU for one case of a liar
MEMORY = 4 << 30  # bytes of address space for the process that asks the liars
Earned = dict[Case, Fraction]


class TooLong(BaseException):
    """A probe used up its time; no `Exception`, so that neither `raises` nor a liar's `except` keeps it."""


@cache
def asked(folder: str, number: int, seed: bytes) -> tuple[tuple[Case, list[tuple[str, Any]], Any], ...]:
    """Every case of a module with the inputs drawn for it and the reference's reply."""
    suite, told = load(folder), []
    for case in suite.cases(number):
        given = case.inputs(seed)
        expected = _reply(suite, case.probe, number, suite.source(number), given)
        told.append((case, [(name, decode(encode(value))) for name, value in given.record], expected))
    return tuple(told)


def earned(suite: Suite, number: int, text: str, seed: bytes, seconds: float = 0) -> Earned:
    """The points each case of a module gives a submission's text; `seconds` limits the CPU of each, 0 does not."""
    points = {}
    for case, record, expected in asked(suite.folder, number, seed):
        try:
            with _limited(seconds):
                reply = _reply(suite, unpack(pack(case.probe)), number, text, Inputs.replay(record))
            points[case] = case.points if passes(case, expected, reply) else Fraction(0)
        except (Exception, TooLong):
            points[case] = Fraction(0)
    return points


def passes(case: Case, expected: Any, reply: Any) -> bool:
    """Whether a reply is right, by the case's judge or by comparison."""
    return difference(case, expected, reply) is None


def untouched(text: str, stub: str, given: Collection[str]) -> str:
    """The reference with the body of every function that students write replaced; `given` names what they do not."""
    tree = ast.parse(text)
    for outer in tree.body:
        if isinstance(outer, ast.ClassDef) and outer.name in given:
            continue
        for function in outer.body if isinstance(outer, ast.ClassDef) else [outer]:
            if isinstance(function, ast.FunctionDef) and function.name not in given:
                function.body = ast.parse(stub).body
    return ast.unparse(tree)


def liars(suite: Suite, number: int, seeds: Sequence[bytes]) -> dict[str, list[str]]:
    """The cases that give a point to each liar, under any of the seeds; asked in a process of its own."""
    order = json.dumps([suite.folder, number, [seed.hex() for seed in seeds]])
    found = subprocess.run(
        [sys.executable, __file__], input=order, capture_output=True, text=True, check=True, timeout=600
    )
    return json.loads(found.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _reply(suite: Suite, probe: Probe, number: int, text: str, given: Inputs) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # divisions by zero are the submission's own affair
        reply = probe(suite.mounted(number, text, "_tried"), given)
    return decode(encode(reply))


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TooLong

    if not seconds:
        yield
        return
    before = signal.signal(signal.SIGPROF, stop)
    # It rings again and again: a liar may swallow the first.
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _main() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (500, 500))
    folder, number, seeds = json.load(sys.stdin)
    suite = load(folder)
    told: dict[str, list[str]] = {}
    for liar in suite.liars():
        text, paid = liar.source(suite.module(number)), set()
        for seed in seeds:
            points = earned(suite, number, text, bytes.fromhex(seed), seconds=SECONDS)
            paid |= {case.id for case, worth in points.items() if worth}
        told[liar.name] = sorted(paid)
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    _main()
