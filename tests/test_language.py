"""The language a course is written in is said by all that is made from it, in the way of each format."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from blueprint.cli import run

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of two weeks in German, with lectures that hold a block of each kind, built."""
    root = tmp_path_factory.mktemp("german")
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(CASES / "tiny" / kind, root / kind)
    shutil.copytree(CASES / "decks-awkward", root / "slides")
    place = root / "syllabi" / "tiny.yaml"
    text = place.read_text("utf-8").replace("title: Tiny Systems\n", "title: Tiny Systems\nlanguage: de\n")
    text = text.replace("title: What a byte costs}", "title: What a byte costs, deck: blocks}")
    place.write_text(text.replace("title: Counting}", "title: Counting, deck: tables}"), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert run(["build-course", "tiny"]) == 0
    return root / "build" / "tiny"


def _page(place: Path) -> Iterator[str]:
    yield from re.findall(r'\blang="(.*?)"', place.read_text("utf-8"))


def _pdf(place: Path) -> Iterator[str]:
    import pikepdf

    with pikepdf.open(place) as pdf:
        yield str(pdf.Root.Lang)


def _parts(place: Path) -> Iterator[str]:
    """The XML of a Word or PowerPoint file, programs left out: their words are English in every course."""
    with ZipFile(place) as package:
        for name in package.namelist():
            if name.endswith(".xml"):
                yield re.sub(r'<a:rPr[^>]* noProof="1"', "", package.read(name).decode())


def _word(place: Path) -> Iterator[str]:
    for part in _parts(place):
        yield from re.findall(r"<dc:language>(.*?)<", part)
        yield from re.findall(r'<w:(?:lang|themeFontLang)\b[^>]*? w:val="(.*?)"', part)


def _powerpoint(place: Path) -> Iterator[str]:
    for part in _parts(place):
        yield from re.findall(r"<dc:language>(.*?)<", part)
        yield from re.findall(r'\blang="(.*?)"|<c:lang val="(.*?)"', part)


def _latex(place: Path) -> Iterator[str]:
    yield from re.findall(r"pdflang=\{(.*?)\}", place.read_text("utf-8"))


def _calendar(place: Path) -> Iterator[str]:
    lines = re.sub("\r\n ", "", place.read_bytes().decode()).splitlines()
    for line in lines:
        if line.startswith(("SUMMARY", "DESCRIPTION")):
            yield line.partition(":")[0].partition("LANGUAGE=")[2]


SAID: Mapping[str, Callable[[Path], Iterator[str]]] = {
    ".html": _page,
    ".pdf": _pdf,
    ".docx": _word,
    ".pptx": _powerpoint,
    ".tex": _latex,
    ".ics": _calendar,
}
"""How a file ends -> the languages it says its texts are in."""
SILENT = {".csv", ".md", ".json", ".sty"}
"""These have no way to say it."""


def test_every_file_says_the_language_of_its_course(built: Path) -> None:
    """Screen readers, spelling and hyphenation go by it, so a file names the course's language and no other."""
    files = [place for place in built.rglob("*") if place.is_file() and not place.name.startswith(".")]
    said = {
        place.relative_to(built).as_posix(): {"".join(found) for found in SAID[place.suffix](place)}
        for place in files
        if place.suffix not in SILENT and not place.name.startswith("palette-") and ".cache" not in place.parts
    }
    assert {Path(name).suffix for name in said} == set(SAID)
    assert {name: languages for name, languages in said.items() if languages != {"de"}} == {}


def test_slides_speak_the_language_of_their_course(built: Path) -> None:
    """What Blueprint adds to a lecture, in PowerPoint, LaTeX and the handout, is German where its texts are."""
    from pptx import Presentation

    slides = built / "staff" / "slides"
    said = {path.name: path.read_text("utf-8") for path in [*slides.glob("*.tex"), *slides.glob("*.html")]}
    for path in slides.glob("*.pptx"):
        shown = Presentation(str(path)).slides
        said[path.name] = "\n".join(
            [s.text_frame.text for slide in shown for s in slide.shapes if s.has_text_frame]
            + [slide.notes_slide.notes_text_frame.text for slide in shown if slide.has_notes_slide]
        )
    lectures = {name: text for name, text in said.items() if name.startswith(("blocks", "tables", "clocks"))}
    assert {Path(name).suffix for name in lectures} >= {".pptx", ".tex"}
    english = re.compile(
        r"\b(Answer|Clock|Predict|Source:|Lecture handout|Your answer|core|optional|Chapter|Week|question of the week)\b"
    )
    assert {name: english.findall(text) for name, text in lectures.items() if english.search(text)} == {}
    assert any("Antwort" in text for text in lectures.values())
    assert any("Uhr" in text for text in lectures.values())
