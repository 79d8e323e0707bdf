"""LaTeX source -> PDF, with the log read: what TeX only mentions there is an error here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from blueprint.build import TaskError
from generator.pandoc import FIXED_TIME

TOO_HIGH = 6.0
"""Points by which a slide may be too full before it is an error; less is not seen."""
PACKAGES = "texlive-latex-recommended texlive-latex-extra texlive-pictures texlive-fonts-recommended lmodern"


def compile_latex(files: Mapping[str, bytes], main: str) -> bytes:
    """The PDF of `main`, compiled twice for page numbers.

    Raises `TaskError` without TeX, when TeX stops, and when its log tells of a missing letter or an overfull slide.
    """
    if shutil.which("pdflatex") is None:
        raise TaskError(f"a PDF of slides needs LaTeX; install it (Debian: {PACKAGES}), or leave `pdf` out of --to")
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            Path(folder, name).write_bytes(data)
        fixed = {**os.environ, "SOURCE_DATE_EPOCH": FIXED_TIME, "FORCE_SOURCE_DATE": "1", "openout_any": "p"}
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", main]
        for _ in range(2):
            done = subprocess.run(
                command, cwd=folder, env=fixed, capture_output=True, check=False, stdin=subprocess.DEVNULL
            )
        log = Path(folder, main).with_suffix(".log")
        said = log.read_text("latin-1") if log.is_file() else done.stdout.decode("latin-1")
        if done.returncode != 0:
            raise TaskError(f"{main}: LaTeX stopped: {_first_error(said)}")
        if troubles := list(dict.fromkeys(_troubles(said))):
            raise TaskError(f"{main}: {'; '.join(troubles[:4])}")
        return Path(folder, main).with_suffix(".pdf").read_bytes()


def _first_error(log: str) -> str:
    """TeX's first complaint and the line it stopped at."""
    lines = log.splitlines()
    for index, line in enumerate(lines):
        if line.startswith("!"):
            place = next((text for text in lines[index : index + 12] if text.startswith("l.")), "")
            return f"{line[2:]} {place}".strip()
    return "see its log"


def _troubles(log: str) -> list[str]:
    unwrapped = re.sub(r"(?<=^.{79})\n", "", log, flags=re.MULTILINE)
    missing = [
        f"no font has the letter {m[1]}" for m in re.finditer(r"Missing character: There is no (\S+)", unwrapped)
    ]
    full = [
        f"a slide is {m[1]} points too full{f', near page {m[2]}' if m[2] else ''}"
        for m in re.finditer(r"Overfull \\vbox \(([\d.]+)pt too high\)(?:[^\[]*\[(\d+))?", unwrapped)
        if float(m[1]) > TOO_HIGH
    ]
    return [*missing, *full]
