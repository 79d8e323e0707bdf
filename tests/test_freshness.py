"""A second run over what has not changed starts nothing and says the same; any change at all is noticed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.run.freshness import NAME, RunStamp
from blueprint import freshness

SAID = {"text": "all of it", "json": "{}", "code": 0}


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hand-ins, a course file, a roster and a folder of grades, all older than any run."""
    files = ("class/ada/engine.py", "class/bob/engine.py", "course.yaml", "roster.csv", "grades/results.csv", "secret")
    for name in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "latest.py").symlink_to("class/ada/engine.py")
    (tmp_path / "other.py").symlink_to("class/bob/engine.py")
    monkeypatch.setenv("BLUEPRINT_SECRET", str(tmp_path / "secret"))
    monkeypatch.setattr(freshness, "CLOCK_STEP", -10_000_000_000)  # as if the files were ten seconds old
    return tmp_path


def stamp(room: Path, **asked: Any) -> RunStamp:
    return RunStamp(room / "grades", {"suite": "micrograd", **asked})


def finished(room: Path) -> None:
    """A complete run."""
    one = stamp(room)
    one.begin()
    names = ("class", "course.yaml", "roster.csv", "secret", "latest.py")
    one.write([room / name for name in names], SAID)


def test_nothing_changed(room: Path) -> None:
    """What a complete run said is said again."""
    assert stamp(room).fresh() is None
    finished(room)
    assert stamp(room).fresh() == SAID


def _rewrite(path: Path) -> Callable[[Path], None]:
    def change(room: Path) -> None:
        place = room / path
        before = place.stat()
        place.write_text("x" * before.st_size)
        # What tells is the time of the change itself, which the kernel keeps in steps of some milliseconds.
        while place.stat().st_ctime_ns == before.st_ctime_ns:
            place.touch()
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))  # same size, same time: another content

    return change


CHANGES: dict[str, Callable[[Path], Any]] = {
    "a hand-in, its size and time kept": _rewrite(Path("class/ada/engine.py")),
    "the course, its size and time kept": _rewrite(Path("course.yaml")),
    "the roster": lambda room: (room / "roster.csv").write_text("longer than it was before"),
    "the secret": lambda room: (room / "secret").write_text("another secret"),
    "an output": lambda room: (room / "grades/results.csv").write_text("changed by hand"),
    "an output removed": lambda room: (room / "grades/results.csv").unlink(),
    "an output too many": lambda room: (room / "grades/more.csv").touch(),
    "a new file of a student": lambda room: (room / "class/ada/nn.py").touch(),
    "a new student": lambda room: (room / "class/cyd").mkdir(),
    "a student gone": lambda room: (room / "class/bob/engine.py").unlink(),
    "a file renamed": lambda room: (room / "class/bob/engine.py").rename(room / "class/bob/nn.py"),
    "a link to something else": lambda room: (room / "other.py").replace(room / "latest.py"),
    "what a link leads to": lambda room: (room / "class/ada/engine.py").write_text("through the link"),
    "a stamp that is no JSON": lambda room: (room / "grades" / NAME).write_text("{"),
    "a stamp that is another JSON": lambda room: (room / "grades" / NAME).write_text("[1]"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_noticed(room: Path, change: Callable[[Path], Any]) -> None:
    """Whatever is changed, added or taken away, the next run looks at everything."""
    finished(room)
    change(room)
    assert stamp(room).fresh() is None


def test_another_question_is_another_run(room: Path) -> None:
    """Asked for something else, or the same with another secret's place, nothing is known."""
    finished(room)
    assert stamp(room, suite="tinytorch").fresh() is None


def test_another_place_of_the_secret(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inputs drawn from another secret are other inputs."""
    finished(room)
    monkeypatch.setenv("BLUEPRINT_SECRET", str(room / "roster.csv"))
    assert stamp(room).fresh() is None


def test_another_package(room: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed Python or package looks at everything."""
    finished(room)
    packages = tmp_path_factory.mktemp("packages")
    monkeypatch.syspath_prepend(str(packages))
    assert stamp(room).fresh() == SAID
    (packages / "numpy-9.9.dist-info").mkdir()
    assert stamp(room).fresh() is None


def test_another_program(room: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed file of Blueprint that has a say in a grade looks at everything."""
    home = tmp_path_factory.mktemp("home")
    files = ("autograder/judging/judge.py", "blueprint/model/course.py", "autograder/suites/micrograd/cases.py")
    for name in (*files, "generator/course.py"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("")
    monkeypatch.setattr(freshness, "_HOME", str(home))
    for name in files:
        finished(room)
        (home / name).write_text("changed")
        assert stamp(room).fresh() is None
    finished(room)
    (home / "generator/course.py").write_text("decks have no say")
    assert stamp(room).fresh() == SAID


def test_an_interrupted_run_leaves_no_mark(room: Path) -> None:
    """From the moment a run begins until it is complete nothing is known to be unchanged."""
    finished(room)
    stamp(room).begin()
    assert stamp(room).fresh() is None
    assert not (room / "grades" / NAME).exists()


def test_a_file_changed_while_it_was_read(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is younger than the run may have been read before it changed: there is no stamp."""
    monkeypatch.setattr(freshness, "CLOCK_STEP", 20_000_000)
    one = stamp(room)
    one.begin()
    (room / "class/ada/engine.py").write_text("handed in at the last moment")
    one.write([room / "class"], SAID)
    assert stamp(room).fresh() is None


def test_what_python_writes_beside_a_suite_is_no_change(room: Path) -> None:
    """A suite of one's own may be compiled meanwhile."""
    one = stamp(room)
    one.begin()
    one.write([room / "class"], SAID)
    (room / "class" / "__pycache__").mkdir()
    (room / "class" / "__pycache__" / "suite.cpython-311.pyc").touch()
    assert stamp(room).fresh() == SAID


def test_the_mark_is_its_owners(room: Path) -> None:
    """The stamp names students' files, so it is for its owner only, whatever the umask."""
    before = os.umask(0)
    try:
        finished(room)
    finally:
        os.umask(before)
    assert stat.S_IMODE((room / "grades" / NAME).stat().st_mode) == 0o600
    assert [path.name for path in (room / "grades").iterdir() if path.name.startswith(".")] == [NAME]


def test_a_mark_that_cannot_be_written_is_no_error(room: Path) -> None:
    """A file that vanished meanwhile leaves no stamp, and the run is fine."""
    one = stamp(room)
    one.begin()
    one.write([room / "not there"], SAID)
    assert not (room / "grades" / NAME).exists()


def test_folders_of_any_depth_are_told(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A student's folders may lie a thousand deep: the run is remembered, and a change at the very bottom is noticed."""
    monkeypatch.chdir(room / "class" / "bob")
    for _ in range(1_500):
        os.mkdir("a")  # noqa: PTH102 -- relative, for the whole path is too long for many a tool
        os.chdir("a")
    finished(room)
    assert stamp(room).fresh() == SAID
    Path("new.py").touch()
    assert stamp(room).fresh() is None
    Path("new.py").unlink()
    for _ in range(1_500):  # what removes a test's folder is not to trip over them
        os.chdir("..")
        os.rmdir("a")  # noqa: PTH106
