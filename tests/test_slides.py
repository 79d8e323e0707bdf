"""`blueprint slides`: decks built side by side, checked, drafted, previewed, and written onto templates."""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from processes import gone

from blueprint.build import TaskError
from blueprint.cli import run
from blueprint.load import load
from blueprint.model import Chapter
from blueprint.paths import CoursePaths
from blueprint.problems import UsageError
from generator.decks.beamer.latex import compile_latex
from generator.decks.draft import draft, is_draft
from generator.decks.figure import pictures
from generator.decks.lint import lint
from generator.decks.plan import displayed
from generator.decks.powerpoint.empty_presentation import EmptyPresentation
from generator.decks.powerpoint.shapes import MARKED
from generator.decks.powerpoint.theme_colors import ROLE_COLORS, TINT, theme_colors
from generator.decks.powerpoint.university_template import university_template
from generator.decks.powerpoint.writer import Material, powerpoint
from generator.decks.preview import office_pdf, sheet
from generator.decks.read import read_deck
from generator.decks.theme import TEXT_CONTRAST, THEMES, contrast, theme
from generator.decks.timing import timed_deck
from generator.text import pandoc
from generator.text.formula import formulas

ROOT = Path(__file__).resolve().parent.parent
DECKS = Path(__file__).parent / "cases" / "decks"
SHIPPED = CoursePaths.find(ROOT).decks()
OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice")
needs_latex = pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")

PAGE = (
    r"\documentclass{{article}}\usepackage[T1]{{fontenc}}\usepackage{{lmodern}}\begin{{document}}{body}\end{{document}}"
)


def test_versions_stand_beside_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Themes, lengths and answers have names of their own, so that none overwrites another."""
    monkeypatch.chdir(tmp_path)
    for extra in ([], ["--theme", "dark"], ["--minutes", "50"], ["--answers", "hidden"], ["--answers", "shown"]):
        assert run(["slides", "vol1-01", "--to", "beamer", *extra]) == 0
    made = {p.name for p in (tmp_path / "build/slides").glob("vol1*")}
    assert made == {f"vol1-01{v}.tex" for v in ("-light", "-dark", "-50min-light", "-student-light", "-answers-light")}
    assert {"blueprint.sty", "palette-light.tex", "palette-dark.tex"} <= {
        p.name for p in (tmp_path / "build/slides").iterdir()
    }


def test_a_student_version_holds_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hidden answers, the source itself does not hold them."""
    monkeypatch.chdir(tmp_path)
    assert run(["slides", "vol1-01", "--to", "beamer"]) == 0
    assert run(["slides", "vol1-01", "--to", "beamer", "--answers", "hidden"]) == 0
    folder = tmp_path / "build/slides"
    with_answers, without = ((folder / f"vol1-01{v}-light.tex").read_text("utf-8") for v in ("", "-student"))
    told = [
        line
        for line in with_answers.split(r"\begin{answer}")[1:]
        for line in line.partition(r"\end{answer}")[0].splitlines()
        if len(line) > 40
    ]
    assert len(told) > 10
    assert [line for line in told if line.strip() in without] == []
    assert r"\begin{answer}" not in without


