"""LaTeX source -> PDF, with the log read: what TeX only mentions there is an error here.

One pass is enough for a deck without cross-references, and its log says when it was not. With pdflatex the preamble,
a third of the work, is read once for all decks that share it and kept as a format (`precompiled`). The style file
notes in the log at which line each frame begins, so that a complaint can name its slide.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from blueprint.build import TaskError
from generator.text.pandoc import FIXED_TIME

Engine = Literal["pdflatex", "lualatex", "xelatex"]
ENGINES: tuple[Engine, ...] = get_args(Engine)

TOO_HIGH, TOO_WIDE = 6.0, 4.0
"""Points by which a slide may be too full, or something stand over its edge, before it is an error; less is not seen."""
PASSES = 3
SECONDS = 300
"""The seconds after which one pass is given up: a formula can make TeX run for ever."""
PACKAGES = "texlive-latex-recommended texlive-pictures texlive-fonts-recommended lmodern"
_MORE: Mapping[Engine, str] = {"pdflatex": "", "lualatex": " texlive-luatex", "xelatex": " texlive-xetex"}
_PREAMBLE_ENDS = "\\usepackage{blueprint}\n"


def compile_latex(files: Mapping[str, bytes], main: str, engine: Engine = "pdflatex", preamble: bytes = b"") -> bytes:
    """The PDF of `main`; `preamble` is what `precompiled` gave for its first lines.

    Raises `TaskError` without TeX, when TeX stops, and when its log tells of a missing letter, an overfull slide or
    something beyond the edge of its column.
    """
    if shutil.which(engine) is None:
        raise TaskError(
            f"a PDF of slides needs LaTeX; install it (Debian: {PACKAGES}{_MORE[engine]}), or leave `pdf` out of --to"
        )
    source = files[main].decode()
    # Not every engine and every locale can write a log whose name has letters beyond ASCII.
    placed = main if main.isascii() else "slides.tex"
    with _written({**files, placed: files[main]}) as name:
        folder = Path(name)
        options = []
        if preamble and engine == "pdflatex":
            (folder / "preamble.fmt").write_bytes(preamble)
            (folder / placed).write_text(_without_preamble(source), encoding="utf-8")
            options = ["-fmt=preamble"]
        for _ in range(PASSES):
            done, log = _run(engine, [*options, "-halt-on-error", placed], folder)
            if done != 0 or "Rerun to get" not in log:
                break
        if done != 0:
            raise TaskError(f"{main}: {_first_error(log, source)}")
        if troubles := list(dict.fromkeys([*unprintable(source), *_troubles(log, source)])):
            more = f"; and {len(troubles) - 4} more" if len(troubles) > 4 else ""
            raise TaskError(f"{main}: {'; '.join(troubles[:4])}{more}")
        return (folder / placed).with_suffix(".pdf").read_bytes()


def precompiled(files: Mapping[str, bytes], preamble: str) -> bytes:
    """pdflatex's memory after a preamble, for all decks that begin with these lines; `files` are what it reads.

    Nothing where it cannot be made: then each deck reads its preamble, and says what is wrong with it.
    """
    if shutil.which("pdflatex") is None:
        return b""
    with _written({**files, "preamble.tex": f"{preamble}\\dump\n".encode()}) as name:
        _run("pdflatex", ["-ini", "-halt-on-error", "-jobname=preamble", "&pdflatex", "preamble.tex"], Path(name))
        dump = Path(name, "preamble.fmt")
        return dump.read_bytes() if dump.is_file() else b""


@cache
def tex_version(engine: Engine) -> str:
    """The engine's first line about itself, with the TeX distribution in it; nothing where it is not installed."""
    if shutil.which(engine) is None:
        return ""
    done = subprocess.run([engine, "--version"], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    return done.stdout.decode("utf-8", "replace").partition("\n")[0]


def _without_preamble(source: str) -> str:
    """The source with comments where the preamble was, so that every line keeps its number."""
    head, end, rest = source.partition(_PREAMBLE_ENDS)
    return "%\n" * (head + end).count("\n") + rest


def _written(files: Mapping[str, bytes]) -> tempfile.TemporaryDirectory[str]:
    """A folder that holds the files, and is gone after its `with`."""
    folder = tempfile.TemporaryDirectory(prefix="slides-")
    for name, data in files.items():
        place = Path(folder.name, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def _run(engine: Engine, arguments: list[str], folder: Path) -> tuple[int, str]:
    """The exit code of one pass, and its log, lines whole."""
    fixed = {
        **os.environ,
        "SOURCE_DATE_EPOCH": FIXED_TIME,
        "FORCE_SOURCE_DATE": "1",
        "openout_any": "p",
        "max_print_line": "10000",
    }
    command = [engine, "-interaction=nonstopmode", "-no-shell-escape", *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env=fixed, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise TaskError(
            f"{arguments[-1]}: {engine} was still running after {SECONDS} seconds; does a formula never end?"
        ) from None
    log = (folder / arguments[-1]).with_suffix(".log")
    return done.returncode, (log.read_bytes() if log.is_file() else done.stdout).decode("utf-8", "replace")


# --- the log ----------------------------------------------------------------------------------------------------

_FRAME = re.compile(r"^Frame at line (\d+)$", re.MULTILINE)
_MISSING = re.compile(r"Missing character: There is no (\S+)(?: \(U\+\w+\))? in font ([^\s!:;]+)")
_PROGRAM = re.compile(r"(^\\begin\{lstlisting\}.*\n)((?:(?!\\end\{lstlisting\}).*\n)*)", re.MULTILINE)
_SHRUNK = re.compile(r"Frame text is shrunk by a factor of (\d+)[.\d]* percent instead")
_FULL = re.compile(r"Overfull \\([hv])box \(([\d.]+)pt too (?:high|wide)\)")


def _first_error(log: str, source: str) -> str:
    """TeX's first complaint, its slide and the line it stopped at."""
    for slide, said in _by_slide(log, source):
        lines = said.splitlines()
        for index, line in enumerate(lines):
            if line.startswith("! "):
                place = next((text for text in lines[index : index + 12] if re.match(r"l\.\d+ ", text)), "")
                # The context below the complaint ends with the command that nobody defined.
                name = re.search(r"(\\\S+) *$", lines[index + 1]) if line.startswith("! Undefined") else None
                return f"{slide}LaTeX stopped: {line[2:]} {name[1] if name else place}".strip()
    return "LaTeX stopped; compile the .tex file to see its log"


def unprintable(source: str) -> Iterator[str]:
    """Letters that the writer put down by their number, since LaTeX has no sign for them."""
    without_programs = _PROGRAM.sub(lambda match: match[1] + "\n" * match[2].count("\n"), source)
    for number, line in enumerate(without_programs.split("\n"), 1):
        for match in re.finditer(r"\[U\+([0-9A-F]{4,6})\]", line):
            letter, slide = chr(int(match[1], 16)), _slide_at(source, number)
            if unicodedata.bidirectional(letter) in ("R", "AL"):
                yield f"{slide}LaTeX sets no text from right to left; PowerPoint and the handout do: leave `pdf` out of --to"
            else:
                yield f"{slide}no font has the letter {letter} (U+{match[1]})"


def _troubles(log: str, source: str) -> Iterator[str]:
    for slide, said in _by_slide(log, source):
        for match in _MISSING.finditer(said):
            letter = "a letter" if "\ufffd" in match[1] else f"the letter {match[1]}"
            yield f"{slide}the font {match[2]} lacks {letter}"
        for match in _SHRUNK.finditer(said):
            yield f"{slide}too full: it would have to shrink by {match[1]}%"
        for match in _FULL.finditer(said):
            points = float(match[2])
            if match[1] == "v" and points > TOO_HIGH:
                yield f"{slide}{points:.0f} points too full"
            if match[1] == "h" and points > TOO_WIDE:
                yield f"{slide}something is {points:.0f} points wider than its place"


def _by_slide(log: str, source: str) -> Iterator[tuple[str, str]]:
    """The complaints of a TeX log, slide by slide, each with its slide's name before it; first those outside any slide."""
    before, *pieces = _FRAME.split(log)
    yield "", before
    for number, complaints in zip(pieces[::2], pieces[1::2], strict=True):
        yield _slide_at(source, int(number)), complaints


def _slide_at(source: str, line: int) -> str:
    """`slide 12 (memory-wall): `, by the comment above a frame; nothing before the first."""
    above = "\n".join(source.split("\n")[:line])
    names = re.findall(r"^% (\d+)\. (.+)$", above, flags=re.MULTILINE)
    return f"slide {names[-1][0]} ({names[-1][1]}): " if names else ""
