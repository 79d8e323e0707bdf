"""The visible cases of a module as one plain Python file, for students without the grader.

The file draws its inputs from a public seed as the grader draws them from a secret one, holds the values that the
reference gave for them, and runs the probes as they stand in the suite; what they read from a student's objects is a copy
there, too (`copying`). Of the reference it holds values only, and of hidden cases nothing, not even the helpers that they
alone use.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from autograder.authoring import copying
from autograder.authoring.case import (
    KINDS,
    PUBLIC_SEED,
    Case,
    Inputs,
    Module,
    Suite,
    SuiteError,
    globals_of,
    pack,
    unpack,
)
from autograder.authoring.inputs import HELP, Offered, keepers
from autograder.worker.wire import decode, encode

WIDTH = 116
LARGE = 300  # entries: what is this large in the reply of a case with a checker is a random sample, or an input that comes back


def visible_cases_file(suite: Suite, number: int) -> str:
    """The text of the file with a module's visible cases, the same on every call; raises SuiteError and LookupError."""
    cases = [case for case in suite.cases(number) if case.visible]
    return _joined(_questions(suite, number), _expected(suite, number, cases), *_AFTER) + "\n"


def visible_cases_name(suite: str, number: int) -> str:
    """The name that the file has unless another is asked for: `check_tinytorch_03.py`."""
    return f"check_{suite}_{number:02}.py"


@lru_cache(maxsize=64)
def case_lines(suite: Suite, number: int) -> Mapping[str, int]:
    """The line of the file at which each visible case begins, by id; asks nothing of the reference."""
    cases = [case.id for case in suite.cases(number) if case.visible]
    text = _questions(suite, number).splitlines()
    begins = [place for place, line in enumerate(text, start=1) if line == "@case("]
    return dict(zip(cases, begins, strict=True))


def _questions(suite: Suite, number: int) -> str:
    """The file's text down to the last case, for which the reference is not asked."""
    cases = [case for case in suite.cases(number) if case.visible]
    helpers, imports = _helpers(cases)
    body = _joined(
        _block(inspect.getsource(Offered)),
        _block(inspect.getsource(Inputs)),
        *[_block(_source(HELP[name])) for name in HELP if name in helpers],
        *[text for name, text in helpers.items() if name not in HELP],
        _CASES,
        *[_case(case) for case in cases],
    )
    return _joined(_head(suite, suite.module(number), imports, _joined(body, *_AFTER)), body)


def _joined(*parts: str) -> str:
    return "\n\n\n".join(part.strip("\n") for part in parts)


# ---------------------------------------------------------------------------------------------------- what is copied


def _block(source: str) -> str:
    """A piece of our source as students read it: without notes to our own tools."""
    return re.sub(r"  # (type: ignore|noqa).*", "", textwrap.dedent(source)).rstrip()


def _below_imports(module: ModuleType) -> str:
    """The text of a module of ours after its imports."""
    text = inspect.getsource(module)
    last = [node for node in ast.parse(text).body if isinstance(node, (ast.Import, ast.ImportFrom))][-1]
    return _block("\n".join(text.splitlines()[last.end_lineno :]).strip())


def _helpers(cases: Sequence[Case]) -> tuple[dict[str, str], list[str]]:
    """The source of all that probes and checkers use of their file, helpers before their users, and import lines."""
    sources: dict[str, str] = {}
    imports: set[str] = set()
    fixed = ast.parse(_CASES + _RUNNER + _below_imports(copying))
    taken = {node.name for node in fixed.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}

    def add(function: Any) -> None:
        for name in globals_of(function.__code__):
            if name == "np" or name in sources or name not in function.__globals__:
                continue
            value = function.__globals__[name]
            if name in taken:
                raise SuiteError(
                    [f"`{name}`, which cases use, is a name of the file that students get; call it otherwise"]
                )
            if HELP.get(name) is value:
                sources[name] = ""
            elif isinstance(value, KINDS):
                sources[name] = f"{name} = {_quoted(value) if isinstance(value, str) else repr(value)}"
            elif isinstance(value, FunctionType) and value.__module__ == function.__module__:
                sources[name] = ""  # a function may call itself
                add(value)
                del sources[name]
                sources[name] = _block(_source(value))
            elif isinstance(value, BuiltinFunctionType):
                imports.add(f"from {value.__module__} import {name}")

    for case in cases:
        add(case.probe)
        if case.checker is not None:
            add(case.checker)
            sources.setdefault(case.checker.__name__, _block(_source(case.checker)))
    return sources, sorted(imports)


