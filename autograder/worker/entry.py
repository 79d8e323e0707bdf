"""The worker's answer to a request: reading a hand-in, loading a module, running a case.

The zygote loads this once, after NumPy and the reference of the prerequisites; `answer` is called in a worker, once.
A request is the judge's (`protocol`), a reply is a frame that the judge will not trust.

Each worker holds one student's code and one case's probe with its inputs, or none: why a module cannot be loaded is
found out in a worker without a probe, so that an error's text can be shown to the student.
"""

from __future__ import annotations

import ast
import builtins
import faulthandler
import gc
import importlib
import importlib.machinery
import itertools
import marshal
import random
import signal
import sys
import warnings
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import CodeType, ModuleType
from typing import Any, cast

import numpy as np  # noqa: TID253 -- loaded by the zygote, never by the command line

from autograder.authoring.inputs import Inputs, Offered, unpack
from autograder.worker import definitions, extract, idle, imports, magics, missing, protocol, wire
from autograder.worker.protocol import FILE

_HELPER_FILE = "<helper>"
"""The file name of a helper's code: a line in it is none of the student's module."""
_HELPER = "__helper__"
"""The builtin to which a module's code tells its helpers."""
MESSAGE = 400
"""Characters of an exception's text."""
_CHANNEL = 0
"""The descriptor through which a worker answers."""
_SEED = 7
_AT_HAND = (
    *("matplotlib", "seaborn", "plotly", "IPython", "ipywidgets", "nbdev", "fastcore"),
    *("rich", "tqdm", "pytest", "psutil"),
)
"""Packages that notebooks import for show; in the jail they do nothing."""
_COLAB = "google"
"""The package with which a notebook mounts its drive in Colab: nothing happens here, but where its import is tried it is not
at hand, for then the notebook asks whether it is in Colab."""
_QUIETLY = (_COLAB, magics.RUN_PACKAGE)
"""What is not at hand and needs no word: a notebook may run one that is no module of the course."""

_LACKING = "is not at hand where this is graded, only NumPy and Python's own library are: what uses it fails"

packages: set[str] = set()
"""Packages that hold a course's modules under other names: `foundation`, where a student imports `foundation.tensor`."""
_codes_of_helpers: dict[str, bytes] = {}
"""The marshalled code of the student's helpers by the last part of their import names; empty for one that is not Python."""
import_names: Mapping[str, str] = {}
"""The import names of a course's modules by the last part of the names they had in any layout: `tensor` to
`tinytorch.core.tensor`."""


_request: tuple[str, list[Any]] = ("", [])
"""The task of this worker and its parts; read once."""


def begin(names: Mapping[str, str]) -> None:
    """Called once in the zygote: fixes what is random and takes what student code could change later."""
    global import_names
    import_names = dict(names)
    wire.prepare()
    warnings.simplefilter("ignore")
    random.seed(_SEED)
    np.random.seed(_SEED)
    np.seterr(all="ignore")
    vars(builtins)[missing.STAND_IN] = _stand_in
    vars(builtins)[_HELPER] = _codes_of_helpers.__setitem__
    vars(builtins)["display"] = lambda *shown, **settings: None  # which every notebook has
    sys.meta_path.append(cast(Any, _CourseFinder()))
    for package in {place.partition(".")[0] for place in import_names.values()} & sys.modules.keys():
        sys.modules[package].__getattr__ = _attribute_of_any_module  # type: ignore[method-assign]


def load_random() -> None:
    """Imports `numpy.random` with another source of first seeds: one that is fixed, so that `default_rng()` gives the same
    numbers each time, and that needs no library for hashes. Called in the zygote before anything that may want it."""
    stand_in = ModuleType("secrets")
    vars(stand_in)["randbits"] = random.getrandbits
    sys.modules["secrets"] = stand_in
    importlib.import_module("numpy.random")
    del sys.modules["secrets"]


def prepare(payload: bytes) -> bool:
    """Imports what a request's modules may load, while there are files; True for a request that reads, and runs nothing."""
    global _request
    _request = task, parts = protocol.read_request(payload)
    if task == "extract":
        return True
    imports.load(parts.pop())
    if task == "load":
        _tell_where_it_stands(parts.pop())
    return False


