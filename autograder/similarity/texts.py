"""From the bytes of a file to the lines that can be compared, each with the place a person finds it at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.worker.cells import (
    MAX_SOURCE,
    Cell,
    NoSource,
    notebook_cells,
    read_directives,
    script_cells,
    script_has_cells,
    text_of,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code, and its place: of a notebook the cell (0 elsewhere), and the line there, both counted from 1.

    `file` is empty in the file of the module itself, and the name of a helper beside it.
    """

    text: str
    file: str
    cell: int
    number: int


def lines_of(data: bytes, name: str, file: str = "") -> list[Line]:
    """The lines of code in a file's bytes: those of exported cells, of all cells where none is exported; raises NoSource.

    `name` tells notebooks (`.ipynb`) from Python, and `file` is what its lines say they are in. Nothing is executed, and nothing is parsed but the notebook's JSON.
    """
    text = text_of(data, [])
    if name.lower().endswith(".ipynb") or text.lstrip()[:1] == "{":
        return list(_of_cells(notebook_cells(text, []), file))
    if len(text) > MAX_SOURCE:
        raise NoSource(f"the code is longer than {MAX_SOURCE // 1_000_000} MB")
    if script_has_cells(text):
        return list(_of_script(script_cells(text), file))
    return [Line(line, file, 0, number) for number, line in enumerate(text.split("\n"), 1)]


def _of_cells(cells: Iterable[Cell], file: str) -> Iterator[Line]:
    for cell in _exported(cells):
        for number, line in enumerate(cell.text.split("\n"), 1):
            yield Line(line, file, cell.number, number)


def _of_script(cells: list[Cell], file: str) -> Iterator[Line]:
    wanted = {id(cell) for cell in _exported(cells)}
    number = 0
    for cell in cells:
        for line in cell.text.split("\n"):
            number += 1
            if id(cell) in wanted:
                yield Line(line, file, 0, number)


def _exported(cells: Iterable[Cell]) -> list[Cell]:
    """The cells that make the module; all of them where none says so."""
    every = list(cells)
    for cell in every:
        read_directives(cell)
    return [cell for cell in every if cell.exported] or every
