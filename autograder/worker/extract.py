"""From the bytes of a notebook, an exported file or a percent script: the source of one module.

The rules are nbdev's: `#| default_exp` names the module, cells under `#| export` and `#| exporti` make it, in order.
A notebook without directives gives its definitions (`unmarked`). Lines only Jupyter understands become lines that do
nothing (`magics`). Nothing is executed.

This file runs in the sandbox, with the parts of `worker` it imports. Any bytes give an `Extracted`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.worker.cells import (
    MAX_SOURCE,
    Cell,
    NoSource,
    cell_name,
    notebook_cells,
    read_directives,
    script_cells,
    script_has_cells,
    text_of,
)
from autograder.worker.definitions import bound_names, parse, parse_or_none
from autograder.worker.magics import neutralised
from autograder.worker.stubs import untouched
from autograder.worker.unmarked import definitions


@dataclass(frozen=True, slots=True)
class Extracted:
    """A module's source; `problem` says why there is none to use, empty when there is.

    `target` is the module named by `default_exp` (`core.tensor`), empty when none is. `cells` holds for each line of
    `source` the number of its cell, counting all cells from 1, and 0 for lines we added; it is empty for a plain
    Python file. `in_file` says that lines of `source` are those of the file. `untouched` names functions still
    as they were handed out, `left_out` classes and functions that stand only in cells that are not exported. `counts` are the numbers of `In [12]` by
    cell, the first one's first, 0 where there is none.
    """

    target: str = ""
    source: str = ""
    cells: tuple[int, ...] = ()
    in_file: bool = False
    notes: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    problem: str = ""

    def place(self, line: int) -> str:
        """The place of a line of `source` (from 1), for a student: `cell 7 (In [12]), line 3` or `line 120`."""
        if self.in_file or not 0 < line <= len(self.cells) or not self.cells[line - 1]:
            return f"line {line}"
        cell = self.cells[line - 1]
        count = self.counts[cell - 1] if cell <= len(self.counts) else 0
        return f"{cell_name(cell, count)}, line {line - self.cells.index(cell)}"


Parsed = tuple[Extracted, ast.Module | None]
"""A source with its syntax tree, None where there is a problem."""


def extract(data: bytes, name: str) -> Extracted:
    """The module source in a file's bytes; `name` tells notebooks (`.ipynb`) from Python. Never raises."""
    return extract_and_parse(data, name)[0]


def extract_and_parse(data: bytes, name: str) -> Parsed:
    """The module source in a file's bytes with its syntax tree, None where there is a problem. Never raises."""
    notes: list[str] = []
    try:
        text = text_of(data, notes)
        if name.lower().endswith(".ipynb") or text.lstrip()[:1] == "{":
            return _from_cells(notebook_cells(text, notes), notes, in_file=False)
        if script_has_cells(text):
            return _from_cells(script_cells(text), notes, in_file=True)
        return _parsed("", neutralised(text), (), notes, in_file=True)
    except NoSource as error:
        return Extracted(notes=tuple(notes), problem=str(error)), None
    except (RecursionError, MemoryError):
        return Extracted(notes=tuple(notes), problem="it is too large or too deeply nested to be read"), None


def _from_cells(cells: list[Cell], notes: list[str], in_file: bool) -> Parsed:
    for cell in cells:
        read_directives(cell)
        cell.text = neutralised(cell.text)
    target = _target(cells, notes)
    marked = any(cell.exported for cell in cells)
    if marked:
        chosen = _exported(cells, target, notes)
        if not target:
            notes.append("no cell names the module with `#| default_exp`")
    else:
        notes.append("no cell is marked `#| export`: the definitions of all cells are taken, prints and tests left out")
        chosen = definitions(cells, notes)
    if not any(text.strip() for text in chosen.values()):
        raise NoSource("no cell holds code of a module")
    lines, numbers = _joined(cells, chosen, in_file)
    if marked:
        notes += _halves(cells, chosen)
    extracted, tree = _parsed(target, "\n".join(lines) + "\n", tuple(numbers), notes, in_file, _counts(cells))
    if tree is not None and not in_file:
        _put_futures_first(tree)
    if tree is None or not marked:
        return extracted, tree
    extracted = replace(extracted, left_out=_left_out(cells, chosen, tree))
    return _with_all(extracted, tree, _public_names(cells, numbers, tree)), tree


def _target(cells: list[Cell], notes: list[str]) -> str:
    """The module that `#| default_exp` names, else the one that a cell is exported to; empty if none is named."""
    targets = list(dict.fromkeys(target for cell in cells for target in cell.targets))
    if len(targets) > 1:
        listing = " and ".join(f"`{target[:80]}`" for target in targets[:4])
        notes.append(f"default_exp names {listing}; the last one counts, as in nbdev")
    return targets[-1] if targets else next((cell.elsewhere for cell in cells if cell.elsewhere), "")


def _exported(cells: list[Cell], target: str, notes: list[str]) -> dict[int, str]:
    """The texts of the cells that are exported to this module, by the number of the cell."""
    texts = {}
    for cell in cells:
        if cell.exported and cell.elsewhere not in ("", target):
            notes.append(
                f"{cell_name(cell.number, cell.count)} is exported to {cell.elsewhere[:80]}, not to this module"
            )
        elif cell.exported:
            texts[cell.number] = cell.text
    return texts


def _joined(cells: list[Cell], chosen: dict[int, str], in_file: bool) -> tuple[list[str], list[int]]:
    """The lines of the module and the cell of each; in a script, what is not exported leaves its lines blank."""
    lines: list[str] = []
    numbers: list[int] = []
    for cell in cells:
        if cell.number in chosen or in_file:
            cell_lines = chosen.get(cell.number, "\n" * cell.text.count("\n")).split("\n")
            lines += cell_lines
            numbers += [cell.number] * len(cell_lines)
    return lines, numbers