def _tell_where_it_stands(seconds: float) -> None:
    """Lets Python write the lines it stands at, in place of a reply, when so many seconds have passed.

    Its own handler does so in the middle of whatever runs, also where no code of ours can: within one long operation.
    """
    faulthandler.register(signal.SIGALRM, file=_CHANNEL, all_threads=False)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def answer(payload: bytes) -> bytes:
    """The reply to the request that was prepared, a frame."""
    task, parts = _request
    tasks: dict[str, Callable[..., Any]] = {"extract": _extract, "load": _load, "case": _case, "several": _several}
    reply = tasks[task](*parts)
    return reply if isinstance(reply, bytes) else wire.encode(reply)


# ---------------------------------------------------------------------------------------------------- reading


def _extract(data: bytes, name: str, beside: bytes | None, helpers: Sequence[tuple[str, bytes]]) -> Any:
    """Source, code and findings of one file; `exported` tells where the file beside a notebook differs from it."""
    gc.disable()  # a tree of syntax has no cycles, and is walked through again and again while it grows
    extracted, tree = extract.extract_and_parse(data, name)
    names = {helper for helper, _ in helpers}
    found = [] if tree is None else _packages(tree, names)
    lacking = () if tree is None else missing.exchange(tree, lambda name: _is_at_hand(name, found, names))
    carried: list[tuple[ast.Module, CodeType]] = []
    if tree is not None and helpers:
        extracted, carried = _carry(extracted, tree, helpers, names)
    compiled, problem = (None, extracted.problem) if tree is None else _compiled(extracted, tree)
    runs = [] if tree is None or compiled is None else [(tree, compiled), *carried]
    wanted = dict.fromkeys(name for inner, code in runs for name in _wanted(inner, code, found, names))
    exported = extract.extract(beside, "exported.py") if beside is not None else None
    return {
        "target": extracted.target,
        "source": _array(extracted.source.encode("utf-8", "replace")),
        "code": _array(b"" if compiled is None else marshal.dumps(compiled)),
        "cells": np.array(extracted.cells, dtype="int32"),
        "counts": np.array(extracted.counts, dtype="int32"),
        "in_file": extracted.in_file,
        "notes": [*extracted.notes, *(f"`{name}` {_LACKING}" for name in lacking if name not in _QUIETLY)],
        "untouched": list(extracted.untouched),
        "left_out": list(extracted.left_out),
        "problem": problem,
        "packages": found,
        "imports": list(wanted),
        "exported": [] if exported is None else list(definitions.differences(extracted.source, exported.source)),
    }


def _carry(
    extracted: extract.Extracted, tree: ast.Module, helpers: Sequence[tuple[str, bytes]], names: Collection[str]
) -> tuple[extract.Extracted, list[tuple[ast.Module, CodeType]]]:
    """The source whose code brings its helpers along, and theirs: the first thing it does is to tell them to the finder.

    Each leaves a line in the source, so that what a helper decides is done anew when the helper changes.
    """
    telling: list[ast.stmt] = []
    carried: list[tuple[ast.Module, CodeType]] = []
    notes: list[str] = []
    for helper, data in helpers:
        read, inner = extract.extract_and_parse(data, "helper.py")
        if inner is not None:
            missing.exchange(inner, lambda name: _is_at_hand(name, (), names))
            code, problem = _compiled(read, inner, _HELPER_FILE)
            carried += [(inner, code)] if code is not None else []
        else:
            code, problem = None, read.problem
        packed = b"" if code is None else marshal.dumps(code)
        called = ast.Call(ast.Name(_HELPER, ast.Load()), [ast.Constant(helper), ast.Constant(packed)], [])
        telling += [ast.fix_missing_locations(ast.Expr(called, lineno=1, col_offset=0))]
        notes += [f"`{helper}`, which it imports, cannot be used: {problem}"] if problem else []
    first = next((n for n, step in enumerate(tree.body) if not _stays_first(n, step)), len(tree.body))
    tree.body[first:first] = telling
    lines = "".join(f"# with {helper} {zlib.crc32(data):08x} {len(data)}\n" for helper, data in helpers)
    return replace(extracted, source=extracted.source + lines, notes=(*extracted.notes, *notes)), carried


