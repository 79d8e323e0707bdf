"""Lectures as part of a course: which decks a term is given, by which command, and what is never lost."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.build import Task, build
from blueprint.build_folder import digest
from blueprint.cli import run
from blueprint.load import load
from blueprint.model import DeckFormat, Offering, ThemeName
from blueprint.paths import COURSE_VARIABLE, CoursePaths
from blueprint.stamp import BuildStamp
from generator.decks.lectures import lectures
from generator.decks.tasks import BY_DEFAULT
from generator.decks.theme import THEMES

TINY = Path(__file__).parent / "cases" / "tiny"
LECTURE = "      1: {kind: lecture, title: What a byte costs}"
ANSWER = "Eight, since two to the eighth is 256"


def deck(title: str, *extra: str) -> str:
    """A deck of 75 minutes with a question, 50 without its optional slide."""
    lines = [
        "schema: 1",
        f"title: {title}",
        *extra,
        "slides:",
        *("  - kind: title", f"    title: {title} has a price", "    minutes: 5", "    notes: {say: Welcome.}"),
        *("  - kind: exercise", "    title: How many bits tell 256 things apart?", "    minutes: 45"),
        f"    answer: [text: '{ANSWER}.']",
        "    notes: {say: Take a minute.}",
        *("  - kind: assertion", "    title: A word is several bytes", "    minutes: 25", "    core: false"),
        "    notes: {say: Or more.}",
    ]
    return "\n".join(lines) + "\n"


def replaced(root: Path, old: str, new: str, file: str = "syllabi/tiny.yaml") -> None:
    place = root / file
    text = place.read_text("utf-8")
    assert text.count(old) == 1
    place.write_text(text.replace(old, new), "utf-8")


def taught_with(root: Path, name: str) -> None:
    """Give the first session slides."""
    replaced(root, LECTURE, f"{LECTURE[:-1]}, deck: {name}}}")


def offering_has(root: Path, line: str) -> None:
    replaced(root, "  staff:\n", f"  {line}\n  staff:\n")


def add(root: Path, name: str, text: str) -> Path:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
    return place


def powerpoint(place: Path, text: str = "slides") -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(place, "w") as package:
        package.writestr("ppt/presentation.xml", text)
    return place


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of two weeks, whose chapters `bytes` and `clocks` have no deck yet; the current folder."""
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(TINY / kind, tmp_path / kind)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(COURSE_VARIABLE, raising=False)
    return tmp_path


def built(root: Path) -> set[str]:
    """The files in the slides folder of the built course."""
    return {place.name for place in (root / "build/tiny/staff/slides").iterdir()}


