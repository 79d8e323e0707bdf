"""Packages that an instructor allows are in the jail, and no other; what is not installed, or holds the tests, is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from autograder.judging.packages import allowed, versions
from autograder.judging.policy import Policy
from autograder.run.grading import RunOptions, grade_all
from autograder.run.journal import Journal
from autograder.suites import find
from blueprint.problems import UsageError

USES = """
import yaml

from yaml import CLoader  # of its compiled part

NUMBER = yaml.load("7", CLoader)
"""


def points(classroom: Any, out: str, packages: tuple[str, ...]) -> Fraction | None:
    """What the class's one hand-in earns in module 1 with these packages allowed."""
    suite = find("micrograd")
    with Journal(Path(out), suite.name) as journal:
        options = RunOptions(suite, (Path("class"),), Policy(packages=packages), b"seed", modules=(1,))
        assert not grade_all(options, journal).faults
        ((entry,),) = journal.entries.values()
        return journal.grade(entry).points


def test_work_may_use_what_is_allowed_and_nothing_else(classroom: Any) -> None:
    """A package is used while the module is imported: all points where it is allowed, none where it is not."""
    classroom.hand_in("class/ada", engine=classroom.engine + USES, nn=None)
    assert points(classroom, "allowed", allowed(["yaml"])) == 20
    assert points(classroom, "not", ()) == 0
    assert points(classroom, "another", allowed(["jinja2"])) == 0


def test_a_package_is_part_of_what_a_result_depends_on(classroom: Any) -> None:
    """Once it is allowed the same work is run again, in the same journal."""
    classroom.hand_in("class/ada", engine=classroom.engine + USES, nn=None)
    assert [points(classroom, "grades", packages) for packages in ((), allowed(["yaml"]), ())] == [0, 20, 0]
    assert versions(["yaml"])[0].startswith("yaml 6")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("not_there_at_all", "is not installed here"),
        ("autograder", "holds the reference tests"),
        ("../x", "not installed"),
    ],
)
def test_what_cannot_be_allowed_is_refused(name: str, why: str) -> None:
    """With the next step; Python's own library and NumPy are there anyway."""
    with pytest.raises(UsageError, match=why):
        allowed(["yaml", name])
    assert allowed(["numpy", "json", "yaml", "yaml"]) == ("yaml",)
