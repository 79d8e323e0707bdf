"""Text that is safe in a spreadsheet, which runs some of it as formulas."""

from __future__ import annotations

import re
import unicodedata

_BEGINS = frozenset("=+-@\t\r\n")
_INNER = re.compile(r"(;|(?<=.)\t)(?=\s*[=+\-@＝＋－＠])")


def is_formula(text: str) -> bool:
    """True if a spreadsheet takes a cell's text for a formula; some take the wide forms of the signs, too.

    Source: OWASP, "CSV Injection".
    """
    return bool(text) and unicodedata.normalize("NFKC", text[0]) in _BEGINS


def guarded(text: str) -> str:
    """A cell's text with an apostrophe wherever a formula would begin.

    Also behind what another country's spreadsheet takes for the end of a cell, whatever is quoted.
    """
    inner = _INNER.sub(r"\1'", text)
    return f"'{inner}" if is_formula(inner) else inner
