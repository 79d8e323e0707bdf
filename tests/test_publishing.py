"""`blueprint site`: a folder that holds the students' site as it is at a moment, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from blueprint.cli import run
from blueprint.paths import COURSE_VARIABLE
from blueprint.problems import UsageError
from blueprint.publishing import MARK, NO_JEKYLL, publish

TINY = Path(__file__).parent / "cases" / "tiny"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A built site of two files."""
    for name in ("index.html", "week/01.html"):
        place = tmp_path / "site" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(name)
    return tmp_path / "site"


def there(folder: Path) -> set[str]:
    return {place.relative_to(folder).as_posix() for place in folder.rglob("*") if place.is_file()}


def test_a_folder_gets_the_site_and_what_pages_need(source: Path, tmp_path: Path) -> None:
    """An empty folder, or none, gets each file, the mark of what was written, and the word to GitHub to leave it alone."""
    done = publish(source, ["index.html", "week/01.html"], tmp_path / "public")
    assert there(tmp_path / "public") == {"index.html", "week/01.html", MARK, NO_JEKYLL}
    assert (done.written, done.same, done.removed) == (2, 0, 0)


def test_what_is_no_longer_part_of_the_site_goes(source: Path, tmp_path: Path) -> None:
    """The next time only what changed is written, and a page that is gone goes with its folder; other files stay."""
    folder = tmp_path / "public"
    publish(source, ["index.html", "week/01.html"], folder)
    (folder / "CNAME").write_text("cs.example.edu")
    (folder / ".git").mkdir()
    done = publish(source, ["index.html"], folder)
    assert there(folder) == {"index.html", "CNAME", MARK, NO_JEKYLL}
    assert not (folder / "week").exists()
    assert (done.written, done.same, done.removed) == (0, 1, 1)


def test_a_folder_of_somebody_else_is_left_alone(source: Path, tmp_path: Path) -> None:
    """A folder with files that no site wrote is refused, and named with one of them."""
    (tmp_path / "public").mkdir()
    (tmp_path / "public/thesis.tex").write_text("mine")
    with pytest.raises(UsageError, match=r"not of a course site \(thesis.tex\)"):
        publish(source, ["index.html"], tmp_path / "public")
    assert there(tmp_path / "public") == {"thesis.tex"}


def test_the_mark_removes_nothing_outside(source: Path, tmp_path: Path) -> None:
    """A mark somebody wrote into cannot make a run remove files elsewhere."""
    folder = tmp_path / "public"
    publish(source, ["index.html"], folder)
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (folder / MARK).write_text(f"index.html\n../outside.txt\n{outside}\n")
    assert publish(source, ["index.html"], folder).removed == 0
    assert outside.is_file()


@pytest.mark.slow
def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`site --publish` writes the site of a day and says which; the build folder of the course is not touched."""
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(TINY / kind, tmp_path / kind)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(COURSE_VARIABLE, raising=False)
    assert run(["site", "tiny", "--publish", "public", "--on", "2026-09-01"]) == 0
    files = there(tmp_path / "public")
    assert {"index.html", "schedule.html", "syllabus.pdf", "schedule.ics", "search.html"} <= files
    count = len(files) - 2
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert first == f"public: the site of Tue 2026-09-01 23:59, {count} files, {count} written now"
    assert second == "open public/index.html, or put the folder on a web server as it is"
    assert not (tmp_path / "build/tiny").exists()
    assert run(["site", "tiny", "--publish", "public", "--on", "2026-09-01"]) == 0
    assert f"{count} files, 0 written now" in capsys.readouterr().out


def test_a_day_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """What is no date is wrong usage, said before anything is built."""
    assert run(["site", "fall26", "--publish", "public", "--on", "tomorrow"]) == 2
    assert "write a date like 2026-10-05" in capsys.readouterr().err
