"""Entries cut out of YAML text: what is left reads as the tree without them, and looks as before."""

from __future__ import annotations

import pytest

from blueprint.yamltext import without_entries

TEXT = """\
# the head

a: 1

# about b
b:
  # about b.x
  x: {one: 1, two: [2, "}"], three: 3}
  y: >-
    folded

    text
  z: last  # behind it

c:
- in line
- with its key
"""


@pytest.mark.parametrize(
    ("paths", "old", "new"),
    [
        ("a", "a: 1\n\n", ""),
        ("b.x", '  # about b.x\n  x: {one: 1, two: [2, "}"], three: 3}\n', ""),
        ("b.x.one", "{one: 1, two", "{two"),
        ("b.x.two", 'two: [2, "}"], ', ""),
        ("b.x.three", '"}"], three: 3}', '"}"]}'),
        ("b.y", "  y: >-\n    folded\n\n    text\n", ""),
        ("b.z", "  z: last  # behind it\n", ""),
        ("b.x b.y b.z", TEXT[TEXT.index("# about b\n") : TEXT.index("c:")], ""),
        ("c", "\nc:\n- in line\n- with its key\n", ""),
    ],
)
def test_an_entry_goes_with_its_lines_and_its_comment(paths: str, old: str, new: str) -> None:
    """An entry goes with what is below it and the comment right above it; a mapping goes with the last of its entries."""
    cut = without_entries(TEXT, [tuple(path.split(".")) for path in paths.split()])
    assert cut.text == TEXT.replace(old, new)
    assert cut.kept == ()


def test_what_cannot_be_cut_out_stays() -> None:
    """An entry that others repeat by its anchor is not cut out, and named; nothing else is lost."""
    text = "a: &all {x: 1}\nb: *all\n"
    assert without_entries(text, [("a",)]) == without_entries(text, [("a",)])
    cut = without_entries(text, [("a",)])
    assert (cut.text, cut.kept) == (text, (("a",),))