@needs_latex
@pytest.mark.latex
def test_slides_become_a_pdf_with_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deck compiles in a dark theme, twice to the same bytes, and a second build has nothing to do."""
    (tmp_path / "slides").mkdir()
    shutil.copy(DECKS.with_name("decks-awkward") / "references.yaml", tmp_path / "slides" / "deck.yaml")
    monkeypatch.chdir(tmp_path)
    pdf = tmp_path / "build/slides/deck-dark.pdf"
    command = ["slides", "deck", "--theme", "dark", "--to", "pdf"]
    assert run(command) == 0
    first, written = pdf.read_bytes(), pdf.stat().st_mtime_ns
    assert run(command) == 0
    assert pdf.stat().st_mtime_ns == written
    shutil.rmtree(tmp_path / "build")
    assert run(command) == 0
    assert pdf.read_bytes() == first


@needs_latex
@pytest.mark.latex
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (r"\undefined", "LaTeX stopped: Undefined control sequence"),
        (r"{\font\x=cmr10 \x \char200}", "the font cmr10 lacks a letter"),
        (r"\vbox to 10pt{\vrule height 50pt}", "points too full"),
    ],
)
def test_what_tex_only_mentions_is_an_error(body: str, says: str) -> None:
    """A stop, a missing letter and an overfull page are errors that name the file."""
    with pytest.raises(TaskError, match=says) as told:
        compile_latex({"x.tex": PAGE.format(body=body).encode()}, "x.tex")
    assert str(told.value).startswith("x.tex: ")


def test_without_tex_everything_else_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a machine without LaTeX the source and the handout are there, and one line says what to install."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert run(["slides", "vol1-04", "--to", "beamer,pdf,handout"]) == 1
    told = capsys.readouterr().err
    assert told.count("needs LaTeX; install it") == 1
    made = {p.name for p in (tmp_path / "build/slides").iterdir()}
    assert {"vol1-04-light.tex", "vol1-04-handout.html", "vol1-04-handout.pdf"} <= made
    assert "vol1-04-light.pdf" not in made


def test_no_shell_is_reached_from_a_deck() -> None:
    """TeX runs with shell escape off."""
    if not shutil.which("pdflatex"):
        pytest.skip("needs pdflatex")
    with pytest.raises(TaskError):
        compile_latex({"x.tex": PAGE.format(body=r"\immediate\write18{touch made}\input{made}").encode()}, "x.tex")
    assert subprocess.run(["pdflatex", "--version"], capture_output=True, check=True).stdout


@needs_latex
@pytest.mark.latex
def test_text_from_right_to_left_is_refused_by_latex_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hebrew makes the PDF of the slides an error that names the slide and the way out; all else is made."""
    planted("right-to-left", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(["slides", "deck", "--to", "pptx,beamer,pdf,handout"]) == 1
    told = "".join(capsys.readouterr())
    assert told.count("slide 2 (claim): LaTeX sets no text from right to left") == 1
    assert "leave `pdf` out of --to" in told
    made = {p.name for p in (tmp_path / "build/slides").iterdir()}
    assert {"deck-light.pptx", "deck-light.tex", "deck-handout.html", "deck-handout.pdf"} <= made
    assert "deck-light.pdf" not in made


# --- check -----------------------------------------------------------------------------------------------------


def planted(name: str, folder: Path) -> None:
    """Put the deck of a case, and what lies beside it, into the slides of a folder."""
    shutil.copytree(DECKS / name, folder / "slides", ignore=shutil.ignore_patterns("expect.txt"))


@pytest.mark.parametrize("name", sorted(folder.name for folder in DECKS.iterdir()))
def test_a_fault_of_a_deck_is_told(
    name: str,
    tmp_path: Path,
    rewrite_cases: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`slides check` prints exactly what the case expects: the fault its first line speaks of, at its line."""
    planted(name, tmp_path)
    monkeypatch.chdir(tmp_path)
    code = run(["slides", "check", "deck"])
    found = f"{''.join(capsys.readouterr())}exit code {code}\n"
    expect = DECKS / name / "expect.txt"
    if rewrite_cases:
        expect.write_text(found, "utf-8", newline="\n")
    assert found == expect.read_text("utf-8")
    assert (DECKS / name / "deck.yaml").read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("name", THEMES)
def test_text_on_every_tint_can_be_read(name: str) -> None:
    """In PowerPoint, text has the contrast WCAG AA asks for on everything a theme lays below it; no deck can change that."""
    shown = theme_colors(theme(name))
    page, panel, ink, soft, accent = (shown[slot] for slot in ("lt1", "lt2", "dk1", "dk2", "accent1"))
    for ground in (page, panel):
        pairs = [(ink, blended(shown[slot], ground, TINT)) for slot in ROLE_COLORS.values()]
        marked = blended(accent, ground, MARKED)
        programs = [(shown[slot], below) for slot in ("dk1", "dk2", "accent1", "accent2") for below in (ground, marked)]
        others = [(soft, ground), (accent, ground), (page, accent)]
        for front, back in (*pairs, *programs, *others):
            assert contrast(front, back) >= TEXT_CONTRAST, (front, back)


def blended(front: str, back: str, percent: int) -> str:
    """A color laid over another, so much of it that the other shows through."""
    mixed = (int(front[i : i + 2], 16) * percent + int(back[i : i + 2], 16) * (100 - percent) for i in (0, 2, 4))
    return "".join(f"{round(channel / 100):02X}" for channel in mixed)


# --- new -------------------------------------------------------------------------------------------------------


def chapters() -> dict[str, Chapter]:
    paths = CoursePaths.find(ROOT)
    syllabus = paths.lookup("foundations", "syllabi")
    assert syllabus is not None
    return dict(load(syllabus, paths).course.registry.chapters)


CHAPTERS = chapters()
NO_OBJECTIVES = Chapter(number=9, title='Bytes: "what" they cost', slug="bytes")  # type: ignore[arg-type]


@pytest.mark.parametrize("key", [*CHAPTERS, "none"])
def test_a_draft_lacks_nothing_but_its_content(key: str, tmp_path: Path) -> None:
    """A draft reads well, holds the chapter's objectives, fills 75 minutes with a core of 50, and its only fault is to be one."""
    chapter = CHAPTERS.get(key, NO_OBJECTIVES)
    file = tmp_path / "deck.yaml"
    file.write_text(draft(key, chapter), "utf-8")
    read = read_deck(file)
    deck = read.deck
    assert read.problems == ()
    assert [re.findall(r"\((\w+)\)$", p.message) for m in (75, 50) for p in lint(read, m)] == [["draft"]] * 2
    assert [timed_deck(deck, m).minutes for m in (75, 50)] == [75, 50]
    assert deck.title == chapter.title
    items = next(slide.items for slide in deck.slides if slide.kind == "objectives")
    assert [" ".join(item.split()) for item in chapter.objectives] == list(items) if chapter.objectives else items
    kinds = {slide.kind for slide in deck.slides}
    wanted = {"predict", "assertion", "example", "exercise", "quiz", "retrieval", "takeaways", "muddiest", "references"}
    assert wanted <= kinds
    assert all(len(slide.notes.say.split()) > 12 for slide in deck.slides)
    assert is_draft(deck)


def test_a_shipped_lecture_is_no_draft() -> None:
    """Only a subtitle that says DRAFT, in capitals, makes one."""
    assert not any(is_draft(read_deck(path).deck) for path in SHIPPED.values())


def test_new_writes_a_draft_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`slides new` writes where the deck is found, says what comes next, and never writes over a file or hides a lecture."""
    monkeypatch.chdir(tmp_path)
    assert run(["slides", "new", "nn_computation", "--title", "Neurons: bytes"]) == 0
    assert capsys.readouterr().out == (
        "wrote slides/vol1/vol1-05.yaml: 15 slides, 75 minutes, 50 of them core\n\n"
        "Next: follow the notes, slide by slide, and take DRAFT out of the subtitle at the end.\n"
        "  blueprint slides check vol1-05\n  blueprint slides preview vol1-05\n"
    )
    made = tmp_path / "slides/vol1/vol1-05.yaml"
    before = made.read_bytes()
    assert read_deck(made).deck.title == "Neurons: bytes"
    assert run(["slides", "check", "vol1-05"]) == 0
    assert "this deck is a draft" in capsys.readouterr().out
    assert run(["slides", "new", "vol1-05"]) == 2
    assert run(["slides", "new", "vol1-06", "--out", "slides/vol1/vol1-05.yaml"]) == 2
    assert run(["slides", "new", "vol1-01"]) == 2
    told = capsys.readouterr().err
    assert told.count("has a lecture, ") == 2
    assert "is there already and is not overwritten" in told
    assert made.read_bytes() == before


@pytest.mark.parametrize(
    ("written", "meant"), [("vol1-5", "vol1-05"), ("7", "vol1-07"), ("ml systems", "vol1-02"), ("trainig", "training")]
)
def test_an_unknown_chapter_is_answered_with_a_near_one(
    written: str,
    meant: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A number, a title or a slip of the hand is answered with the chapter that was meant, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    assert run(["slides", "new", written]) == 2
    assert capsys.readouterr().err == f"blueprint: there is no chapter `{written}`; did you mean `{meant}`?\n"
    assert list(tmp_path.iterdir()) == []


# --- preview ---------------------------------------------------------------------------------------------------


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@needs_office
def test_a_preview_shows_every_slide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """LibreOffice draws a sheet of four slides a row, so that a longer deck makes a higher sheet; its profile is not touched."""
    planted("sound", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert run(["slides", "preview", "deck"]) == 0
    assert capsys.readouterr().out == "wrote build/preview/deck-light.png (drawn by LibreOffice)\n"
    width, low = size_of((tmp_path / "build/preview/deck-light.png").read_bytes())
    assert run(["slides", "new", "vol1-05", "--out", "slides/long.yaml"]) == 0
    assert run(["slides", "preview", "long", "--theme", "dark", "--minutes", "50", "--out", "sheet.png"]) == 0
    _, high = size_of((tmp_path / "sheet.png").read_bytes())
    assert width == 1920
    assert 2.7 < high / low < 3  # eleven slides instead of three
    assert not (tmp_path / "home/.config/libreoffice").exists()


@needs_latex
@pytest.mark.latex
def test_latex_draws_where_there_is_no_office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without LibreOffice the sheet shows the Beamer slides."""
    planted("sound", tmp_path)
    monkeypatch.chdir(tmp_path)
    there = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if "office" in name else there(name))
    assert run(["slides", "preview", "deck"]) == 0
    assert capsys.readouterr().out.endswith("(drawn by LaTeX)\n")
    assert size_of((tmp_path / "build/preview/deck-light.png").read_bytes())[0] == 1920


def test_without_either_program_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nothing can draw, the way out is one line, and no file is left."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert run(["slides", "preview", "vol1-01"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("blueprint: a preview needs LibreOffice or LaTeX")
    assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo no display >&2; exit 77", r"\(exit code 77\): no display"),
        ("echo done; exit 0", r"\(exit code 0\): done"),
        ("sleep 600 & echo $! > CHILD; wait", "was still drawing after 1 seconds"),
    ],
)
def test_an_office_that_fails_is_told_and_ended(script: str, says: str, tmp_path: Path) -> None:
    """A failing, a silent and a hanging program are errors; a child it started is gone with it."""
    child = tmp_path / "child"
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{script.replace('CHILD', str(child))}\n", "utf-8")
    program.chmod(0o755)
    with pytest.raises(UsageError, match=says):
        office_pdf(str(program), b"", seconds=1)
    if child.is_file():
        assert gone([int(child.read_text("utf-8"))])


