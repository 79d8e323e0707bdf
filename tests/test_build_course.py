"""`blueprint build-course` on Fall 2026: the same bytes always, only what changed, and nothing noticed too late."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path

import pytest
from processes import started

from blueprint import freshness
from blueprint.build import BuildResult, TaskError
from blueprint.cli import run
from blueprint.paths import CoursePaths, shipped_content
from blueprint.stamp import BuildStamp, sha_of

ROOT = shipped_content()
HOME = Path(freshness.__file__).parent.parent
PYTHON = {**os.environ, "PYTHONPATH": str(HOME)}


def new_root(folder: Path) -> Path:
    """A course root with the content of Fall 2026 and nothing built."""
    for kind in ("syllabi", "rubrics", "slides"):
        shutil.copytree(ROOT / kind, folder / kind)
    time.sleep(0.05)  # files that change while a build begins get no stamp
    return folder


def content(root: Path) -> dict[str, bytes]:
    """Every built file but the cache's."""
    folder = root / "build" / "fall26"
    places = [place for place in folder.rglob("*") if place.is_file() and ".cache" not in place.parts]
    return {place.relative_to(folder).as_posix(): place.read_bytes() for place in places}


def made(out: str) -> dict[str, str]:
    """File -> reason, as `--explain` says."""
    return dict(line.removeprefix("made ").split(": ", 1) for line in out.splitlines() if line.startswith("made "))