def content(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every built file but manifest and cache, with the time it was written."""
    places = [p for p in (root / "build").rglob("*") if p.is_file() and ".cache" not in p.parts]
    return {
        p.relative_to(root).as_posix(): (p.read_bytes(), p.stat().st_mtime_ns)
        for p in places
        if p.name not in ("manifest.json", ".last")
    }


def of_deck(stem: str, *, minutes: str = "", theme: str = "light") -> set[str]:
    """What is made of a deck when nothing is asked for."""
    slides = {f"{stem}{minutes}-{theme}.{ending}" for ending in ("pptx", "tex")}
    return slides | {f"{stem}{minutes}-handout.{ending}" for ending in ("html", "pdf")}


STYLE = {"blueprint.sty", "palette-light.tex"}


# --- which decks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "made"),
    [
        ("{formats: [pptx]}", {"-light.pptx"}),
        ("{formats: [beamer, handout]}", {"-light.tex", "-handout.html", "-handout.pdf"}),
        ("{formats: [pptx], theme: dark, minutes: 40}", {"-dark.pptx"}),
        ("{formats: [pptx], template: gold.pptx}", {"-gold.pptx"}),
    ],
)
def test_outlines_are_made_as_the_lectures_of_the_term(options: str, made: set[str], root: Path) -> None:
    """A chapter without a deck gets an outline in the formats, the theme and the template of its term; the index links each file."""
    from pptx import Presentation

    Presentation().save(str(root / "syllabi/gold.pptx"))
    offering_has(root, f"slides: {options}")
    assert run(["build-course", "tiny", "--only", "slides,index"]) == 0
    outlines = {f"{chapter}-outline{ending}" for chapter in ("bytes", "clocks") for ending in made}
    assert built(root) - STYLE == outlines
    assert outlines <= set(
        re.findall(r'href="staff/slides/([^"]+)"', (root / "build/tiny/index.html").read_text("utf-8"))
    )


def test_an_outline_that_fits_no_slide_is_told_at_its_chapter(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An objective longer than a slide is named with the place of its chapter, and the other outlines are made."""
    objective = "Count " + "bytes and words " * 500
    replaced(root, "slug: bytes", f"slug: bytes, objectives: [{objective}]", "syllabi/things.yaml")
    assert run(["build-course", "tiny", "--only", "slides"]) == 1
    line = 1 + (root / "syllabi/things.yaml").read_text("utf-8").split("slug: bytes")[0].count("\n")
    assert f"syllabi/things.yaml:{line}:" in (told := capsys.readouterr().err)
    assert "slide 2 is too full" in told
    assert "clocks-outline-light.pptx" in built(root)
    assert "bytes-outline-light.pptx" not in built(root)


@pytest.mark.parametrize(
    ("file", "extra"),
    [("bytes", ()), ("first", ("chapter: bytes",)), ("first", ('chapter: "bytes"  # the first',))],
    ids=["by its own id", "by the chapter it names", "in quotes"],
)
def test_a_chapter_with_a_deck_has_no_outline(file: str, extra: tuple[str, ...], root: Path) -> None:
    """A deck belongs to the chapter it names, else to the one whose id it has; other chapters keep their outline."""
    add(root, f"slides/one/{file}.yaml", deck("Bytes", *extra))
    assert run(["build-course", "tiny", "--only", "slides"]) == 0
    assert built(root) == of_deck(file) | of_deck("clocks-outline") | STYLE


def test_the_chapter_a_deck_names_counts_more_than_its_id(root: Path) -> None:
    """A deck called as one chapter that names another is the other's."""
    add(root, "slides/bytes.yaml", deck("Clocks", "chapter: clocks"))
    found = lectures(load(root / "syllabi/tiny.yaml", CoursePaths.find(root)))
    assert dict(found.weeks) == {1: (), 2: ("bytes",)}
    assert found.chapters == {"clocks"}


def test_an_alias_names_a_chapter(root: Path) -> None:
    """A deck may name its chapter by an older id."""
    assert "aliases: [bits]" in (root / "syllabi/things.yaml").read_text("utf-8")
    add(root, "slides/first.yaml", deck("Bytes", "chapter: bits"))
    found = lectures(load(root / "syllabi/tiny.yaml", CoursePaths.find(root)))
    assert found.weeks[1] == ("first",)
    assert found.problems == ()


def test_a_session_names_a_deck_of_no_chapter(root: Path) -> None:
    """The deck a session names comes first in its week and is built once, whoever else names it."""
    add(root, "slides/start.yaml", deck("The course"))
    add(root, "slides/bytes.yaml", deck("Bytes"))
    taught_with(root, "start")
    replaced(root, "title: Counting}", "title: Counting, deck: start}")
    found = lectures(load(root / "syllabi/tiny.yaml", CoursePaths.find(root)))
    assert found.weeks == {1: ("start", "bytes"), 2: ()}
    assert run(["build-course", "tiny", "--only", "slides"]) == 0
    assert of_deck("start") | of_deck("bytes") <= built(root)


@pytest.mark.parametrize(
    ("meetings", "minutes"),
    [(("10:30-11:20",), 50), (("10:30-11:45", "10:30-11:20", "13:00-13:50"), 50), (("9:00-10:15", "10:20-11:10"), 50)],
)
def test_lectures_are_as_long_as_most_meetings(meetings: tuple[str, ...], minutes: int, root: Path) -> None:
    """Decks are cut to the length most class meetings have, the shorter of two; `slides: minutes` says otherwise."""
    days = ("mon", "wed", "fri")
    listed = [
        '    - {{day: {}, start: "{}", end: "{}"}}\n'.format(day, *span.split("-"))
        for day, span in zip(days, meetings, strict=False)
    ]
    text = (root / "syllabi/tiny.yaml").read_text("utf-8")
    fresh = re.sub(r"  meetings:\n(    - .*\n)+", "  meetings:\n" + "".join(listed), text, count=1)
    (root / "syllabi/tiny.yaml").write_text(fresh, "utf-8")

    def offering() -> Offering:
        return load(root / "syllabi/tiny.yaml", CoursePaths.find(root)).course.offering

    assert offering().lecture_minutes == minutes
    offering_has(root, "slides: {minutes: 40}")
    assert offering().lecture_minutes == 40


def test_the_offering_says_how_decks_are_made(root: Path) -> None:
    """Theme, formats and minutes of an offering hold for both commands; what is asked for on the line counts more."""
    offering_has(root, "slides: {theme: nature, formats: [beamer], minutes: 50}")
    add(root, "slides/bytes.yaml", deck("Bytes"))
    assert run(["build-course", "tiny", "--only", "slides"]) == 0
    decks = {name for name in built(root) if name.startswith("bytes")}
    assert decks == {"bytes-50min-nature.tex"}
    assert run(["slides", "bytes"]) == 0
    assert {name for name in built(root) if name.startswith("bytes")} == decks
    assert run(["slides", "bytes", "--theme", "dark", "--to", "handout,beamer,pptx", "--minutes", "75"]) == 0
    assert {name for name in built(root) if name.startswith("bytes")} == decks | of_deck("bytes", theme="dark")


def test_an_offering_may_ask_for_what_there_is() -> None:
    """The themes and formats an offering may name are those there are, but for what needs TeX."""
    assert get_args(ThemeName) == THEMES
    assert set(BY_DEFAULT) == set(get_args(DeckFormat))


# --- two commands, one folder ----------------------------------------------------------------------------------


def test_neither_command_makes_the_others_files_again(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`build-course` and `slides`, in any order, lose nothing, and make nothing that is there."""
    add(root, "slides/bytes.yaml", deck("Bytes", "chapter: bits"))
    assert run(["build-course", "tiny"]) == 0
    course = content(root)
    assert run(["slides", "bytes"]) == 0
    assert content(root) == course
    assert run(["slides", "bytes", "--theme", "dark", "--answers", "shown", "--minutes", "50"]) == 0
    everything = content(root)
    assert course.items() < everything.items()
    assert any("bytes-50min-answers" in name for name in everything.keys() - course.keys())
    dark = ["slides", "bytes", "--theme", "dark", "--answers", "shown", "--minutes", "50"]
    for command in (["build-course", "tiny"], ["build-course", "tiny"], dark, ["build-course", "tiny"], dark):
        capsys.readouterr()
        assert run([*command, "--explain"]) == 0
        assert "nothing to make" in capsys.readouterr().out
        assert content(root) == everything


def test_slides_may_come_first(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `slides` has made is not made again by the first `build-course`, nor is an extra version lost."""
    add(root, "slides/bytes.yaml", deck("Bytes"))
    assert run(["slides", "bytes"]) == 0
    assert run(["slides", "bytes", "--theme", "dark", "--to", "beamer"]) == 0
    before = content(root)
    assert run(["build-course", "tiny"]) == 0
    assert before.items() <= content(root).items()


def test_the_courses_own_decks_go_with_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A deck file that is removed takes with it what `build-course` made of it, and leaves what was asked for."""
    place = add(root, "slides/bytes.yaml", deck("Bytes"))
    assert run(["build-course", "tiny"]) == 0
    assert run(["slides", "bytes", "--theme", "dark", "--to", "beamer"]) == 0
    place.unlink()
    assert run(["build-course", "tiny"]) == 0
    assert built(root) == of_deck("bytes-outline") | of_deck("clocks-outline") | STYLE | {
        "bytes-dark.tex",
        "palette-dark.tex",
    }


def test_a_deck_that_was_asked_for_and_deleted_is_forgotten(root: Path) -> None:
    """A version somebody deletes leaves the manifest with the next build, and is not made again."""
    add(root, "slides/bytes.yaml", deck("Bytes"))
    assert run(["slides", "bytes", "--theme", "dark", "--to", "beamer"]) == 0
    (root / "build/tiny/staff/slides/bytes-dark.tex").unlink()
    assert run(["build-course", "tiny"]) == 0
    files = json.loads((root / "build/tiny/manifest.json").read_bytes())["files"]
    assert "staff/slides/palette-dark.tex" in files
    assert "staff/slides/bytes-dark.tex" not in files
    assert not (root / "build/tiny/staff/slides/bytes-dark.tex").exists()


NAMES = st.frozensets(st.sampled_from("abcde"), max_size=4)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), NAMES), min_size=1, max_size=6), st.booleans())
def test_shared_files_stay(builds: list[tuple[bool, frozenset[str]]], cache_is_lost: bool) -> None:
    """Whatever order builds come in, a file is there if the last whole build makes it, or any other has made it."""

    def task(name: str) -> list[Task]:
        tree = Task(f"{name}.tree", "x", (f"{name}.tree",), {"text": name}, _text(f"{name}.tree"), intermediate=True)
        return [tree, Task(name, "x", (name,), {"text": name}, _text(name), (tree.name,), ("source",))]

    with TemporaryDirectory() as place:
        folder = Path(place)
        there: dict[str, bool] = {}
        """File -> whether a build without pruning has made it."""
        for whole, names in builds:
            tasks = [t for name in sorted(names) for t in task(name)]
            result = build(tasks, folder, "x", prune=whole)
            if not cache_is_lost:
                assert result.made.keys() == names - there.keys()
            if whole:
                there = dict.fromkeys(names, False) | {name: True for name, shared in there.items() if shared}
            else:
                there |= dict.fromkeys(names, True)
            assert {p.name for p in folder.iterdir() if p.is_file()} == there.keys() | {"manifest.json"}
            assert json.loads((folder / "manifest.json").read_bytes())["files"].keys() == there.keys()
            if cache_is_lost:
                shutil.rmtree(folder / ".cache")
            else:
                assert not build(tasks, folder, "x", prune=whole).made


def _text(name: str) -> Callable[..., dict[str, bytes]]:
    return lambda made: {name: digest(name).encode()}


# --- which course ----------------------------------------------------------------------------------------------


def another_offering(root: Path) -> None:
    (root / "syllabi/other.yaml").write_text("schema: 1\nextends: tiny.yaml\noffering: {term: Spring 2027}\n", "utf-8")


def test_the_only_offering_is_meant(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With one offering, its build folder gets the decks, and the line before says so."""
    add(root, "slides/bytes.yaml", deck("Bytes"))
    assert run(["slides", "bytes", "--to", "beamer"]) == 0
    assert "bytes-light.tex" in built(root)
    assert capsys.readouterr().out.splitlines()[0] == "course: syllabi/tiny.yaml (the only offering here)"


def test_several_offerings_are_listed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With several offerings it must be said which, by `--course`, the environment, or by having built one."""
    another_offering(root)
    add(root, "slides/bytes.yaml", deck("Bytes"))
    command = ["slides", "bytes", "--to", "beamer"]
    assert run(command) == 2
    assert capsys.readouterr().err == "blueprint: which course? Name one of: other, tiny\n"
    assert not (root / "build").exists()
    assert run([*command, "--course", "other"]) == 0
    assert (root / "build/other/staff/slides/bytes-light.tex").is_file()
    assert capsys.readouterr().out.startswith("build/other: ")
    with monkeypatch.context() as patch:
        patch.setenv(COURSE_VARIABLE, "tiny")
        assert run(command) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"course: syllabi/tiny.yaml (from ${COURSE_VARIABLE})"
    (root / "build/.last").write_text("other\n")
    assert run(command) == 0
    assert capsys.readouterr().out.splitlines()[0] == "course: syllabi/other.yaml (built here last)"


def test_slides_work_without_an_offering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no offering, decks keep their own minutes and go to build/slides/; one line says so."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(COURSE_VARIABLE, raising=False)
    add(tmp_path, "slides/bytes.yaml", deck("Bytes", "minutes: 60"))
    assert run(["slides", "bytes", "--to", "beamer"]) == 0
    assert (tmp_path / "build/slides/bytes-light.tex").is_file()
    first, *_ = capsys.readouterr().out.splitlines()
    assert first == "no offering here: decks keep the minutes they name and go to build/slides/"


def test_a_syllabus_without_dates_has_no_decks(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A syllabus that is no offering is refused by name, as by `build-course`."""
    assert run(["slides", "--course", "foundations"]) == 2
    assert "is a syllabus without dates" in capsys.readouterr().err


# --- the instructor's own file ---------------------------------------------------------------------------------


def test_an_own_deck_is_copied_under_its_name(root: Path) -> None:
    """A session's own file is copied byte for byte, and the index links it as finished."""
    mine = powerpoint(root / "syllabi/lectures/Week 1.pptx")
    taught_with(root, "lectures/Week 1.pptx")
    assert run(["build-course", "tiny"]) == 0
    assert (root / "build/tiny/staff/slides/Week 1.pptx").read_bytes() == mine.read_bytes()
    page = (root / "build/tiny/index.html").read_text("utf-8")
    assert re.search(r'href="staff/slides/Week(%20| )1\.pptx"', page)
    assert "1 of 2 weeks have finished lectures" in page


def spoken_about(place: Path) -> Path:
    """A PowerPoint file of one slide, with a note, a picture in the note, and a comment."""
    import pptx
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[0])
    slide.shapes.title.text = "What a byte costs"
    slide.notes_slide.notes_text_frame.text = "xqcanary in a note"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    for part, name, kind in (
        (slide.notes_slide.part, "media/answer.png", "image"),
        (slide.part, "comments/c1.xml", "comments"),
    ):
        inner = Part(PackURI(f"/ppt/{name}"), "application/xml", presentation.part.package, b"<xqcanary/>")
        part.relate_to(inner, f"{kinds}/{kind}")
    presentation.save(str(place))
    return place


def test_an_own_deck_is_given_out_without_what_is_said_about_it(root: Path) -> None:
    """A released PowerPoint file has its slides in the site, and neither notes nor comments nor what only they show."""
    import pptx

    mine = spoken_about(root / "syllabi/week1.pptx")
    replaced(root, LECTURE, f"{LECTURE[:-1]}, deck: week1.pptx, release: at once}}")
    assert run(["build-course", "tiny", "--only", "site/handouts/*"]) == 0
    given_out = root / "build/tiny/site/handouts/week1.pptx"
    (slide,) = pptx.Presentation(str(given_out)).slides
    assert slide.shapes.title.text == "What a byte costs"
    assert not slide.has_notes_slide
    with ZipFile(mine) as whole, ZipFile(given_out) as package:
        assert sum(b"xqcanary" in whole.read(name) for name in whole.namelist()) == 3
        assert [name for name in package.namelist() if b"xqcanary" in package.read(name)] == []
        assert not {"notesSlides", "comments"} & {part for name in package.namelist() for part in name.split("/")}


def test_an_own_deck_that_nothing_releases_stays_with_the_staff(root: Path) -> None:
    """An instructor's own file is given out only where its session says when."""
    spoken_about(root / "syllabi/week1.pptx")
    taught_with(root, "week1.pptx")
    assert run(["build-course", "tiny", "--only", "site/*.html,slides"]) == 0
    assert (root / "build/tiny/staff/slides/week1.pptx").exists()
    assert not (root / "build/tiny/site/handouts").exists()


def test_a_copy_edited_by_hand_is_kept(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A copy that was changed in the build folder is never overwritten; the new original stands beside it."""
    mine = powerpoint(root / "syllabi/week1.pptx")
    taught_with(root, "week1.pptx")
    assert run(["build-course", "tiny"]) == 0
    copy = root / "build/tiny/staff/slides/week1.pptx"
    copy.write_bytes(b"changed in PowerPoint")
    powerpoint(mine, "another version")
    assert run(["build-course", "tiny"]) == 0
    assert copy.read_bytes() == b"changed in PowerPoint"
    assert copy.with_name("week1.new.pptx").read_bytes() == mine.read_bytes()
    assert "kept build/tiny/staff/slides/week1.pptx, edited by hand" in capsys.readouterr().out


# --- what a build notices --------------------------------------------------------------------------------------


@pytest.fixture
def stamped(root: Path) -> Path:
    """A built course with a deck, a picture, a deck of no week, and a session's own file."""
    figure = "body: [figure: {file: byte.png, alt: Eight boxes.}]"
    text = deck("Bytes").replace("    minutes: 25\n", f"    minutes: 25\n    {figure}\n")
    add(root, "slides/bytes.yaml", text)
    from PIL import Image

    Image.new("RGB", (8, 8), "white").save(root / "slides/byte.png")
    add(root, "slides/atoms.yaml", deck("Atoms"))
    powerpoint(root / "syllabi/week1.pptx")
    taught_with(root, "week1.pptx")
    time.sleep(0.05)
    assert run(["build-course", "tiny"]) == 0
    assert fresh(root)
    return root


def fresh(root: Path) -> bool:
    return BuildStamp(root / "build/tiny", root / "syllabi/tiny.yaml").fresh() is not None


NOTICED: dict[str, Callable[[Path], object]] = {
    "a deck": lambda root: replaced(root, "has a price", "has its price", "slides/bytes.yaml"),
    "a deck that may come to name a chapter": lambda root: add(
        root, "slides/atoms.yaml", deck("Atoms", "chapter: clocks")
    ),
    "a new deck": lambda root: add(root, "slides/clocks.yaml", deck("Clocks")),
    "a new deck in a new folder": lambda root: add(root, "slides/later/x.yaml", deck("Clocks", "chapter: clocks")),
    "a deck removed": lambda root: (root / "slides/atoms.yaml").unlink(),
    "a picture": lambda root: (root / "slides/byte.png").write_bytes(b"another"),
    "an own file": lambda root: powerpoint(root / "syllabi/week1.pptx", "new"),
    "an own file removed": lambda root: (root / "syllabi/week1.pptx").unlink(),
    "a copy": lambda root: powerpoint(root / "build/tiny/staff/slides/week1.pptx", "new"),
}


def test_a_change_of_a_lecture_is_noticed(stamped: Path) -> None:
    """A changed, new or removed deck, picture or own file ends the stamp; a note beside them does not."""
    add(stamped, "slides/notes.txt", "to do")
    assert fresh(stamped)
    before = {p: p.read_bytes() for p in stamped.rglob("*") if p.is_file()}
    for what, change in NOTICED.items():
        change(stamped)
        assert not fresh(stamped), what
        for place in [p for p in stamped.rglob("*") if p.is_file() and p not in before]:
            place.unlink()
        for place, data in before.items():
            place.write_bytes(data)
        assert fresh(stamped), what


def test_a_new_deck_replaces_the_outline(stamped: Path) -> None:
    """The build after a deck has appeared makes the lecture and removes the outline."""
    add(stamped, "slides/clocks.yaml", deck("Clocks"))
    assert run(["build-course", "tiny"]) == 0
    assert of_deck("clocks") <= built(stamped)
    assert not [name for name in built(stamped) if "outline" in name]


# --- faults ----------------------------------------------------------------------------------------------------


def test_errors_of_decks_and_course_are_told_together(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A deck's error fails the build as a course's does, both in one list, before anything is written."""
    add(root, "slides/bytes.yaml", deck("Bytes").replace("kind: exercise", "kind: exercize"))
    add(root, "slides/atoms.yaml", "schema: 1\n")
    replaced(root, "weight: 40", "weight: 41")
    assert run(["build-course", "tiny"]) == 1
    told = capsys.readouterr().err
    assert re.findall(r"(?m)^(\S+?):\d+:\d+: error", told) == ["syllabi/tiny.yaml", "slides/bytes.yaml"]
    assert "did you mean `exercise`?" in told
    assert told.endswith("2 errors; nothing was written\n")
    assert not (root / "build").exists()


def test_lints_are_told_by_slides_check_only(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `slides check` warns of does not keep a course from being built, and is not told there."""
    add(root, "slides/bytes.yaml", deck("Bytes").replace("Bytes has a price", "Bytes"))
    assert run(["slides", "check", "bytes"]) in (0, 1)
    assert "warning" in capsys.readouterr().out
    assert run(["build-course", "tiny", "--only", "slides"]) == 0
    assert "warning" not in capsys.readouterr().err


# --- the index -------------------------------------------------------------------------------------------------


def links(page: Path) -> set[str]:
    found = set(re.findall(r'href="([^"#]+)"', page.read_text("utf-8")))
    return {link for link in found if ":" not in link}


def test_the_index_tells_finished_from_outline_in_words(root: Path) -> None:
    """Each week's slides are called finished or outline only, in words, and every link of the index leads somewhere."""
    add(root, "slides/bytes.yaml", deck("Bytes"))
    assert run(["build-course", "tiny"]) == 0
    page = root / "build/tiny/index.html"
    text = re.sub(r"<[^>]+>|\s+", " ", page.read_text("utf-8"))
    assert "1 of 2 weeks have finished lectures" in text
    assert text.count("✓ Finished") == 1
    assert text.count("Outline only") == 1
    assert {link for link in links(page) if not (page.parent / link).is_file()} == set()
    decks = {link.removeprefix("staff/slides/") for link in links(page) if link.startswith("staff/slides/")}
    assert decks == built(root)


def test_students_are_not_led_to_answers(root: Path) -> None:
    """No page for students leads out of the site, and the handout holds no answer."""
    add(root, "slides/bytes.yaml", deck("Bytes"))
    assert run(["build-course", "tiny"]) == 0
    folder = root / "build/tiny"
    for page in (folder / "site").rglob("*.html"):
        for link in links(page):
            assert (page.parent / link).resolve().is_relative_to((folder / "site").resolve()), (page.name, link)
    announced = "".join(p.read_text("utf-8") for p in (folder / "staff/announcements").iterdir())
    assert "staff/" not in announced
    assert ANSWER not in (folder / "staff/slides/bytes-handout.html").read_text("utf-8")
    assert ANSWER in (folder / "staff/slides/bytes-light.tex").read_text("utf-8")
    assert not [name for name in built(root) if "answers" in name]


def test_a_university_lends_its_slides(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a template in the offering PowerPoint files carry its name; another template makes them again."""
    from pptx import Presentation

    add(root, "slides/bytes.yaml", deck("Bytes"))
    offering_has(root, "slides: {template: gold.pptx, formats: [pptx]}")
    Presentation().save(str(root / "syllabi/gold.pptx"))
    assert run(["build-course", "tiny", "--only", "slides"]) == 0
    assert {name for name in built(root) if name.endswith(".pptx") and "outline" not in name} == {"bytes-gold.pptx"}
    wide = Presentation()
    wide.slide_width *= 2
    wide.save(str(root / "syllabi/gold.pptx"))
    capsys.readouterr()
    assert run(["build-course", "tiny", "--only", "slides", "--explain"]) == 0
    assert "made staff/slides/bytes-gold.pptx: theme changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("text: " + "words and " * 500, "slide 3 is too full"),
        (r"equation: {tex: '\frac{1}{'}", r"the formula `\frac{1}{` cannot be read"),
        ("table: {columns: [a], rows: [[" + "x" * 10_000 + "]]}", "slide 3 is too full"),
    ],
)
def test_a_deck_that_cannot_be_shown_is_not_written(
    body: str, says: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text that fits no slide and formulas nobody can read fail at their line; other decks are made."""
    bad = add(root, "slides/bad.yaml", deck("Bad", "minutes: 75") + f"    body: [{{{body}}}]\n")
    add(root, "slides/good.yaml", deck("Good"))
    assert run(["slides", "bad", "good", "--to", "pptx"]) == 1
    told = capsys.readouterr().err
    line = bad.read_text("utf-8").count("\n")
    assert f"bad.yaml:{line}:" in told
    assert says in told
    made = {place.name for place in root.glob("build/**/*.pptx")}
    assert any(name.startswith("good") for name in made)
    assert not any(name.startswith("bad") for name in made)
