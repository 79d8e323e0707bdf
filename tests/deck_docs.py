"""Writes docs/decks.md and its pictures: every kind of slide, block and key of a deck, read from the classes that hold them.

`make deck-docs` writes the page and draws the slides of docs/decks/example.yaml; a test holds both against the code. Each
slide of the example shows the kind or the block that its id names.
"""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from course_files import ROOT, _Kind, _title

from blueprint.deck import PURPOSES, Block, ChartKind, Column, Deck, Kind, Slide
from generator.decks.figure import pictures
from generator.decks.plan import displayed
from generator.decks.powerpoint.empty_presentation import empty_presentation
from generator.decks.powerpoint.writer import Material, powerpoint
from generator.decks.read import read_deck
from generator.decks.timing import timed_deck

PAGE = ROOT / "docs" / "decks.md"
FOLDER = ROOT / "docs" / "decks"
EXAMPLE = FOLDER / "example.yaml"
WIDTH, COLORS = 480, 32
"""Of a picture: its width in pixels, and the most colors it has."""

CHARTS = tuple(kind for kind in get_args(ChartKind) if kind != "bar")
"""The kinds of charts beside bars, which have slides of their own."""
BLOCKS: Mapping[type, tuple[str, ...]] = {
    Block: ("text",),
    Column: ("columns",),
    **{
        get_args(kind)[0]: (name,)
        for name, kind in inspect.get_annotations(Block, eval_str=True).items()
        if name not in ("text", "columns")
    },
}
"""A class of the model -> the blocks that it shows."""

_HEAD = """\
# Decks, key by key

Made from the code by `make deck-docs`; a test holds it there. Which commands there are: [slides/README.md](../slides/README.md).
What the words mean: [glossary.md](glossary.md). How the other files are read: [course-files.md](course-files.md).

## A deck in fifteen minutes

A deck is a file in a folder of `slides/`. It says what each slide is for, and never where something stands: sizes and places
follow from what there is. Begin with `blueprint slides new vol1-05`, which drafts a whole lecture, or with this:

```yaml
schema: 1
title: What a byte costs
slides:
  - kind: title
    title: What moving a byte costs
    minutes: 1
    notes: {say: Welcome.}
  - kind: assertion
    title: A byte from memory costs more than a sum
    minutes: 3
    body:
      - text: |-
          - A sum takes **0.9 pJ**,
          - a word from memory **640 pJ**.
    notes: {say: Two numbers are enough for today.}
```

1. Write it to a file `first.yaml` in a folder of `slides/`.
2. `blueprint slides check first` names each mistake at its line, and each thing that could be better.
3. `blueprint slides preview first` draws all slides on one sheet.
4. `blueprint slides first` makes PowerPoint, LaTeX and the handout; `--theme dark`, `--to pdf`, `--minutes 50`.

Then look for what you need: [kinds of slides](#kinds-of-slides), [blocks](#block). Each picture is the slide that the lines
below it make, with its answer shown. What a text may hold: see [text](#block). *none*: left out, there is no such thing.
"""


def page() -> str:
    """The whole page."""
    kind = _Kind(Deck, "slides/*/*.yaml", EXAMPLE)
    parts = [_HEAD]
    for holds in kind.classes:
        parts += [f"{'##' if holds in (Deck, Slide, Block) else '###'} {_title(holds)}"]
        parts += [" ".join((inspect.getdoc(holds) or "").split())]
        parts += [shown for name in BLOCKS.get(holds, ()) for shown in _shown(name)]
        parts.append(kind.table(holds))
        if holds is Slide:
            parts += [
                "## Kinds of slides",
                "A kind says what the room does; words and answers are set by it.",
                *_kinds(),
            ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _kinds() -> Iterator[str]:
    for name in get_args(Kind):
        yield f"### Kind `{name}`"
        yield f"{PURPOSES[name][0].upper()}{PURPOSES[name][1:]}."
        yield from _shown(name)


def _shown(name: str) -> Iterator[str]:
    """The pictures and the source of the slides that show a kind or a block."""
    for each in (name, *(CHARTS if name == "chart" else ())):
        yield f"![The slide that the lines below make]({FOLDER.name}/{each}.png)"
        yield f"```yaml\n{sources()[each]}\n```"


def sources() -> dict[str, str]:
    """The lines of each slide of the example, by its id."""
    _, *slides = re.split(r"(?m)^(?=  - kind: )", EXAMPLE.read_text("utf-8"))
    return {re.findall(r"(?m)^    id: (\S+)$", text)[0]: re.sub(r"(?m)^  ", "", text).rstrip() for text in slides}


def stamp(name: str) -> str:
    """What a picture was drawn from, as a word that it carries."""
    return sha256(sources()[name].encode()).hexdigest()[:16]


def draw() -> None:
    """Draw every slide of the example with LibreOffice, each as a small PNG that carries its stamp."""
    office = shutil.which("soffice")
    if office is None or shutil.which("pdftoppm") is None:
        sys.exit("pictures of slides need LibreOffice and pdftoppm (Debian: libreoffice-impress, poppler-utils)")
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "slides.pptx").write_bytes(_slides())
        profile = f"-env:UserInstallation={folder.as_uri()}/profile"
        to_pdf = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", name, "slides.pptx"]
        subprocess.run(to_pdf, cwd=folder, check=True, capture_output=True, timeout=300)
        subprocess.run(
            ["pdftoppm", "-png", "-scale-to-x", str(WIDTH), "-scale-to-y", "-1", "slides.pdf", "s"],
            cwd=folder,
            check=True,
        )
        drawn = sorted(folder.glob("s-*.png"))
        for number, each in zip(sources(), drawn, strict=True):
            _small(each, FOLDER / f"{number}.png", stamp(number))


def _slides() -> bytes:
    read = read_deck(EXAMPLE)
    base = empty_presentation("light")
    from generator.text.formula import formulas

    material = Material(pictures(read.deck, FOLDER), formulas(displayed(read.deck), base.ink))
    return powerpoint(read.deck, timed_deck(read.deck, read.deck.minutes), base, material, answers="shown")


def _small(drawn: Path, place: Path, word: str) -> None:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    carried = PngInfo()
    carried.add_text("slide", word)
    with Image.open(drawn) as picture:
        picture.convert("RGB").quantize(COLORS).save(place, optimize=True, pnginfo=carried)


if __name__ == "__main__":
    draw()
    PAGE.write_text(page(), "utf-8")
