"""Typst source -> a tagged PDF (PDF/UA-1), the same bytes for the same source."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from blueprint.build import TaskError

SHEET_SIZES = ("11.4", "11", "10.6", "10.2", "9.8", "9.4", "9", "8.6", "8.2")
"""Type sizes (points) tried until a sheet fits one page."""


@cache
def version() -> str:
    """The Typst wheel's version."""
    import importlib.metadata

    return importlib.metadata.version("typst")


@cache
def fonts() -> Any:
    """Typst's own fonts first, the system's for letters they lack; found once, which takes longer than a page."""
    import typst

    return typst.Fonts()


def compile_pdf(source: bytes, *, one_page: bool, name: str, stamp: int) -> bytes:
    """The PDF of a source, dated `stamp` (seconds since 1970), a sheet of one page in the largest size that fits.

    Raises `TaskError` when Typst refuses, or when a one-page document does not fit at the smallest size.
    """
    import typst

    try:
        for size in SHEET_SIZES if one_page else (None,):
            inputs = {"size": size} if size else {}
            if not one_page or _pages(source, inputs) == 1:
                pdf = _compiler(source, inputs).compile(format="pdf", pdf_standards="ua-1", timestamp=stamp)
                assert isinstance(pdf, bytes)  # a list only for one image a page
                return pdf
    except typst.TypstError as error:
        raise TaskError(
            f"the PDF of “{name}” cannot be made: {error.message}" + "".join(f"; {hint}" for hint in error.hints)
        ) from None
    raise TaskError(f"“{name}” does not fit one page, not even at {SHEET_SIZES[-1]} points: shorten its texts")


def _compiler(source: bytes, inputs: dict[str, str]) -> Any:
    """A compiler for one question: one made from bytes forgets them with its first answer (a query counts, since 0.15.2)."""
    import typst

    return typst.Compiler(source, font_paths=fonts(), sys_inputs=inputs)


def _pages(source: bytes, inputs: dict[str, str]) -> int:
    return int(json.loads(_compiler(source, inputs).query("<pages>", field="value", one=True)))