def _parsed(
    target: str, source: str, cells: tuple[int, ...], notes: list[str], in_file: bool, counts: tuple[int, ...] = ()
) -> Parsed:
    """The result with what its syntax tree tells; a source that is no Python is a problem with its place."""
    extracted = Extracted(target, source, cells, in_file, tuple(notes), counts=counts)
    if len(source) > MAX_SOURCE:
        problem = f"the code is longer than {MAX_SOURCE // 1_000_000} MB"
        return Extracted(notes=tuple(notes), problem=problem), None
    try:
        tree = parse(source)
    except SyntaxError as error:
        return replace(extracted, problem=f"not Python: {error.msg}, {extracted.place(error.lineno or 1)}"), None
    except (ValueError, OverflowError):
        return replace(extracted, problem="not Python: it holds a NUL character"), None
    return replace(extracted, untouched=tuple(untouched(tree, source.split("\n"), extracted.place))), tree


def _put_futures_first(tree: ast.Module) -> None:
    """Moves `from __future__ import ...` to the top: Jupyter takes it in any cell, a module of Python at its beginning alone."""
    futures = [step for step in tree.body if isinstance(step, ast.ImportFrom) and step.module == "__future__"]
    if futures:
        rest = [step for step in tree.body if step not in futures]
        docstring = rest[:1] if ast.get_docstring(tree, clean=False) is not None else []
        tree.body = [*docstring, *futures, *rest[len(docstring) :]]


def _counts(cells: list[Cell]) -> tuple[int, ...]:
    """The counts of all cells up to the last one that was run, in order; none where none was."""
    counts = {cell.number: cell.count for cell in cells if cell.count}
    return tuple(counts.get(number, 0) for number in range(1, max(counts, default=0) + 1))


def _with_all(extracted: Extracted, tree: ast.Module, names: list[str]) -> Extracted:
    """The source with nbdev's `__all__` as its last line, which is of no cell; the tree grows with it."""
    if not names:
        return extracted
    line = f"__all__ = {names!r}\n"
    tree.body += ast.increment_lineno(parse(line), extracted.source.count("\n")).body
    return replace(extracted, source=extracted.source + line, cells=(*extracted.cells, 0))


def _public_names(cells: list[Cell], numbers: Sequence[int], tree: ast.Module) -> list[str]:
    """The names of `__all__`: what cells under `#| export` define at their top, without a leading underscore."""
    public = {cell.number for cell in cells if cell.exported != "exporti"}
    names = bound_names([statement for statement in tree.body if numbers[statement.lineno - 1] in public])
    return list(dict.fromkeys(name for name in names if not name.startswith("_")))


_AT_MARGIN = re.compile(r"^(?:class[ \t]+(\w+)|[^\s#)\]}])", re.M)
_METHOD = re.compile(r"^([ \t]+)(?:async[ \t]+)?def[ \t]+(\w+)", re.M)
_ATTACHED = re.compile(r"^(\w+)\.(\w+)[ \t]*=(?!=)", re.M)


def _halves(cells: list[Cell], chosen: dict[int, str]) -> list[str]:
    """Notes on methods of the module's classes that lie in cells that are not exported: a class cut in two, or completed."""
    notes = []
    classes: set[str] = set()
    begun = ""
    for cell in cells:
        margin = list(_AT_MARGIN.finditer(cell.text))
        if cell.number in chosen:
            classes |= {match[1] for match in margin if match[1]}
            begun = (margin[-1][1] or "") if margin else begun
            continue
        methods: dict[str, list[str]] = {}
        for name, attribute in _ATTACHED.findall(cell.text):
            if name in classes:
                methods.setdefault(name, []).append(attribute)
        first = _METHOD.search(cell.text)
        if begun and first and (not margin or first.start() < margin[0].start()):
            end = margin[0].start() if margin else len(cell.text)
            inner = [match[2] for match in _METHOD.finditer(cell.text, 0, end) if match[1] == first[1]]
            methods[begun] = inner + methods.get(begun, [])
        for name, found in methods.items():
            where = cell_name(cell.number, cell.count)
            notes.append(f"class {name}: {_listed(found)} in {where}, which has no `#| export`, so not graded")
    return notes


def _listed(methods: list[str]) -> str:
    """`method sum lies`, `methods sum, mean and 3 more lie`."""
    names = list(dict.fromkeys(methods))
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return f"method{'s' * (len(names) > 1)} {', '.join(names[:_MANY])}{more} lie{'s' * (len(names) == 1)}"


_MANY = 12
_DEFINED = re.compile(r"^(?:class|def)[ \t]+(?!_|[Tt][Ee][Ss][Tt])(\w+)", re.M)


def _left_out(cells: list[Cell], chosen: dict[int, str], tree: ast.Module) -> tuple[str, ...]:
    """The classes and functions that other cells define and the module does not, tests apart."""
    kinds = (ast.ClassDef, ast.FunctionDef)
    inside = {statement.name for statement in tree.body if isinstance(statement, kinds)}
    outside: list[str] = []
    for cell in cells:
        # Most cells define nothing, or tests: parsing all of them would take longer than all the rest.
        if cell.number in chosen or not set(_DEFINED.findall(cell.text)) - inside:
            continue
        if other := parse_or_none(cell.text):
            outside += [statement.name for statement in other.body if isinstance(statement, kinds)]
    names = dict.fromkeys(outside)
    return tuple(name for name in names if name not in inside and not name.lower().startswith(("test", "_")))
