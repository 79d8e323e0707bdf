"""What a source may import while it runs: found without running it, and imported before.

Where a student's code runs no path leads anywhere any more (`sandbox.seccomp`), so that a module must be there by then.
That is what its source names in an import, wherever it stands; what its import statements and attributes load of packages
that load on demand (`np.fft`, `concurrent.futures.ThreadPoolExecutor`); and what is loaded on first use by a few functions,
and for the encodings that its texts name.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from encodings.aliases import aliases
from types import CodeType

_ZIP = ("zipfile", "encodings.cp437")
_SETS = ("unique", "unique_values", "intersect1d", "setdiff1d", "setxor1d", "union1d")
_RANKS = tuple(f"{nan}{name}" for nan in ("", "nan") for name in ("median", "percentile", "quantile"))
_ON_USE = {
    **{"strptime": ("_strptime",), "savez": _ZIP, "savez_compressed": _ZIP, "ZipFile": _ZIP},
    **dict.fromkeys((*_SETS, *_RANKS), ("numpy.ma",)),  # which they ask whether entries are masked
}
"""Modules that a function loads when it is first called, by the function's name."""
_LONGEST_ENCODING = 20


def load(names: Iterable[str]) -> None:
    """Imports modules by name; what cannot be imported is left to whoever asks for it."""
    for name in names:
        if name not in sys.modules:
            with suppress(BaseException):
                importlib.import_module(name)


def wanted(statements: Iterable[ast.AST], code: CodeType, is_ours: Callable[[str], bool]) -> list[str]:
    """The modules that a source may load and that are not loaded yet; they are loaded by that.

    `code` is the source compiled; `is_ours` tells which names are of the course, which need no file.
    """
    used = set(_names(code))
    found: list[str] = []
    packages: dict[str, None] = {}
    for name, parts in _imports(statements, code):
        if is_ours(name):
            continue
        found += _loaded(name)
        inner = [f"{name}.{part}" for part in parts if part not in vars(sys.modules.get(name, object))]
        found += [module for one in inner for module in _loaded(one)]
        packages |= dict.fromkeys((name, *(f"{name}.{part}" for part in parts)))
    later = [name for word in sorted(used & _ON_USE.keys()) for name in _ON_USE[word]]
    later += [f"encodings.{aliases[word]}" for word in sorted(_encodings(code) & aliases.keys())]
    found += [name for one in later for name in _loaded(one)]
    found += [name for package in packages for name in _on_demand(package, used)]
    return found


def _loaded(name: str) -> list[str]:
    """The name, if the module was not there and is now."""
    if name in sys.modules:
        return []
    load([name])
    return [name] if name in sys.modules else []


def _on_demand(package: str, used: Collection[str]) -> Iterator[str]:
    """What a package loads when it is asked for one of the names used."""
    module = sys.modules.get(package)
    if not hasattr(module, "__path__") or not hasattr(module, "__getattr__"):
        return
    for name in sorted(set(used) - vars(module).keys()):
        before = len(sys.modules)
        with suppress(BaseException):
            getattr(module, name)
        if len(sys.modules) > before:
            yield next(reversed(sys.modules))  # a module is put last once it is whole, so this one brings the others


def _imports(statements: Iterable[ast.AST], code: CodeType) -> Iterator[tuple[str, list[str]]]:
    """The modules that a source imports, with the names that it takes from them."""
    for node in statements:
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, [alias.name for alias in node.names if alias.name != "*"]
    if {"import_module", "__import__"}.intersection(_names(code)):
        texts = {text for text in _texts(code) if text.partition(".")[0] in sys.stdlib_module_names}
        yield from ((text, []) for text in sorted(texts))


def _names(code: CodeType) -> Iterator[str]:
    """The names of attributes and globals that code, and the code inside it, uses."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _encodings(code: CodeType) -> set[str]:
    """The short texts of a source, spelled as encodings are."""
    return {text.lower().replace("-", "_") for text in _texts(code) if len(text) <= _LONGEST_ENCODING}


def _texts(code: CodeType) -> Iterator[str]:
    """The texts that stand in code, and in the code inside it."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _texts(constant)
        elif isinstance(constant, str):
            yield constant
