"""Puts new labels into the catalogs that must hold every one: `make labels`. What a catalog holds already stays as it is."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGS = ROOT / "generator" / "text" / "labels"
WHOLE = ("de",)
"""The languages that have every label; British English holds only what differs."""
CALLS = {"_": None, "gettext": None, "label": None, "ngettext": (1, 2), "counted": (1, 2), "forms": (2, 3), "N_": None}
"""The functions a label is handed to; of some, which of their arguments it is."""


def labels() -> dict[str, tuple[str, ...]]:
    """Each label that a template or a writer asks for, with its forms."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(entry["pattern"].removeprefix("generator/"), entry["method"]) for entry in mappings]
    found = extract_from_dir(ROOT / "generator", methods, keywords=CALLS)
    return {forms(message)[0]: forms(message) for _, _, message, *_ in found}


def forms(text: object) -> tuple[str, ...]:
    """One form of a label, or all of them."""
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, (tuple, list)) else ()


def with_new(text: str, wanted: dict[str, tuple[str, ...]]) -> str:
    """A catalog's text with the labels it lacks at its end, not translated yet."""
    known = {forms(message.id)[0] for message in read_po(io.StringIO(text)) if message.id}
    new = Catalog()
    for label, every in wanted.items():
        if label not in known:
            new.add(every if len(every) > 1 else label)
    added = io.BytesIO()
    write_po(added, new, width=110, omit_header=True)
    return text.rstrip("\n") + "\n\n" + added.getvalue().decode().strip("\n") + "\n" if len(new) else text


if __name__ == "__main__":
    for language in WHOLE:
        place = CATALOGS / f"{language}.po"
        before = place.read_text("utf-8")
        after = with_new(before, labels())
        place.write_text(after, "utf-8", newline="\n")
        print(f"{place.relative_to(ROOT)}: {after.count('msgid ') - before.count('msgid ')} new")
