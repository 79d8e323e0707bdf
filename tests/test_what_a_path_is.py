"""What a path is follows from what stands side by side: no student's folder decides it, whatever it is called or holds."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake.listing import list_download
from autograder.intake.structure import FORMS, readings, tree_of
from autograder.suites.tinytorch.conventions import CONVENTIONS

HONEST = ["alice", "bob", "carol"]
WORDS = [
    *("submitted", "modules", "tinytorch", "notebooks", "assignments", "core", "src", "perf", "data", "01_tensor"),
    *("source", "release", "autograded", "feedback", "x-submissions", "hw1-x-submissions", "assignment_1_export"),
    *("submission_1", "a_9001_1_x", "Ada_31007_assignsubmission_file", "1-1 - A - Mar 2, 2026 914 PM", "hw1", "1"),
    *("Section A", "v2", "alice", "bob", "Copy of bob", ".x", "tests", "x_attempt_2026-01-01-10-10-10_y"),
]
FILES = st.sampled_from(
    ["tensor.py", "activations.ipynb", "x.py", "index.html", "submission_metadata.yml", "grades.csv"]
)
PATHS = st.tuples(st.lists(st.sampled_from(WORDS), max_size=3), FILES).map(lambda p: "/".join((*p[0], p[1])))


@settings(max_examples=150)
@given(st.sampled_from(WORDS), st.lists(PATHS, min_size=1, max_size=8, unique=True))
def test_one_folder_of_four_decides_nothing(called: str, holds: list[str]) -> None:
    """A class of folders stays one with any folder beside the others, and each of the others' names stays in it."""
    honest = [f"{name}/activations.py" for name in HONEST]
    paths = [*honest, *(f"{called}/{path}" for path in holds if called not in HONEST)]
    (found,) = readings(tree_of(paths), "class", CONVENTIONS)
    assert (found.form, found.roots) == ("class", ("",))
    assert set(HONEST) <= set(found.names)


@settings(max_examples=60)
@given(st.lists(PATHS, min_size=1, max_size=8, unique=True))
def test_what_a_students_archive_holds_is_theirs(holds: list[str]) -> None:
    """In a folder of archives every file is of the student whose archive it lies in."""
    paths = [f"{name}.zip" for name in HONEST] + ["mallory.zip"]
    (found,) = readings(tree_of(paths), "class", CONVENTIONS)
    assert (found.form, found.names) == ("class", tuple(paths))
    assert holds


@settings(max_examples=150)
@given(st.lists(PATHS, max_size=10, unique=True), st.sampled_from(["hand-in", "submitted", "hw1-submissions"]))
def test_any_paths_have_a_reading_or_two(paths: list[str], name: str) -> None:
    """Whatever stands there is read in one way, or in two that have different flags, or holds nothing."""
    found = readings(tree_of(paths), name, CONVENTIONS)
    assert len(found) <= 2
    assert len({one.form for one in found}) == len(found)
    assert all(one.form in FORMS and one.told(name) for one in found)


@pytest.mark.parametrize("form", FORMS)
def test_what_a_person_says_counts(tmp_path: Path, form: str) -> None:
    """Any path is read as it is said to be, or refused in words; said to be one student's, it is one's."""
    target = tmp_path / "mallory.zip"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("submitted/bob/hw/activations.py", "x = 1\n")
    target.write_bytes(data.getvalue())
    found = list_download(target, CONVENTIONS, form)  # type: ignore[arg-type]
    assert not found.unclear
    students = {"student": ["mallory"], "nbgrader": ["bob"], "class": ["submitted"], "sections": ["bob"]}
    assert [one.student for one in found.hand_ins] == students.get(form, [])
    assert bool(found.refused) != bool(found.hand_ins)
