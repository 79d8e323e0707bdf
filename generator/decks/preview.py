"""A deck at a glance: all its slides on one sheet, as a picture.

LibreOffice draws the PowerPoint file, or else LaTeX the Beamer source; either gives a PDF, whose pages Typst lays out as
a sheet.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from blueprint.build import Made
from blueprint.paths import CoursePaths
from blueprint.problems import CourseError, Problem, UsageError
from generator.decks.beamer.latex import PACKAGES
from generator.decks.figure import pictures
from generator.decks.plan import displayed
from generator.decks.powerpoint.empty_presentation import EmptyPresentation
from generator.decks.powerpoint.writer import Material, powerpoint
from generator.decks.read import ReadDeck
from generator.decks.tasks import Options, deck_tasks
from generator.decks.timing import timed_deck
from generator.text.formula import formulas

SECONDS = 180
"""The seconds after which LibreOffice is given up."""
_ACROSS = 4
_PROGRAMS = ("soffice", "libreoffice")
_NONE_THERE = (
    "a preview needs LibreOffice or LaTeX to draw the slides, and neither is installed "
    f"(Debian: libreoffice-impress, or {PACKAGES})"
)
_SHEET = """\
#set page(width: 1920pt, height: auto, margin: 24pt, fill: rgb("d5d9de"))
#set text(size: 20pt, fill: rgb("20262d"), lang: "en")
#grid(
  columns: ({columns}),
  gutter: 18pt,
  ..range(1, {pages} + 1).map(number => align(center, stack(
    spacing: 8pt,
    image("slides.pdf", page: number, width: 100%, alt: "slide " + str(number)),
    str(number),
  )))
)
"""


def preview(read: ReadDeck, base: EmptyPresentation, theme: str, minutes: int, paths: CoursePaths) -> tuple[bytes, str]:
    """A PNG of all slides of a timed deck, numbered, and the name of the program that drew them.

    `base` is what LibreOffice shows, `theme` what LaTeX does where there is no LibreOffice. `UsageError` where there is
    neither, and where the program fails.
    """
    office = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if office is not None:
        return sheet(office_pdf(office, _written(read, base, minutes))), "LibreOffice"
    if shutil.which("pdflatex") is not None:
        return sheet(_beamer_pdf(read, theme, minutes, paths)), "LaTeX"
    raise UsageError(_NONE_THERE)


def _written(read: ReadDeck, base: EmptyPresentation, minutes: int) -> bytes:
    """The deck as a PowerPoint file."""
    try:
        material = Material(pictures(read.deck, read.path.parent), formulas(displayed(read.deck), base.ink))
    except ValueError as error:
        raise CourseError([Problem(read.at.value(), str(error), "`blueprint slides check` names its line")]) from None
    return powerpoint(read.deck, timed_deck(read.deck, minutes), base, material)


def office_pdf(program: str, presentation: bytes, seconds: float = SECONDS) -> bytes:
    """A presentation as LibreOffice draws it, a page a slide; `UsageError` where it stops or hangs."""
    with tempfile.TemporaryDirectory(prefix="preview-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "slides.pptx").write_bytes(presentation)
        # A profile of its own: LibreOffice that is open on the screen would otherwise take the work and say nothing.
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--norestore", "--convert-to", "pdf", "slides.pptx"]
        with subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as running:
            try:
                output, _ = running.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                raise UsageError(f"LibreOffice was still drawing after {seconds:.0f} seconds and was stopped") from None
            finally:
                _end(running)
        drawn = folder / "slides.pdf"
        if running.returncode != 0 or not drawn.is_file():
            last = output.decode("utf-8", "replace").strip().rpartition("\n")[2] or "it said nothing"
            raise UsageError(f"LibreOffice could not draw the slides (exit code {running.returncode}): {last}")
        return drawn.read_bytes()


def _end(running: subprocess.Popen[bytes]) -> None:
    """Ends a program and all it started: `soffice` is a script, and what draws is its child."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _beamer_pdf(read: ReadDeck, theme: str, minutes: int, paths: CoursePaths) -> bytes:
    """The deck as LaTeX draws it, answers and all, a page a slide; `TaskError` where TeX stops."""
    options = Options(theme=theme, formats=("pdf",), minutes=minutes, answers="shown")
    outputs: dict[str, bytes] = {}
    last = ""
    for task in deck_tasks([read], paths, options):
        needed: Made = {name: outputs[name] for name in task.needs}
        outputs |= task.run(needed)
        last = task.name
    return outputs[last]


def sheet(pdf: bytes) -> bytes:
    """The pages of a PDF as one PNG, numbered, four a row."""
    import typst

    with tempfile.TemporaryDirectory(prefix="sheet-") as name:
        folder = Path(name)
        (folder / "slides.pdf").write_bytes(pdf)
        columns = ", ".join(["1fr"] * _ACROSS)
        (folder / "sheet.typ").write_text(_SHEET.format(columns=columns, pages=_pages(folder)), encoding="utf-8")
        picture = typst.Compiler(folder / "sheet.typ", root=folder).compile(format="png", ppi=72.0)
    if not isinstance(picture, bytes):
        raise TypeError("a sheet is one page")
    return picture


def _pages(folder: Path) -> int:
    """The number of pages of slides.pdf, which Typst says when it is asked for one that is not there."""
    import typst

    (folder / "count.typ").write_text('#image("slides.pdf", page: 100000)', encoding="utf-8")
    try:
        typst.Compiler(folder / "count.typ", root=folder).compile(format="svg")
    except typst.TypstError as error:
        if count := re.search(r"(\d+) pages?\b", " ".join(error.hints)):
            return int(count[1])
        raise ValueError(error.message) from None
    raise ValueError("a PDF of 100,000 pages is no deck")