def _case(case: Case) -> str:
    """The probe under a decorator of the file's own."""
    settings = {"id": case.id, "points": str(case.points), "since": case.since, "hint": case.hint}
    arguments = [f"    {_quoted(case.name)},", *[f"    {key}={_quoted(value)}," for key, value in settings.items()]]
    if case.tolerance is not None:
        arguments.append(f"    tolerance={case.tolerance!r},")
    if case.checker is not None:
        arguments.append(f"    checker={case.checker.__name__},")
    return "\n".join(["@case(", *arguments, ")", _block(_source(case.probe))])


def _quoted(text: str) -> str:
    """A text as Python reads it, in double quotes where it holds none."""
    return repr(text) if '"' in text else '"' + repr(text + '"')[1:-2].replace("\\'", "'") + '"'


def _source(function: Any) -> str:
    """The text of a function of a file, from its `def` on; the file is parsed once for all of its functions."""
    text, functions = _parsed(function.__code__.co_filename)
    node = functions[function.__code__.co_firstlineno]
    return "\n".join(text[node.lineno - 1 : node.end_lineno])


def _first_line(node: ast.FunctionDef) -> int:
    return node.decorator_list[0].lineno if node.decorator_list else node.lineno


@lru_cache(maxsize=32)
def _parsed(file: str) -> tuple[list[str], dict[int, ast.FunctionDef]]:
    """The lines of a file, and its functions by the line they begin at, decorators included."""
    text = Path(file).read_text(encoding="utf-8")
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return text.splitlines(), {_first_line(node): node for node in functions}


# ---------------------------------------------------------------------------------------------------- values


def _expected(suite: Suite, number: int, cases: Sequence[Case]) -> str:
    """The reference's replies as a table by case."""
    rows = []
    for case in cases:
        reply = _reply(suite, number, case)
        text = _literal(reply if case.checker is None else _lasting(reply, _reply(suite, number, case)))
        rows.append(textwrap.indent(f"{_quoted(case.id)}:\n" + _wrapped(text) + ",", "    "))
    return _SHORT + "\n# fmt: off\nEXPECTED: dict[str, Any] = {\n" + "\n".join(rows) + "\n}\n# fmt: on"


def _reply(suite: Suite, number: int, case: Case) -> Any:
    """The reference's reply under the public seed, as plain data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # divisions by zero are asked for
        probe = unpack(pack(case.probe))
        return decode(encode(probe(suite.reference(number), case.inputs(PUBLIC_SEED))))


class _Sample:
    """Stands for what differs from run to run."""


def _lasting(reply: Any, again: Any) -> Any:
    """The reply of a case with a checker, without samples: what another run gives otherwise, and what is large."""
    import numpy as np

    if isinstance(reply, list) and len(reply) == len(again):
        return [_lasting(first, second) for first, second in zip(reply, again, strict=True)]
    return reply if np.size(reply) <= LARGE and np.array_equal(reply, again) else _Sample()


def _wrapped(text: str) -> str:
    # A text's own spaces are written as escapes, so that every space is a place to break.
    return "\n".join(textwrap.wrap(text, WIDTH - 8, break_long_words=False, break_on_hyphens=False))


def _literal(value: Any) -> str:
    """Plain data as Python reads it."""
    import numpy as np

    if isinstance(value, _Sample):
        return "SAMPLE"
    if isinstance(value, (np.ndarray, np.generic)):
        entries = f'array({_entries(np.asarray(value))}, "{value.dtype}")'
        return entries if value.size else f'zeros({value.shape}, "{value.dtype}")'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(one)}" for key, one in value.items()) + "}"
    if isinstance(value, str):
        return _quoted(value).replace(" ", "\\x20")
    return repr(value)


def _entries(array: Any) -> str:
    """The entries as nested lists, floats with as many digits as they need."""
    if array.ndim:
        return "[" + ", ".join(_entries(row) for row in array) + "]"
    return str(array[()])


# ---------------------------------------------------------------------------------------------------- fixed text


def _head(suite: Suite, module: Module, imports: Sequence[str], body: str) -> str:
    """The head of the file: what it is and how it is run, its imports, and the names it looks for in the student's package."""
    wanted = [suite.module(number) for number in (*module.needs, module.number)]
    package = suite.package
    doc = f'''"""Check your own {package}.{module.target} (module {module.number:02d}) against values of a right solution.

    python FILE            the package {package} in this folder
    python FILE FOLDER     the package {package} in that folder
    python FILE CODE.py    this one file as {package}.{module.target}, the rest from the package in this folder

Needs NumPy alone. Each case below is a short function that uses your code (`tt` holds your classes) on inputs drawn
from a public seed. The grader runs these cases on other inputs, and some more.
"""'''
    lines = ["from __future__ import annotations", ""]
    lines += [
        "import _thread",
        "import ast",
        "import builtins",
        "import importlib",
        "import importlib.util",
        "import sys",
    ]
    lines += ["import threading", "import time", "import traceback", "import warnings"]
    lines += _used("collections.abc", ("Callable", "Iterable", "Iterator", "Sequence"), body) + list(imports)
    lines += [
        "from pathlib import Path",
        "from types import CodeType, FunctionType, SimpleNamespace",
        "from typing import Any, TypeVar",
        "",
    ]
    lines += ["import numpy as np", ""]
    names = [_row(f"{package}.{used.target}", used.exports) for used in wanted]
    lines += [
        f"SEED = b{_quoted(PUBLIC_SEED.decode())}",
        f"MODULE = {_quoted(f'{package}.{module.target}')}",
        "# fmt: off",
    ]
    lines += ["NAMES = {  # what the cases use, by module", *names, "}", "# fmt: on", 'T = TypeVar("T")']
    return doc + "\n\n" + "\n".join(lines)


