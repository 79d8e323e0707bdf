"""What spreadsheets make of text: some of it they run."""

from __future__ import annotations

import unicodedata

_BEGINS = frozenset("=+-@\t\r\n")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet takes a cell's text for a formula; some take the wide forms of the signs, too.

    Source: OWASP, "CSV Injection".
    """
    return bool(text) and unicodedata.normalize("NFKC", text[0]) in _BEGINS
