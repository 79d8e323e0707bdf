"""Pictures of a deck: read, checked, and turned into what a writer can place.

LaTeX places PNG, JPEG and PDF, PowerPoint PNG, JPEG and SVG. What is missing is drawn by Typst, whose library reads
both SVG and PDF, and which gives the same bytes for the same picture. What a file is, its first bytes say, not its
name.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from blueprint.bind import Positions
from blueprint.build_folder import digest
from blueprint.deck import Block, Deck, Figure
from blueprint.problems import Problem

Kind = Literal["png", "jpeg", "pdf", "svg"]
ENDINGS: dict[Kind, str] = {"png": "png", "jpeg": "jpg", "pdf": "pdf", "svg": "svg"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's bytes, and its size in pixels (PNG, JPEG) or points (PDF, SVG)."""

    kind: Kind
    width: float
    height: float
    data: bytes


def load(path: Path) -> Picture:
    """The picture in a file; `ValueError`, with what to mend, for one that is missing or is no picture."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ValueError(f"there is no file `{path.name}` in {path.parent.name or path.parent}") from None
    except OSError as error:
        raise ValueError(f"`{path.name}` cannot be read: {error.strerror}") from None
    return read(data, path.name)


@cache
def read(data: bytes, name: str) -> Picture:
    """The picture in some bytes; `ValueError` names the file."""
    kind = _kind(data)
    if kind is None:
        raise ValueError(f"`{name}` is no picture that slides can show: use SVG, PDF, PNG or JPEG")
    try:
        width, height = _pixels(data) if kind in ("png", "jpeg") else _points(data, kind)
    except (OSError, RuntimeError, SyntaxError, ValueError, ZeroDivisionError) as error:
        raise ValueError(f"`{name}` is broken: {error}") from None
    if width <= 0 or height <= 0:
        raise ValueError(f"`{name}` is broken: it has no size")
    return Picture(kind, width, height, data)


def pdf_of_svg(svg: bytes) -> bytes:
    """A page of PDF as large as the drawing, made of lines and letters, not of dots."""
    return _drawn(svg, "svg", "pdf")


def png_of_svg(svg: bytes, width_px: int) -> bytes:
    """The drawing as a PNG so many pixels wide."""
    return _drawn(svg, "svg", "png", width_px)


def png_of_pdf(pdf: bytes, width_px: int) -> bytes:
    """The first page of a PDF as a PNG so many pixels wide."""
    return _drawn(pdf, "pdf", "png", width_px)


def file_name(stem: str, file: str, kind: Kind) -> str:
    """The name of a deck's picture in the build folder, in letters that LaTeX and every disk can bear.

    >>> file_name("vol1-01", "chip.png", "png")
    'figures/vol1-01-chip.png'
    """
    plain, _, ending = file.rpartition(".")
    safe = re.sub(r"[^A-Za-z0-9]+", "-", plain or ending).strip("-")
    if f"{safe}.{ENDINGS[kind]}" != file:  # another name could come out the same
        safe = f"{safe}-{digest(file)[:6]}".lstrip("-")
    return f"figures/{stem}-{safe}.{ENDINGS[kind]}"


# --- in a deck --------------------------------------------------------------------------------------------------


def figures(deck: Deck) -> Iterator[tuple[tuple[object, ...], Figure]]:
    """Every figure of a deck, with its path in the file."""
    for number, slide in enumerate(deck.slides):
        for part, blocks in (("body", slide.body), ("answer", slide.answer)):
            yield from _within(blocks, ("slides", number, part))


def _within(blocks: Sequence[Block], path: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], Figure]]:
    for index, block in enumerate(blocks):
        if block.figure is not None:
            yield (*path, index, "figure"), block.figure
        for column, inside in enumerate(block.columns):
            yield from _within(inside.body, (*path, index, "columns", column, "body"))


def picture_problems(deck: Deck, at: Positions, folder: Path) -> Iterator[Problem]:
    """Figures whose file beside the deck is missing or is no picture."""
    for path, figure in figures(deck):
        if at.is_broken(*path):
            continue
        try:
            load(folder / figure.file)
        except ValueError as error:
            yield Problem(at.value(*path, "file"), str(error), "`file` is written as seen from the deck's folder")


def pictures(deck: Deck, folder: Path) -> dict[str, Picture]:
    """The pictures of a sound deck by the name the deck gives them."""
    return {figure.file: load(folder / figure.file) for _, figure in figures(deck)}


def with_files(deck: Deck, files: Mapping[str, str]) -> Deck:
    """The deck with its figures' files renamed."""
    if not files:
        return deck

    def renamed(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(map(block, blocks))

    def block(old: Block) -> Block:
        figure = old.figure and replace(old.figure, file=files.get(old.figure.file, old.figure.file))
        columns = tuple(replace(column, body=renamed(column.body)) for column in old.columns)
        return replace(old, figure=figure, columns=columns)

    slides = (replace(slide, body=renamed(slide.body), answer=renamed(slide.answer)) for slide in deck.slides)
    return replace(deck, slides=tuple(slides))


# --- kinds and sizes --------------------------------------------------------------------------------------------


def _kind(data: bytes) -> Kind | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    return "svg" if re.search(rb"<svg[\s>]", data[:65536]) else None


def _pixels(data: bytes) -> tuple[float, float]:
    import io

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            return float(image.width), float(image.height)
    except UnidentifiedImageError:
        raise ValueError("nothing can be read of it but its first bytes") from None
    except Image.DecompressionBombError as error:
        raise ValueError(str(error)) from None


def _points(data: bytes, kind: Kind) -> tuple[float, float]:
    drawn = _drawn(data, kind, "svg")[:400].decode("utf-8", "replace")
    sizes = dict(re.findall(r'\b(width|height)="([\d.]+)pt"', drawn))
    return float(sizes.get("width", 0)), float(sizes.get("height", 0))


_PAGE = "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"


def _drawn(data: bytes, kind: Kind, wanted: Literal["pdf", "png", "svg"], width_px: int = 0) -> bytes:
    """A picture in another format; a width in pixels is met by the resolution."""
    import typst

    options: dict[str, Any] = {"format": wanted, "timestamp": 0}
    if wanted == "pdf":
        options["pdf_standards"] = "1.5"  # what pdfTeX takes in without a warning
    if wanted == "png":
        options["ppi"] = width_px / _points(data, kind)[0] * 72
    with tempfile.TemporaryDirectory(prefix="figure-") as name:
        folder = Path(name)
        (folder / f"picture.{kind}").write_bytes(data)
        (folder / "page.typ").write_text(f'{_PAGE}#image("picture.{kind}")\n', encoding="utf-8")
        try:
            made = typst.Compiler(folder / "page.typ", root=folder, font_paths=_fonts()).compile(**options)
        except typst.TypstError as error:
            raise ValueError(error.message) from None
    if not isinstance(made, bytes):
        raise ValueError("it has more than one page")
    return made


@cache
def _fonts() -> Any:
    """Typst's fonts and the system's; a drawing asks for fonts by name, and its author saw those."""
    import typst

    return typst.Fonts()