def _used(module: str, names: Sequence[str], body: str) -> list[str]:
    """A line that imports those of the names that stand in the body on their own."""
    wanted = [name for name in names if re.search(rf"(?<![.\w\"']){name}\b(?!\()|(?<![.\w]){name}\(", body)]
    return [f"from {module} import {', '.join(wanted)}"] if wanted else []


def _row(target: str, exports: Sequence[str]) -> str:
    """An entry of the table of names, broken into lines."""
    text = f"{_quoted(target)}: (" + "".join(f"{_quoted(name)}, " for name in exports).rstrip() + "),"
    return "\n".join(textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="        "))


_SHORT = "array, inf, nan, zeros = np.array, np.inf, np.nan, np.zeros"
_CASES = '''
CASES: list[SimpleNamespace] = []


def case(name: str, **settings: Any) -> Callable[[Any], Any]:
    """Keeps a probe with its name, id, points, first edition, hint and, where it has them, tolerance and checker."""

    def keep(probe: Any) -> Any:
        CASES.append(SimpleNamespace(**{"name": name, "probe": probe, "checker": None, "tolerance": None, **settings}))
        return probe

    return keep


SAMPLE = "a sample of your own"  # stands in EXPECTED for what differs from run to run
SECONDS = 10  # a case may take
HELP = ("raises", "central_difference", "live")
'''

_RUNNER = '''
def difference(expected: Any, got: Any, tolerance: float | None = None, place: str = "result") -> str:
    """Where and how two results differ, in words; empty if they agree. `tolerance` is relative, for float32."""
    if isinstance(expected, (list, tuple)):
        if not isinstance(got, (list, tuple)) or len(got) != len(expected):
            return f"{place}: expected a list of {len(expected)}, got {got!r:.60}"
        pairs = enumerate(zip(expected, got, strict=True))
        found = (difference(a, b, tolerance, f"{place}[{i}]") for i, (a, b) in pairs)
        return next((told for told in found if told), "")
    if isinstance(expected, dict):
        if not isinstance(got, dict) or set(got) != set(expected):
            return f"{place}: expected the keys {sorted(expected)}, got {got!r:.60}"
        found = (difference(expected[key], got[key], tolerance, f"{place}.{key}") for key in expected)
        return next((told for told in found if told), "")
    if expected is None or isinstance(expected, str):
        same = type(got) is type(expected) and got == expected
        return "" if same else f"{place}: expected {expected!r:.60}, got {got!r:.60}"
    if not isinstance(got, (bool, int, float, np.ndarray, np.generic)):
        return f"{place}: expected {expected!r:.60}, got {got!r:.60}"
    return _numbers_apart(expected, got, tolerance, place)


def _numbers_apart(expected: Any, got: Any, tolerance: float | None, place: str) -> str:
    """The same for numbers and arrays, with the grader's tolerances."""
    ours, theirs = np.asarray(expected), np.asarray(got)
    if ours.shape != theirs.shape:
        return f"{place}: expected shape {ours.shape}, got {theirs.shape}"
    if ours.dtype.kind.replace("u", "i") != theirs.dtype.kind.replace("u", "i"):
        return f"{place}: expected dtype {ours.dtype}, got {theirs.dtype}"
    sizes = [4 if type(one) is float else np.asarray(one).dtype.itemsize for one in (expected, got)]
    near, tiny = {2: (1e-2, 1e-3), 8: (1e-7, 1e-9)}.get(min(sizes), (tolerance or 1e-4, (tolerance or 1e-4) / 10))
    if ours.dtype.kind != "f":
        near = tiny = 0
    a, b = ours.astype("f8"), theirs.astype("f8")
    with np.errstate(all="ignore"):
        agree = np.abs(a - b) <= tiny + near * np.maximum(np.abs(a), np.abs(b))
    if np.all(np.where(np.isfinite(a) & np.isfinite(b), agree, (a == b) | (np.isnan(a) & np.isnan(b)))):
        return ""
    return f"{place}: expected {np.array2string(ours, precision=6)}, got {np.array2string(theirs, precision=6)}"


def filled(expected: Any, got: Any) -> Any:
    """What was expected, with your own sample where one stands."""
    if expected is SAMPLE:
        return got
    if isinstance(expected, list) and isinstance(got, (list, tuple)) and len(got) == len(expected):
        return [filled(a, b) for a, b in zip(expected, got, strict=True)]
    return expected


def fault(one: SimpleNamespace, tt: Offered) -> str:
    """What is wrong with your answer to a case, in words; empty if nothing is."""
    expected = EXPECTED[one.id]
    began = time.monotonic()
    over = threading.Event()
    threading.Thread(target=ring, args=(over,), daemon=True).start()
    try:
        got = one.probe(tt, Inputs(SEED, one.id))
    except KeyboardInterrupt as error:
        over.set()
        if time.monotonic() - began < SECONDS:
            raise  # you pressed Ctrl-C
        return f"it ran longer than {SECONDS} seconds{place(error)}: does a loop there end?"
    except Exception as error:
        return f"your code raised {type(error).__name__}: {error}{place(error)}"
    finally:
        over.set()
    if one.checker is None:
        return difference(expected, got, one.tolerance)
    try:
        return one.checker(filled(expected, got), got) or ""
    except Exception:
        return "what came back does not have the form that was asked for"


def ring(over: threading.Event) -> None:
    """Interrupts a case that takes too long, and again where your code went on."""
    wait = float(SECONDS)
    while not over.wait(wait):
        _thread.interrupt_main()
        wait = 0.5


def place(error: BaseException) -> str:
    """Where in your code an error arose, such as ` (tensor.py, line 12)`; empty if it arose elsewhere."""
    yours = [getattr(sys.modules.get(name), "__file__", None) for name in NAMES]
    steps = [step for step in traceback.extract_tb(error.__traceback__) if step.filename in yours]
    return f" ({Path(steps[-1].filename).name}, line {steps[-1].lineno})" if steps else ""


def load(where: Path) -> Offered:
    """Your classes by name; a module that is not there leaves its names out."""
    sys.path.insert(0, str(where if where.is_dir() else Path.cwd()))
    found: dict[str, Any] = {}
    for name, names in NAMES.items():
        try:
            module = read(where) if name == MODULE and where.is_file() else importlib.import_module(name)
        except Exception as error:
            print(f"{name} cannot be imported: {type(error).__name__}: {error}")
            continue
        found |= {key: getattr(module, key) for key in names if getattr(module, key, None) is not None}
    return Offered(**found)


def read(file: Path) -> Any:
    """One file as the module to check."""
    spec = importlib.util.spec_from_file_location(MODULE, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python file")
    module = sys.modules[MODULE] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
'''

