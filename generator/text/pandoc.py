"""Pandoc as a function: text in, text or bytes out. The binary comes with the `pypandoc_binary` wheel."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from blueprint.build import TaskError

READER = "markdown" + "".join(
    f"-{extension}"
    for extension in (
        "citations",
        "example_lists",
        "implicit_figures",
        "raw_attribute",
        "raw_html",
        "raw_tex",
        "subscript",
        "superscript",
        "yaml_metadata_block",
    )
)
"""Pandoc's Markdown less what would surprise in a course file: an `@` is no citation, `~` and `^` stay themselves."""

FIXED_TIME = "1577836800"
"""2020-01-01: the time stamp inside DOCX files, so that equal input gives equal bytes."""


@cache
def binary() -> str:
    """The path of the wheel's pandoc; of another one only where the wheel brings none."""
    import pypandoc

    shipped = Path(pypandoc.__file__).parent / "files" / ("pandoc.exe" if os.name == "nt" else "pandoc")
    return str(shipped if shipped.is_file() else pypandoc.get_pandoc_path())


@cache
def version() -> str:
    """Pandoc's version, from the wheel's binary."""
    import importlib.metadata

    return importlib.metadata.version("pypandoc_binary")


def convert(
    data: str | bytes, *, source: str, target: str, options: tuple[str, ...] = (), folder: Path | None = None
) -> bytes:
    """Text converted by pandoc; its warnings about math are errors here, so that a formula is never silently left raw.

    Raises `TaskError` with what pandoc said.
    """
    command = [binary(), "--from", source, "--to", target, *options]
    done = subprocess.run(
        command,
        input=data.encode() if isinstance(data, str) else data,
        capture_output=True,
        check=False,
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": FIXED_TIME},
    )
    complaint = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode != 0 or "Could not convert TeX math" in complaint:
        raise TaskError(f"pandoc: {complaint or f'exit code {done.returncode}'}")
    return done.stdout