def test_a_sheet_of_what_is_no_pdf_is_refused() -> None:
    """Bytes that are no PDF make an error, not a sheet."""
    with pytest.raises(ValueError, match="PDF"):
        sheet(b"nothing")


# --- templates -------------------------------------------------------------------------------------------------


def presentation() -> Any:
    from pptx import Presentation

    return Presentation()


def saved(made: Any) -> bytes:
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def german() -> bytes:
    """Layouts with other names: what they are for shows in their placeholders."""
    made = presentation()
    names = ["Titelfolie", "Titel und Inhalt", "Abschnitt", "Zwei Inhalte", "Vergleich", "Nur Titel", "Leer"]
    for layout, name in zip(made.slide_layouts, names, strict=False):
        layout._element.cSld.set("name", name)
    return saved(made)


def unnumbered() -> bytes:
    made = presentation()
    for owner in (made.slide_master, *made.slide_layouts):
        for shape in list(owner.placeholders):
            if shape.element.ph.get("type") in ("sldNum", "ftr"):
                shape.element.getparent().remove(shape.element)
    return saved(made)


def only(name: str) -> bytes:
    """A template with one layout, or none."""
    made = presentation()
    for layout in list(made.slide_layouts):
        if layout.name != name:
            made.slide_layouts.remove(layout)
    return saved(made)


