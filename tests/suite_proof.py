"""What a suite's own solutions earn on a draw, asked in this process; `blueprint suite check` asks them in the sandbox, too.

A liar may loop or eat memory, so `liars` asks them in a process of its own, with a limit on time and memory for every
case. Students' code never comes here: it runs in the sandbox.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Collection
from functools import cache
from typing import Any

from autograder.authoring.case import Case, Suite, load_suite
from autograder.intake.time_limit import TooLong, limited
from autograder.judging.prepared import PreparedCase, difference, prepare
from autograder.proving import in_process
from autograder.proving.prover import POLICY
from autograder.proving.solutions import solutions

SECONDS = 0.25  # of CPU for one case of a liar
MEMORY = 4 << 30  # bytes of address space for the process that asks the liars
Earned = dict[str, bool]


@cache
def asked(folder: str, number: int, seed: bytes) -> tuple[PreparedCase, ...]:
    """Every case of a module with the inputs drawn for it and the reference's reply."""
    return prepare(load_suite(folder), number, seed, POLICY.limits).cases


def earned(suite: Suite, number: int, text: str, seed: bytes, seconds: float = 0) -> Earned:
    """Whether a submission's text earns each case of a module; `seconds` limits the CPU of each, 0 does not."""
    found = {}
    for prepared_case in asked(suite.folder, number, seed):
        try:
            with limited(seconds):
                offered = in_process.mounted(suite, number, text)  # anew for each case, as in the sandbox
            found[prepared_case.case.id] = in_process.earns(prepared_case, offered, seconds)
        except (Exception, TooLong):
            found[prepared_case.case.id] = False
    return found


def passes(case: Case, expected: Any, reply: Any) -> bool:
    """Whether a reply is right, by the case's checker or by comparison."""
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


def liars(suite: Suite, number: int, seed: bytes, names: Collection[str]) -> dict[str, Earned]:
    """What the liars of these names earn, by name; asked in a process of their own."""
    order = json.dumps([suite.folder, number, seed.hex(), [*names]])
    found = subprocess.run(
        [sys.executable, __file__], input=order, capture_output=True, text=True, check=True, timeout=600
    )
    return json.loads(found.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _main() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (500, 500))
    folder, number, seed, names = json.load(sys.stdin)
    suite = load_suite(folder)
    told = {
        one.name: earned(suite, number, one.source, bytes.fromhex(seed), seconds=SECONDS)
        for one in solutions(suite, number)
        if one.kind == "liar" and one.name in names
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    _main()