def _stays_first(place: int, step: ast.stmt) -> bool:
    """True for what must begin a module: its docstring, and imports from `__future__`."""
    if isinstance(step, ast.ImportFrom):
        return step.module == "__future__"
    return place == 0 and isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)


def _packages(tree: ast.Module, helpers: Collection[str] = ()) -> list[str]:
    """The packages in which a source looks for modules of the course and for helpers, whatever they are called there."""
    names: set[str] = set()
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    parts = [
        name.split(".") for name in names if _last_part(name) in import_names or name.rpartition(".")[2] in helpers
    ]
    return sorted({".".join(part[:length]) for part in parts for length in range(1, len(part))})


def _wanted(tree: ast.Module, code: CodeType, found: Sequence[str], helpers: Collection[str]) -> list[str]:
    """The modules that a source may load while it runs, and that no worker has."""
    return imports.wanted(_statements(tree), code, lambda name: _is_at_hand(name, found, helpers))


def _is_course(name: str, found: Sequence[str]) -> bool:
    """True for names that the course's finder knows or must refuse itself, so that no module of a course looks present."""
    first = name.partition(".")[0]
    places = {part for place in import_names.values() for part in place.split(".")[:-1]}
    return first in places or first in _AT_HAND or _last_part(name) in import_names or first in found


def _is_at_hand(name: str, found: Sequence[str], helpers: Collection[str]) -> bool:
    """True for names that are not exchanged for stand-ins: those of the course, and the student's own helpers."""
    return _is_course(name, found) or name.rpartition(".")[2] in helpers


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """The statements of a source, however deep; expressions, which are most of a tree, are passed by."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(node, block, ())
        yield node


def _compiled(extracted: extract.Extracted, tree: ast.Module, file: str = FILE) -> tuple[CodeType | None, str]:
    """The code of a source, or why it is none, although it is parsed: `return` outside of a function, say."""
    try:
        return compile(tree, file, "exec", dont_inherit=True), ""
    except SyntaxError as error:
        return None, f"not Python: {error.msg}, {extracted.place(error.lineno or 1)}"
    except (ValueError, RecursionError, MemoryError):
        return None, "not Python: it is too deeply nested to be compiled"


def _array(data: bytes) -> Any:
    return np.frombuffer(data, dtype="uint8")


# ---------------------------------------------------------------------------------------------------- running


def _load(student: bytes) -> Any:
    try:
        _imported(student)
    except BaseException as error:
        return _raised(error)
    return {"loaded": True}


def _case(student: bytes, packed_case: bytes) -> Any:
    try:
        modules = _imported(student)
    except BaseException as error:
        return _raised(error) | {"during": "import"}
    exports, probe, record = protocol.unpack_case(packed_case)
    try:
        run = unpack(probe)
        reply = run(_offered(exports, modules), Inputs.replay(record))
    except MemoryError:
        raise
    except BaseException as error:
        return _raised(error) | {"span": _span(error, run)}
    try:
        return wire.encode({"reply": reply})
    except (TypeError, ValueError) as error:
        return {"unplain": str(error)[:MESSAGE]}


def _several(student: bytes, packed_cases: Sequence[bytes]) -> Any:
    """The frames that each of several cases would get alone, in one reply; the modules are imported anew for each case."""
    replies = [_case(student, packed_case) for packed_case in packed_cases]
    return {"replies": [_array(reply if isinstance(reply, bytes) else wire.encode(reply)) for reply in replies]}


def _imported(student: bytes) -> dict[str, ModuleType]:
    """The student's modules in order, each under its name, run upon what the zygote has loaded."""
    looked_in, modules = protocol.unpack_student(student)
    packages.update(looked_in)
    loaded = {}
    for name, code in modules:
        module = ModuleType(name)
        module.__package__ = name.rpartition(".")[0]
        module.__file__ = FILE
        parent = sys.modules.get(module.__package__)
        sys.modules[name] = loaded[name] = module
        exec(marshal.loads(code), module.__dict__)
        if parent is not None:
            setattr(parent, name.rpartition(".")[2], module)
    return loaded


