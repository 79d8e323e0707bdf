"""What pyproject.toml asks for and what the lock files name fit together."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
NEEDED = [Requirement(text) for text in tomllib.loads(PROJECT)["project"]["dependencies"]]
_LINE = re.compile(r"[a-z0-9-]+==[\w.!+]+( ; .+)?")


def locked(name: str) -> list[Requirement]:
    return [Requirement(line) for line in (ROOT / name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-newest.lock"])
def test_a_lock_names_all_that_is_needed(name: str) -> None:
    """Every dependency is locked, at a version that pyproject.toml allows."""
    versions = {(line.name, pin.version) for line in locked(name) for pin in line.specifier}
    for needed in NEEDED:
        found = [version for other, version in versions if other == canonicalize_name(needed.name)]
        assert found, needed
        assert all(needed.specifier.contains(version) for version in found), (needed, found)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-newest.lock"])
def test_a_lock_says_what_and_never_where_from(name: str) -> None:
    """Lines are names and versions in order, so that any registry or mirror will do."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    assert [line for line in lines if not _LINE.fullmatch(line)] == []
    assert [line.partition("==")[0] for line in lines] == sorted(line.partition("==")[0] for line in lines)


def test_an_upper_bound_has_its_reason_beside_it() -> None:
    """A newer library is shut out only for a reason that the next person can read, and find gone."""
    bounds = [line for line in PROJECT.splitlines() if re.match(r'\s*"[\w-]+[^"]*(<|==|~=)', line)]
    assert [line for line in bounds if "#" not in line.rpartition('"')[2]] == []