def wide(inches: float) -> bytes:
    """16:9, so many inches wide, everything in its place."""
    made = presentation()
    width, height = round(inches * 914400), round(inches * 914400 * 9 / 16)
    across, down = width / made.slide_width, height / made.slide_height
    for owner in (made.slide_master, *made.slide_layouts):
        for place in owner._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}xfrm"):
            for pair in place:
                for side, share in (("x", across), ("cx", across), ("y", down), ("cy", down)):
                    if pair.get(side):
                        pair.set(side, str(round(int(pair.get(side)) * share)))
    made.slide_width, made.slide_height = width, height
    return saved(made)


TEMPLATES: dict[str, Callable[[], bytes]] = {
    "four-three": lambda: saved(presentation()),
    "german": german,
    "unnumbered": unnumbered,
    "small": lambda: wide(10),
    "large": lambda: wide(13.333),
}


@pytest.fixture(params=TEMPLATES)
def template(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / f"{request.param}.pptx"
    file.write_bytes(TEMPLATES[request.param]())
    return file


def test_a_template_is_explained(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For each kind of slide its layout is named, whatever language it is named in, and what does not map is a warning."""
    assert run(["slides", "template", str(template)]) == 0
    lines = capsys.readouterr().out.splitlines()
    maps = dict(re.split(r" {2,}", line) for line in lines if not line.startswith("warning: "))
    names = [layout.name for layout in _opened(template.read_bytes()).slide_layouts]
    title, content, section, focus = names[0], names[1], names[2], names[5]
    assert list(maps.values()) == [title, section, content, content, focus]
    warnings = "\n".join(line for line in lines if line.startswith("warning: "))
    assert ("has no slide number" in warnings) == (template.stem == "unnumbered")


def test_colors_nobody_can_read_are_told(tmp_path: Path) -> None:
    """Pale text and a pale accent of a template are warnings that name what they are used for; black on white is none."""
    made = presentation()
    part = made.slide_master.part.part_related_by(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
    )
    sound = re.sub(rb"<a:(accent\d)>.*?</a:\1>", rb'<a:\1><a:srgbClr val="333333"/></a:\1>', part.blob, flags=re.DOTALL)
    for name, blob, said in (
        ("sound", sound, []),
        (
            "pale",
            sound.replace(b'<a:accent1><a:srgbClr val="333333"', b'<a:accent1><a:srgbClr val="DDDDDD"'),
            ["headings"],
        ),
    ):
        part._blob = blob
        file = tmp_path / f"{name}.pptx"
        file.write_bytes(saved(made))
        told = [warning for warning in university_template(file).missing if "contrast" in warning]
        assert bool(told) == bool(said)
        assert all(any(what in warning for warning in told) for what in said)


def _opened(data: bytes) -> Any:
    from pptx import Presentation

    return Presentation(io.BytesIO(data))


def written(name: str, base: EmptyPresentation) -> bytes:
    read = read_deck(SHIPPED[name])
    material = Material(pictures(read.deck, read.path.parent), formulas(displayed(read.deck), base.ink))
    return powerpoint(read.deck, timed_deck(read.deck, read.deck.minutes), base, material)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_lecture_keeps_to_its_template(template: Path, name: str) -> None:
    """Every slide has a layout of the template and its title in it, and all else stays where the layout has its text."""
    base = university_template(template).presentation
    made = _opened(written(name, base))
    before = _opened(template.read_bytes())
    assert {s.slide_layout.name for s in made.slides} <= {layout.name for layout in before.slide_layouts}
    assert (made.slide_width, made.slide_height) == (before.slide_width, before.slide_height)
    content = university_template(template).maps[2][1]
    for slide in made.slides:
        assert slide.shapes.title is not None
        assert slide.shapes.title.text.strip()
        if slide.slide_layout.name == content:
            place = max((p for p in slide.slide_layout.placeholders if p.placeholder_format.idx == 1), key=area)
            for shape in _placed(slide):
                assert shape.left >= place.left - 12700, (slide.shapes.title.text, shape.name)
                assert shape.top >= place.top - 12700, (slide.shapes.title.text, shape.name)
                assert shape.left + shape.width <= place.left + place.width + 12700
                assert shape.top + shape.height <= place.top + place.height + 12700, (
                    slide.shapes.title.text,
                    shape.name,
                )


def area(shape: Any) -> int:
    return int(shape.width * shape.height)


def _placed(slide: Any) -> Iterator[Any]:
    """The shapes of a slide that say themselves where they stand."""
    return (shape for shape in slide.shapes if shape.element.xpath("./p:spPr/a:xfrm | ./p:grpSpPr/a:xfrm | ./p:xfrm"))


def bomb() -> bytes:
    data = io.BytesIO(saved(presentation()))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("ppt/media/film", "w") as film:
        for _ in range(512):
            film.write(bytes(2**20))
    return data.getvalue()


def word() -> bytes:
    return pandoc.convert("Bytes", source="markdown", target="docx")


BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is no PowerPoint file that can be read"),
    "text": (lambda: b"Some text.", "is no PowerPoint file that can be read"),
    "cut": (lambda: german()[:9000], "is no PowerPoint file that can be read"),
    "scratched": (lambda: german()[:3000] + bytes(6000) + german()[9000:], "is no PowerPoint file that can be read"),
    "zip": (lambda: zipped("a.txt"), "is no PowerPoint file that can be read"),
    "word": (word, "is a Word document"),
    "bomb": (bomb, "unpacks to more than 500 MB"),
    "no-layouts": (lambda: only("none of them"), "has no layouts"),
    "only-blank": (lambda: only("Blank"), "has no layout with a title and a place for text"),
}


def zipped(name: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, "text")
    return data.getvalue()


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_template_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken, foreign or hostile file is one clear line and exit code 1, never a traceback."""
    make, says = BROKEN[name]
    monkeypatch.chdir(tmp_path)
    Path("mine.pptx").write_bytes(make())
    assert run(["slides", "template", "mine.pptx"]) == 1
    out, told = capsys.readouterr()
    assert out == ""
    assert told.startswith("blueprint: mine.pptx ")
    assert says in told
    assert told.count("\n") == 1


def test_a_template_that_is_not_there_or_a_folder_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file and a folder are named as what they are."""
    monkeypatch.chdir(tmp_path)
    Path("folder.pptx").mkdir()
    assert [run(["slides", "template", name]) for name in ("missing.pptx", "folder.pptx")] == [1, 1]
    told = capsys.readouterr().err.splitlines()
    assert told == [
        "blueprint: there is no file missing.pptx",
        "blueprint: folder.pptx is a folder; name the .pptx file in it",
    ]


def test_a_template_saved_as_potx_will_do(tmp_path: Path) -> None:
    """PowerPoint's own format for templates differs from a presentation in one word, and is read as one."""
    file = tmp_path / "university.potx"
    old = zipfile.ZipFile(io.BytesIO(german()))
    with zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"presentationml.presentation.main", b"presentationml.template.main"))
    found = university_template(file)
    assert found.maps[0][1] == "Titelfolie"
    assert len(_opened(written("vol1-00", found.presentation)).slides) > 20


def test_a_template_on_the_command_line_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lecture is written onto it, under its name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gold.pptx").write_bytes(saved(presentation()))
    assert run(["slides", "vol1-01", "--to", "pptx", "--template", "gold.pptx"]) == 0
    assert {p.name for p in (tmp_path / "build/slides").glob("*.pptx")} == {"vol1-01-gold.pptx"}