_MAIN = '''
def keep_copies() -> None:
    """Compiles the cases once more, so that whatever they read of your objects is a copy.

    Your code may write into its own arrays (`grad += g`); what a case has noted before stays as it was.
    """
    last = case.__code__.co_firstlineno  # what cases use stands above it
    used = {name: one for name, one in globals().items() if isinstance(one, FunctionType) and name not in HELP}
    used = {name: one for name, one in used.items() if one.__code__.co_firstlineno < last}
    tree = Copying(frozenset(used)).visit(ast.parse(Path(__file__).read_text(encoding="utf-8")))
    whole = compile(ast.fix_missing_locations(tree), __file__, "exec")
    codes = {(one.co_name, one.co_firstlineno): one for one in whole.co_consts if isinstance(one, CodeType)}
    for function in [*used.values(), *(one.probe for one in CASES)]:
        function.__code__ = codes[function.__code__.co_name, function.__code__.co_firstlineno]
    globals().update(keepers())


def main() -> int:
    """Runs every case and tells what is wrong; 0 if nothing is."""
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    if not where.exists():
        print(f"{where} is not there; give a folder with your package, or one Python file")
        return 2
    import signal

    signal.signal(signal.SIGINT, signal.default_int_handler)  # shells ignore it for what runs in the background
    keep_copies()
    tt, failed = load(where), 0
    warnings.simplefilter("ignore")  # divisions by zero are asked for
    for one in CASES:
        wrong = fault(one, tt)
        failed += bool(wrong)
        print(f"{'FAIL' if wrong else 'ok':<5}{one.points:>3} points  {one.name}", flush=True)
        if wrong:
            print("      " + wrong.replace("\\n", "\\n      "))
            print(f"      hint: {one.hint}")
            print(f"      the case stands at line {one.probe.__code__.co_firstlineno} of this file")
            if one.since:
                print(f"      (versions of the course before {one.since} are not asked this)")
    print(f"{len(CASES) - failed} of {len(CASES)} cases pass")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
'''

_AFTER = (_RUNNER, _block(inspect.getsource(keepers)), _below_imports(copying), _MAIN)
