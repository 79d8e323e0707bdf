"""`blueprint doctor`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from blueprint.exits import Exit

if TYPE_CHECKING:
    from pathlib import Path

    from blueprint.paths import CoursePaths

OLDEST_PYTHON = (3, 11)
OLDEST_PANDOC = (3, 9)
"""The first whose options `generator/text/pandoc.lua` knows."""
_LATEX = ("pdflatex", "lualatex", "xelatex")
_LIBREOFFICE = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_CHROMIUM = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; without a `needed` one nothing can be built."""

    what: str
    found: bool
    text: str
    needed: bool = False

    def __str__(self) -> str:
        mark = "ok" if self.found else "MISSING" if self.needed else "-"
        return f"{mark:<8}{self.what}: {self.text}"


@click.command()
def doctor() -> int:
    """Tell what this machine can build, and grade.

    What a course needs to be built comes first, then each layer of the sandbox, tried out. The exit code speaks of
    building only.

    \b
    Example:
      blueprint doctor
    """
    from blueprint.paths import CoursePaths

    findings = list(examine(CoursePaths.find()))
    layers, verdict = grading()
    for finding in [*findings, *layers]:
        click.echo(str(finding))
    missing = [finding.what for finding in findings if finding.needed and not finding.found]
    if missing:
        click.echo(f"\nA course cannot be built here yet: see {' and '.join(missing)} above.")
    else:
        click.echo("\nEverything needed to build a course is here.")
    click.echo(verdict)
    return Exit.TO_MEND if missing else Exit.FINE


def examine(paths: CoursePaths) -> Iterator[Finding]:
    """Everything this machine and this folder offer, what is needed first."""
    yield _python()
    yield _pandoc()
    yield _typst()
    yield _latex()
    yield _program(
        "LibreOffice",
        _LIBREOFFICE,
        "for pictures of slides only (`slides preview`)",
        "install it from https://www.libreoffice.org to get them",
    )
    yield _program("Chromium", _CHROMIUM, "for Blueprint's own tests only", "not needed to teach")
    yield Finding("fonts", True, "none to install")
    yield _course(paths)


def grading() -> tuple[list[Finding], str]:
    """The layers of the sandbox, tried out (0.1 s), and whether students' work can be graded here; building needs none."""
    if sys.platform != "linux":
        text = f"this is {sys.platform}; to grade here, use the container of the Containerfile (docs/sandbox.md)"
        return [Finding("sandbox, Linux", False, text)], "Grading needs Linux."
    from autograder.sandbox import layers

    found = layers.capabilities()
    findings = [
        Finding(f"sandbox, {layer.name}", layer.works, "; ".join(filter(None, (layer.why, layer.remedy))))
        for layer in found
    ]
    missing = [f"`sandbox, {layer.name}`" for layer in found if layer.needed and not layer.works]
    if missing:
        return findings, f"Grading is not possible here yet: see {' and '.join(missing)} above."
    if not all(layer.works for layer in found if layer.name == layers.PER_CASE):
        return findings, f"Grading is possible here, but slower: {layers.COLD}."
    return findings, "Grading is possible here, in a sandbox."


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Finding("Python", True, version, needed=True)
    return Finding(
        "Python",
        False,
        f"{version} is too old; install Python {'.'.join(map(str, OLDEST_PYTHON))} or newer",
        needed=True,
    )


def _pandoc() -> Finding:
    fix = f"run `{sys.executable} -m pip install pypandoc_binary`"
    try:
        import pypandoc

        version, place = pypandoc.get_pandoc_version(), pypandoc.get_pandoc_path()
    except (ImportError, OSError):
        return Finding("pandoc", False, f"not found, and no document can be made without it; {fix}", needed=True)
    if tuple(int(part) for part in version.split(".")) < OLDEST_PANDOC:
        return Finding("pandoc", False, f"{version} at {place} is too old; {fix}", needed=True)
    return Finding("pandoc", True, f"{version}, makes HTML and Word documents", needed=True)


def _typst() -> Finding:
    from importlib.metadata import PackageNotFoundError, version

    try:
        import typst  # noqa: F401 -- finding the package is not enough: its binary part must load here

        return Finding("Typst", True, f"{version('typst')}, makes PDF documents", needed=True)
    except (ImportError, PackageNotFoundError):
        return Finding(
            "Typst",
            False,
            f"not found, and no PDF document can be made without it; run `{sys.executable} -m pip install typst`",
            needed=True,
        )


def _latex() -> Finding:
    engine = next((name for name in _LATEX if shutil.which(name)), None)
    if engine is None:
        return Finding(
            "LaTeX",
            False,
            "not found; slides still come as PowerPoint and as .tex, but not as Beamer PDF. To get that, "
            + _latex_fix(),
        )
    if not _has_beamer():
        return Finding(
            "LaTeX", False, f"{engine} found, but not its Beamer package; to get slides as PDF, " + _latex_fix()
        )
    return Finding("LaTeX", True, f"{engine} with Beamer, makes slides as PDF")


def _latex_fix() -> str:
    match sys.platform:
        case "darwin":
            return "install MacTeX from https://tug.org/mactex"
        case "win32":
            return "install MiKTeX from https://miktex.org"
    return "install TeX Live (on Debian and Ubuntu `sudo apt install texlive-latex-extra`)"


def _has_beamer() -> bool:
    """True if TeX knows Beamer; where that cannot be asked (MiKTeX fetches packages when needed), it is taken to."""
    import subprocess

    asker = shutil.which("kpsewhich")
    if asker is None:
        return True
    try:
        answer = subprocess.run([asker, "beamer.cls"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return True
    return answer.returncode == 0


def _program(what: str, names: tuple[str, ...], purpose: str, otherwise: str) -> Finding:
    if any(shutil.which(name) for name in names):
        return Finding(what, True, f"found; {purpose}")
    return Finding(what, False, f"not found; {purpose}; {otherwise}")


def _course(paths: CoursePaths) -> Finding:
    offerings = [path.stem for path in paths.offerings()]
    if offerings:
        return Finding("course", True, f"{_plainly(paths.root)} with {', '.join(offerings)}")
    if (paths.root / "syllabi").is_dir():
        return Finding("course", False, f"{_plainly(paths.root)} has no offering yet; make one with `blueprint new`")
    return Finding("course", False, f"none in {_plainly(paths.root)} or above it; make one with `blueprint new`")


def _plainly(folder: Path) -> str:
    """A folder as people know it, with `~` for their home."""
    from pathlib import Path

    return f"~/{folder.relative_to(Path.home()).as_posix()}" if folder.is_relative_to(Path.home()) else str(folder)