@pytest.fixture(scope="module")
def shared(built_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root in which Fall 2026 was built by several jobs. Tests leave it as it is."""
    root = tmp_path_factory.mktemp("shared") / "course"
    shutil.copytree(built_root, root)
    time.sleep(0.05)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert run(["build-course", "fall26"]) == 0  # makes nothing, but leaves the stamp of this place
    return root


@pytest.fixture
def built(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built root to change, and the current folder."""
    return copied(shared, tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def shared_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root in which Fall 2026 was built without handbook and lectures. Tests leave it as it is."""
    root = new_root(tmp_path_factory.mktemp("small"))
    place = root / "syllabi" / "fall26.yaml"
    text, count = re.subn(r"(?m)^offering:\n", "offering:\n  slides: {formats: []}\n", place.read_text("utf-8"))
    assert count == 1
    place.write_text(f"{text}\nhandbook: null\n", "utf-8")
    time.sleep(0.05)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert run(["build-course", "fall26"]) == 0
    return root


@pytest.fixture
def small(shared_small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that root to change, and the current folder: for rules that are the same however much a course builds."""
    return copied(shared_small, tmp_path, monkeypatch)


def copied(root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a built root in a folder, as the current folder."""
    place = folder / "course"
    shutil.copytree(root, place)
    time.sleep(0.05)
    monkeypatch.chdir(place)
    return place


def rename_week(root: Path) -> None:
    """Give week 3 another title."""
    place = root / "syllabi" / "foundations.yaml"
    text, count = re.subn(r"(?m)^(  3:\n    title: ).*$", r"\1Work that flows", place.read_text("utf-8"))
    assert count == 1
    place.write_text(text, "utf-8")
    time.sleep(0.05)


# --- the same bytes --------------------------------------------------------------------------------------------


def test_same_bytes_everywhere(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another folder and one job give the same bytes in every file, whatever its kind."""
    root = new_root(tmp_path / "another folder")
    monkeypatch.chdir(root / "syllabi")
    assert run(["build-course", "fall26", "--jobs", "1"]) == 0
    mine, theirs = content(root), content(shared)
    assert {name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)} == set()
    assert {name.rpartition(".")[2] for name in mine} >= {
        "html",
        "pdf",
        "docx",
        "pptx",
        "tex",
        "ics",
        "csv",
        "md",
        "json",
    }
    out, err = capsys.readouterr()
    folder = shown_from(root / "syllabi", root)
    assert out == f"{folder}: {len(mine) - 1} files, {len(mine) - 1} made now\nopen {folder}/index.html first\n"
    assert re.fullmatch(r"(  \d+ of \d+ steps, \S+\n){10}", err)


def shown_from(here: Path, root: Path) -> str:
    folder = root / "build" / "fall26"
    return folder.relative_to(here).as_posix() if folder.is_relative_to(here) else str(folder)


def test_manifest(shared: Path) -> None:
    """The manifest lists every file with its hash and its sources, which exist; it holds no path of this machine and no time."""
    files = content(shared)
    text = files.pop("manifest.json").decode()
    manifest = json.loads(text)
    assert (manifest["schema"], manifest["course"]) == (1, "fall26")
    assert {name: entry["sha256"] for name, entry in manifest["files"].items()} == {
        name: sha256(data).hexdigest() for name, data in files.items()
    }
    for entry in manifest["files"].values():
        assert entry.keys() == {"sha256", "sources"}
        assert all((shared / source).is_file() for source in entry["sources"])
    made_of_nothing = {name for name, entry in manifest["files"].items() if not entry["sources"]}
    assert made_of_nothing == {"staff/slides/blueprint.sty", "staff/slides/palette-light.tex"}
    assert str(shared) not in text
    assert not re.search(r'"/|\d\d:\d\d|\b2\d{3}-\d\d-\d\d\b', text)


# --- only what changed -----------------------------------------------------------------------------------------

SHOW_WEEK_3 = [
    "index.html",
    *(f"site/{name}.html" for name in ("index", "schedule", "lectures", "search", "week/03", "course-map")),
    "site/syllabus.*",
    "site/weeks.*",
    "site/schedule*",
    "staff/ta-handbook.*",
    "staff/ta/week-03.*",
    "staff/announcements/week-03.md",
    "staff/slides/vol1-03*",
]
"""Who may show the title of week 3."""


def test_one_title(built: Path, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another title of one week changes what shows it; rubrics, other weeks' sheets and other chapters' decks are not made again."""
    rename_week(built)
    assert run(["build-course", "fall26", "--explain"]) == 0
    before, after = content(shared), content(built)
    changed = {name for name in after if after[name] != before[name]} - {"manifest.json"}
    assert {
        "index.html",
        "site/index.html",
        "site/week/03.html",
        "site/schedule.html",
        "site/search.html",
        "site/syllabus.html",
        "site/syllabus.pdf",
        "site/syllabus.docx",
        "site/course-map.html",
        "staff/ta/week-03.pdf",
        "staff/announcements/week-03.md",
    } <= changed
    assert {name for name in changed if not any(fnmatch(name, pattern) for pattern in SHOW_WEEK_3)} == set()
    reasons = made(capsys.readouterr().out)
    assert {name for name in reasons if not any(fnmatch(name, pattern) for pattern in SHOW_WEEK_3)} == set()
    assert changed == reasons.keys()
    assert all(reason.endswith(" changed") and ".tree" not in reason for reason in reasons.values())
    assert all(
        (built / "build/fall26" / name).stat().st_mtime_ns == (shared / "build/fall26" / name).stat().st_mtime_ns
        for name in after.keys() - reasons.keys() - {"manifest.json"}
    )


def test_only(built: Path, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--only` builds what it names and keeps the rest, and its place in the manifest; the next whole build does the rest."""
    rename_week(built)
    assert run(["build-course", "fall26", "--only", "syllabus, md", "--explain"]) == 0
    before, after = content(shared), content(built)
    documents = {f"site/{name}.{ending}" for name in ("syllabus", "weeks") for ending in ("html", "pdf", "docx")}
    named = {*documents, "staff/announcements/week-03.md"}
    assert {name for name in after if after[name] != before[name]} == named | {"manifest.json"}
    old, new = (json.loads(files["manifest.json"])["files"] for files in (before, after))
    assert {name for name in new if new[name] != old[name]} == named
    out = capsys.readouterr().out
    assert made(out).keys() == named
    weeks = sum(name.endswith(".md") for name in old)
    looked = f"build/fall26: {len(documents) + weeks} files named by --only, of {len(old)}"
    assert out.splitlines()[-2:] == [
        f"unchanged {weeks - 1} files: all they are made from is as it was",
        f"{looked}, {len(named)} made now",
    ]
    assert run(["build-course", "fall26", "--only", "syllabus,md"]) == 0
    assert capsys.readouterr().out == f"{looked}, nothing to make\n"
    assert run(["build-course", "fall26", "--explain"]) == 0
    assert "index.html" in (rest := made(capsys.readouterr().out))
    assert not named & rest.keys()


@pytest.mark.parametrize(
    ("only", "words"),
    [("sylabus", "did you mean `syllabus`?"), ("syllabus,isc", "did you mean `ics`?"), (" ,", "name what to build")],
)
def test_only_unknown(only: str, words: str, built: Path, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown name is a usage error with the near one, and nothing is made."""
    rename_week(built)
    assert run(["build-course", "fall26", "--only", only]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("blueprint: --only: ")
    assert words in err
    assert content(built) == content(shared)


def test_dropped_rubric(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The files of a rubric that the course names no more go, and are named."""
    place = built / "syllabi" / "fall26.yaml"
    kept = json.loads((built / "build/fall26/manifest.json").read_bytes())["files"]
    place.write_text(place.read_text("utf-8") + "\nhandbook: null\n", "utf-8")
    assert run(["build-course", "fall26"]) == 0
    out = capsys.readouterr().out
    gone = {name for name in kept if name.startswith("staff/ta")}
    assert {line.split("/", 2)[2] for line in out.splitlines() if line.startswith("removed ")} == {
        f"{name}, no longer needed" for name in gone
    }
    assert content(built).keys() == kept.keys() - gone | {"manifest.json"}
    assert not (built / "build/fall26/staff/ta").exists()


# --- hand edits ------------------------------------------------------------------------------------------------


def test_edited_file(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An edited file stays and is named with its new version, each time; `--overwrite` replaces it."""
    count = len(content(small)) - 1
    mine = small / "build" / "fall26" / "site" / "schedule.html"
    mine.write_bytes(b"mine")
    assert run(["build-course", "fall26"]) == 0
    same = f"build/fall26: {count} files, nothing to make\nopen build/fall26/index.html first\n"
    assert capsys.readouterr().out == "kept build/fall26/site/schedule.html, edited by hand\n" + same
    rename_week(small)
    assert run(["build-course", "fall26"]) == 0
    kept = (
        "kept build/fall26/site/schedule.html, edited by hand; the new version is build/fall26/site/schedule.new.html\n"
    )
    assert capsys.readouterr().out.startswith(kept)
    for _ in range(2):
        assert run(["build-course", "fall26"]) == 0
        assert capsys.readouterr().out == kept + same
    assert mine.read_bytes() == b"mine"
    new = mine.with_name("schedule.new.html").read_bytes()
    assert b"Work that flows" in new
    assert run(["build-course", "fall26", "--overwrite"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "removed build/fall26/site/schedule.new.html, no longer needed",
        f"build/fall26: {count} files, 1 made now",
        "open build/fall26/index.html first",
    ]
    assert mine.read_bytes() == new
    assert run(["build-course", "fall26"]) == 0
    assert capsys.readouterr().out == same


def test_new_version_deleted(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new version that was read and deleted is not named any more; the edited file, deleted, comes back."""
    mine = small / "build" / "fall26" / "site" / "schedule.html"
    mine.write_bytes(b"mine")
    rename_week(small)
    assert run(["build-course", "fall26"]) == 0
    mine.with_name("schedule.new.html").unlink()
    capsys.readouterr()
    assert run(["build-course", "fall26"]) == 0
    assert capsys.readouterr().out.startswith("kept build/fall26/site/schedule.html, edited by hand\n")
    mine.unlink()
    assert run(["build-course", "fall26"]) == 0
    assert b"Work that flows" in mine.read_bytes()
    assert not mine.with_name("schedule.new.html").exists()


# --- nothing changed, or something -----------------------------------------------------------------------------


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody may read the course."""

    def refuse(*arguments: object) -> None:
        raise AssertionError("the course is read")

    monkeypatch.setattr("generator.decks.lectures.checked_course", refuse)


@pytest.mark.usefixtures("no_work")
def test_nothing_changed(shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A build with nothing changed does not even read the course, writes no file, and says so."""
    monkeypatch.chdir(shared)
    before = {place: place.stat().st_mtime_ns for place in (shared / "build" / "fall26").rglob("*")}
    said = f"build/fall26: {len(content(shared)) - 1} files, nothing to make\nopen build/fall26/index.html first\n"
    assert run(["build-course", "fall26.yaml"]) == 0
    assert capsys.readouterr().out == said
    assert run(["build-course", "fall26", "--explain"]) == 0
    assert (
        capsys.readouterr().out
        == "no content file, output, package or part of Blueprint has changed since the last build\n" + said
    )
    assert {place: place.stat().st_mtime_ns for place in (shared / "build" / "fall26").rglob("*")} == before


def fresh(root: Path) -> bool:
    return BuildStamp(root / "build" / "fall26", root / "syllabi" / "fall26.yaml").fresh() is not None


def touch(name: str) -> Callable[[Path], None]:
    """A change of one byte that shows in neither size nor time."""

    def change(root: Path) -> None:
        place = root / name
        data, state = place.read_bytes(), place.stat()
        place.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        os.utime(place, ns=(state.st_atime_ns, state.st_mtime_ns))

    return change


def add(name: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / name).write_text("schema: 1\n", "utf-8")

    return change


def remove(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).unlink()


CHANGES = {
    "offering": touch("syllabi/fall26.yaml"),
    "syllabus": touch("syllabi/foundations.yaml"),
    "registry": touch("syllabi/registry/vol1.yaml"),
    "handbook": touch("syllabi/handbook/foundations.yaml"),
    "rubric": touch("rubrics/decision-log.yaml"),
    "rubric gone": remove("rubrics/decision-log.yaml"),
    "rubric beside the offering": add("syllabi/decision-log.yaml"),
    "deck": touch("slides/vol1/vol1-01.yaml"),
    "deck gone": remove("slides/vol1/vol1-02.yaml"),
    "new deck": add("slides/vol1/vol1-05.yaml"),
    "output": touch("build/fall26/staff/ta/week-07.pdf"),
    "output gone": remove("build/fall26/site/schedule.ics"),
    "manifest": touch("build/fall26/manifest.json"),
    "manifest gone": remove("build/fall26/manifest.json"),
    "stamp gone": remove("build/fall26/.cache/stamp"),
}


@pytest.fixture
def undone(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The shared root, whose every file is put back afterwards, with which the stamp holds again."""
    monkeypatch.chdir(shared)
    before = {place: place.read_bytes() for place in shared.rglob("*") if place.is_file()}
    assert fresh(shared)
    yield shared
    for place in [place for place in shared.rglob("*") if place.is_file() and place not in before]:
        place.unlink()
    for place, data in before.items():
        if not place.is_file() or place.read_bytes() != data:
            place.write_bytes(data)
    assert fresh(shared)


@pytest.mark.parametrize("what", CHANGES)
def test_change_is_noticed(what: str, undone: Path) -> None:
    """A change of any file a build reads or makes, and a new file that would be found first, ends the stamp."""
    CHANGES[what](undone)
    assert not fresh(undone)


def test_other_files_are_no_change(undone: Path) -> None:
    """A file that no build reads or makes is no change."""
    add("syllabi/notes.yaml")(undone)
    add("build/fall26/notes.txt")(undone)
    assert fresh(undone)


def test_word_template_is_noticed(built: Path) -> None:
    """Another Word template, and one in a folder that is looked at first, ends the stamp."""
    template = built / "syllabi" / "registry" / "ours.docx"
    shutil.copyfile(built / "build" / "fall26" / "site" / "syllabus.docx", template)
    place = built / "syllabi" / "fall26.yaml"
    text, count = re.subn(r"(?m)^offering:\n", "offering:\n  reference_docx: ours.docx\n", place.read_text("utf-8"))
    assert count == 1
    place.write_text(text, "utf-8")
    time.sleep(0.05)
    assert run(["build-course", "fall26"]) == 0
    assert fresh(built)
    touch("syllabi/registry/ours.docx")(built)
    assert not fresh(built)
    touch("syllabi/registry/ours.docx")(built)
    assert fresh(built)
    shutil.copyfile(template, built / "syllabi" / "ours.docx")
    assert not fresh(built)


def test_package_is_noticed(undone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of an installed package, or of Python, ends the stamp."""
    with monkeypatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        assert fresh(undone)
        (tmp_path / "typst-99.0.dist-info").mkdir()
        assert not fresh(undone)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version", "4.0")
        assert not fresh(undone)


def test_program_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any change of Blueprint's own files, a new name included, is another program; compiled files are not looked at."""
    for package in ("blueprint", "generator"):
        shutil.copytree(HOME / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(freshness, "_HOME", str(tmp_path))
    seen = {program()}
    (tmp_path / "blueprint" / "__pycache__").mkdir()
    (tmp_path / "blueprint" / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert program() in seen
    touch("blueprint/model/course.py")(tmp_path)
    seen.add(program())
    touch("generator/documents/templates/document.css")(tmp_path)
    seen.add(program())
    (tmp_path / "generator" / "course.py").rename(tmp_path / "generator" / "course2.py")
    seen.add(program())
    assert len(seen) == 4


def program() -> str:
    """What a stamp keeps of the program."""
    return "\n".join(freshness.program(("blueprint", "generator"), sha_of))


def test_damaged_stamp(undone: Path) -> None:
    """A stamp that was cut off, or has another byte anywhere, is no stamp."""
    place = undone / "build" / "fall26" / ".cache" / "stamp"
    data = place.read_bytes()
    step = len(data) // 97
    for end in range(0, len(data), step):
        for damaged in (data[:end], data[:end] + bytes([data[end] ^ 1]) + data[end + 1 :]):
            place.write_bytes(damaged)
            assert not fresh(undone)


def test_change_while_building(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is saved while a build runs is built by the next one."""
    from blueprint import build as engine

    build = engine.build

    def save_meanwhile(*arguments: object, **options: object) -> BuildResult:
        rename_week(small)
        return build(*arguments, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(engine, "build", save_meanwhile)
        assert run(["build-course", "fall26"]) == 0
    assert b"Work that flows" not in content(small)["site/schedule.html"]
    capsys.readouterr()
    assert run(["build-course", "fall26", "--explain"]) == 0
    assert "site/schedule.html" in made(capsys.readouterr().out)
    assert b"Work that flows" in content(small)["site/schedule.html"]


def test_change_while_reading(tmp_path: Path) -> None:
    """A file that may have changed between being read and being hashed gives no stamp."""
    place = tmp_path / "x.yaml"
    place.write_text("a")
    time.sleep(0.05)
    look = BuildStamp(tmp_path, place)
    assert look.read([place]) == {str(place): sha256(b"a").hexdigest()}
    place.write_text("b")
    assert look.read([place]) is None


def test_seen_from_another_folder(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names in messages are right from wherever the command is run."""
    (small / "build" / "fall26" / "site" / "schedule.csv").write_bytes(b"mine")
    count = len(content(small)) - 1
    for _ in range(2):
        for here, folder in (
            (small, "build/fall26"),
            (small / "build", "fall26"),
            (small / "syllabi", str(small / "build" / "fall26")),
        ):
            monkeypatch.chdir(here)
            assert run(["build-course", "fall26"]) == 0
            assert capsys.readouterr().out == (
                f"kept {folder}/site/schedule.csv, edited by hand\n{folder}: {count} files, nothing to make\n"
                f"open {folder}/index.html first\n"
            )


def test_warnings_are_repeated(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A warning is shown by each build, also by one that has nothing to make."""
    place = small / "syllabi" / "fall26.yaml"
    text, count = re.subn(
        r"(?m)^( *breaks:)\n",
        r"\1\n    late: {title: A late day, first: 2029-01-01}\n",
        place.read_text("utf-8"),
        count=1,
    )
    assert count == 1
    place.write_text(text, "utf-8")
    time.sleep(0.05)
    said: list[list[str]] = []
    for _ in range(3):
        assert run(["build-course", "fall26", "--only", "csv"] if not said else ["build-course", "fall26"]) == 0
        said.append([line for line in capsys.readouterr().err.splitlines() if " of " not in line])
    assert "warning" in said[0][0]
    assert said[0] == said[1] == said[2]
    assert fresh(small)


def test_last_built(small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The course built here last is remembered, also when nothing had to be made; a place that cannot be written is no failure."""
    assert run(["build-course", "fall26"]) == 0
    last = CoursePaths.find().last_built
    last.write_text("other\n")
    assert run(["build-course", "fall26"]) == 0
    assert last.read_text() == "fall26\n"
    last.unlink()
    last.mkdir()
    assert run(["build-course", "fall26"]) == 0
    assert capsys.readouterr().err == ""


# --- failures --------------------------------------------------------------------------------------------------


def test_failing_task(
    built: Path, shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that cannot be made is named with the reason, exit 1; the others are made, and it is tried again."""
    for week in ("03", "04"):
        (built / "build" / "fall26" / "staff" / "ta" / f"week-{week}.pdf").unlink()
    from generator.documents import typst

    compile_pdf = typst.compile_pdf

    def refuse(source: bytes, *, name: str, **options: object) -> bytes:
        if name.startswith("Week 3"):
            raise TaskError("this sheet is too long")
        return compile_pdf(source, name=name, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(typst, "compile_pdf", refuse)
        for count in (1, 0):
            assert run(["build-course", "fall26"]) == 1
            out, err = capsys.readouterr()
            assert "failed staff/ta/week-03.pdf: this sheet is too long\n" in err
            assert out == f"build/fall26: {len(content(built)) - 1} files, {count} made now, 1 failed\n"
    assert run(["build-course", "fall26", "--explain"]) == 0
    assert made(capsys.readouterr().out) == {"staff/ta/week-03.pdf": "failed the last time"}
    assert content(built) == content(shared)


def test_failing_text(built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a document's text fails, the line names its files, not what is in the cache; files that fail alike share a line."""
    from generator.text import pandoc

    def refuse(*arguments: object, **options: object) -> bytes:
        raise TaskError("pandoc: no")

    rename_week(built)
    monkeypatch.setattr(pandoc, "convert", refuse)
    assert run(["build-course", "fall26"]) == 1
    out, err = capsys.readouterr()
    line = next(line for line in err.splitlines() if line.startswith("failed"))
    assert re.fullmatch(r"failed site/(\S+, )+\S+ and \d+ more: pandoc: no", line)
    assert ".tree" not in err.partition("failed")[2]
    assert re.search(r": \d+ files, \d+ made now, .*\d+ failed\n$", out)


def test_folder_in_the_way(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder where a file should be is named, exit 1; a file where the build folder should be is a usage error."""
    place = small / "build" / "fall26" / "site" / "schedule.ics"
    place.unlink()
    place.mkdir()
    assert run(["build-course", "fall26"]) == 1
    assert (
        "failed site/schedule.ics: cannot be written: a folder of that name is in its place\n"
        in capsys.readouterr().err
    )
    shutil.rmtree(small / "build")
    (small / "build").write_bytes(b"mine")
    assert run(["build-course", "fall26"]) == 2
    assert (
        capsys.readouterr().err
        == "blueprint: the folder build/fall26 cannot be made: a file stands where a folder should be\n"
    )


def test_cache_cannot_be_written(built: Path, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cache that cannot be written is told; the files are right all the same."""
    cache = built / "build" / "fall26" / ".cache"
    shutil.rmtree(cache)
    cache.write_bytes(b"mine")
    assert run(["build-course", "fall26", "--only", "csv"]) == 0
    note = "note: build/fall26/.cache cannot be used, a file stands where a folder should be; the next build may take as long as this one\n"
    assert capsys.readouterr().err.endswith(note)
    cache.unlink()
    assert content(built) == content(shared)


# --- signals ---------------------------------------------------------------------------------------------------


def stopped(root: Path, number: signal.Signals, lines: int) -> tuple[int, str]:
    """Build in a session of its own and send a signal to all its processes after some lines of progress: exit code, stderr."""
    command = [sys.executable, "-m", "blueprint", "build-course", "fall26"]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with started(command, cwd=root, env=PYTHON, text=True, **pipes) as process:
        assert process.stderr is not None
        begun = "".join(process.stderr.readline() for _ in range(lines))
        os.killpg(process.pid, number)
        rest = process.stderr.read()
    return process.returncode, begun + rest


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_stopped(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C, which pandoc gets too, ends with 130, whole files and finished work kept; after a kill as well the next build is as any other."""
    root, right = new_root(tmp_path / "course"), content(shared)
    code, err = stopped(root, signal.SIGINT, 3)
    assert (code, "Traceback" in err, "failed" in err) == (130, False, False)
    assert err.endswith("\ninterrupted; what was finished is kept, nothing is half written\n")
    finished = content(root)
    assert finished
    assert all(data == right[name] for name, data in finished.items())
    assert not list(root.rglob("*.part"))
    code, _ = stopped(root, signal.SIGKILL, 3)
    assert code == -signal.SIGKILL
    assert all(data == right[name] for name, data in content(root).items() if not name.endswith(".part"))
    monkeypatch.chdir(root)
    assert run(["build-course", "fall26", "--explain"]) == 0
    out = capsys.readouterr().out
    assert "kept" not in out
    assert not made(out).keys() & finished.keys()
    assert content(root) == right
    assert not list(root.rglob("*.part"))