def _offered(exports: protocol.Exports, own: Mapping[str, ModuleType]) -> Offered:
    """The `tt` of a probe: what each module in turn has of the names it should export."""
    space: dict[str, Any] = {}
    for module_name, names in exports:
        module = own.get(module_name) or sys.modules.get(module_name)
        space |= {name: getattr(module, name) for name in names if getattr(module, name, None) is not None}
    return Offered(**space)


def _raised(error: BaseException) -> dict[str, Any]:
    """An exception as plain data: Python's own name for it, its text, and the last line of the student's it passed."""
    kind = next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
    try:
        # Half a surrogate pair, which a text of Python may hold and no frame, becomes a packed_case mark.
        text = f"{error}"[:MESSAGE].encode("utf-8", "replace").decode()
    except BaseException:
        text = ""
    line = 0
    trace = error.__traceback__
    while trace is not None:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == FILE else line
        trace = trace.tb_next
    return {"raised": kind, "message": text, "line": line}


def _span(error: BaseException, probe: Any) -> list[int]:
    """What the probe was doing when an exception was raised: line, last line, column, last column; empty if not known."""
    trace = error.__traceback__
    while trace is not None:
        code, step = trace.tb_frame.f_code, trace.tb_lasti // 2
        if code is probe.__code__:
            places = next(itertools.islice(code.co_positions(), step, None), ())
            return [place for place in places if place is not None]
        trace = trace.tb_next
    return []


# ---------------------------------------------------------------------------------------------------- imports


def _stand_in(name: str) -> Any:
    """What a name of a missing package is bound to."""
    return idle.Idle() if name.partition(".")[0] == _COLAB else missing.StandIn(name)


class _CourseFinder:
    """Finds a course's modules under the names older layouts gave them, and stand-ins for what only shows things.

    Asked last, so it never hides a module that is there. Without the classes of `importlib.abc`, which load twenty modules
    and six shared libraries that every worker would be a copy of.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A place for names of the course, of packages above them, and of packages for show."""
        first, last = name.partition(".")[0], _last_part(name)
        course = {place.partition(".")[0] for place in import_names.values()}
        if first in _AT_HAND or first in course or last in import_names or name in packages or _is_helper(name):
            return importlib.machinery.ModuleSpec(name, cast(Any, self), is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """An ordinary module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Puts the module under its present name, or a stand-in, in the place of the one that was asked for."""
        name = module.__name__
        current = sys.modules.get(import_names.get(_last_part(name), ""))
        if current is not None:
            sys.modules[name] = current
        elif name.partition(".")[0] in _AT_HAND:
            idle.fill(module)
        elif _last_part(name) in import_names:
            module.__getattr__ = lambda wanted: _failing_when_used(name, wanted)  # type: ignore[method-assign]
        elif _is_helper(name):
            _run_helper(module)


def _is_helper(name: str) -> bool:
    return name.rpartition(".")[2] in _codes_of_helpers


def _run_helper(module: ModuleType) -> None:
    """Runs a helper; what it does not come to define fails where it is used, with the reason why."""
    name = module.__name__
    module.__file__ = _HELPER_FILE
    try:
        exec(marshal.loads(_codes_of_helpers[name.rpartition(".")[2]]), module.__dict__)
    except Exception as error:
        why = f"{name} could not be imported: {type(error).__name__}"
        module.__getattr__ = lambda wanted: _failing_when_used(name, wanted, why)  # type: ignore[method-assign]


def _attribute_of_any_module(name: str) -> Any:
    """A name asked of the whole package, `from tinytorch import Tensor`: from whichever module has it."""
    for place in dict.fromkeys(import_names.values()):
        value = getattr(sys.modules.get(place), name, None)
        if value is not None and not name.startswith("__"):
            return value
    raise AttributeError(name)


def _last_part(name: str) -> str:
    """The last part of an import name without a number before it and `_dev` after it: `tensor` of `a.01_Tensor_dev`."""
    return name.rpartition(".")[2].lower().removesuffix("_dev").lstrip("0123456789_")


def _failing_when_used(module: str, name: str, why: str = "") -> Any:
    """A name of a module that this one does not build on, say: it may be imported, and fails where it is used."""
    if name.startswith("__"):
        raise AttributeError(name)

    def use(*args: Any, **named: Any) -> Any:
        raise ImportError(why or f"{module}.{name} is not at hand where this module is graded")

    return use
