"""Pandoc as a function: text in, text or bytes out. The binary comes with the `pypandoc_binary` wheel.

A process of pandoc takes longer to start than most texts take to convert. So a process stays and converts one text after
another (`pandoc.lua`); as many stay as conversions ever went on at once, and they end with the program.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType
from typing import Any

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

AS_IS: Mapping[str, object] = MappingProxyType({})
"""Pandoc's own options."""
ONE_LINE: Mapping[str, object] = MappingProxyType({"wrap_text": "none"})
"""A paragraph stays one line."""
MATHML: Mapping[str, object] = MappingProxyType({"wrap_text": "none", "html_math_method": "mathml"})
"""A paragraph stays one line, and formulas are MathML."""


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


@cache
def default_data(name: str) -> bytes:
    """A file that pandoc brings along, such as its template for Word (`reference.docx`)."""
    command = [binary(), f"--print-default-data-file={name}"]
    return subprocess.run(command, capture_output=True, check=True, env=_environment()).stdout


def convert(
    data: str | bytes,
    *,
    source: str,
    target: str,
    options: Mapping[str, object] = AS_IS,
    lower: int = 0,
    plain_code: bool = False,
) -> bytes:
    """Text converted by pandoc; its warnings about math are errors here, so that a formula is never silently left raw.

    `options` are pandoc's `WriterOptions` by their names, with a template as its text. Headings are moved down by `lower`
    levels; with `plain_code` the words of a program are not coloured.

    Raises `TaskError` with what pandoc said.
    """
    request: dict[str, object] = {"from": source, "to": target, "options": dict(options)}
    request |= {"lower": lower, "plain_code": plain_code}
    request["abbreviations"] = default_data("abbreviations").decode().split() if source.startswith("markdown") else ()
    worker = _free_worker()
    reply, made = worker.ask(request, _as_pandoc_reads(data))
    _free.append(worker)
    if not reply["done"]:
        raise TaskError(f"pandoc: {made.decode('utf-8', 'replace')}")
    if "Could not convert TeX math" in reply["warnings"]:
        raise TaskError(f"pandoc: {reply['warnings']}")
    return made


def _as_pandoc_reads(data: str | bytes) -> bytes:
    """A text with line ends and tabs as pandoc's command line hands them to its readers."""
    text = data.decode() if isinstance(data, bytes) else data
    return text.removeprefix("\ufeff").replace("\r", "").expandtabs(4).encode()


def _environment() -> dict[str, str]:
    return {**os.environ, "SOURCE_DATE_EPOCH": FIXED_TIME}


class _Worker:
    """A process of pandoc that converts one text after another."""

    def __init__(self) -> None:
        with as_file(files("generator.text") / "pandoc.lua") as script:
            self._process = subprocess.Popen(
                [binary(), "lua", "-E", str(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=script.parent,  # where no picture lies that a text could name
                env=_environment(),
            )

    @property
    def lives(self) -> bool:
        """True if the process has not ended."""
        return self._process.poll() is None

    def ask(self, request: Mapping[str, object], text: bytes) -> tuple[dict[str, Any], bytes]:
        """What the process says of a conversion, and the text it made; `TaskError` if it ends over it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps({**request, "size": len(text)}).encode()
        try:
            self._process.stdin.write(line + b"\n" + text)
            self._process.stdin.flush()
            reply: dict[str, Any] = json.loads(self._process.stdout.readline())
            made = self._process.stdout.read(reply["size"])
            if len(made) == reply["size"]:
                return reply, made
        except (OSError, ValueError):  # the pipe, or the line, has broken off
            pass
        raise TaskError(f"pandoc: {self.end() or f'exit code {self._process.returncode}'}")

    def end(self) -> str:
        """End the process, and return what it had to say."""
        try:
            _, complaint = self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            _, complaint = self._process.communicate()
        return complaint.decode("utf-8", "replace").strip()


_free: list[_Worker] = []
"""The workers that have nothing to do; one is taken, and put back, by a single step, so threads need no lock."""


def _free_worker() -> _Worker:
    """A worker that waits, a new one if there is none."""
    while _free:
        worker = _free.pop()
        if worker.lives:
            return worker
        worker.end()
    return _Worker()


@atexit.register
def _end_workers() -> None:
    while _free:
        _free.pop().end()
