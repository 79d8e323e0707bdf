"""No text of a student meets a pattern in the intake, or in the comparison of texts, whose time grows faster than its length.

Patterns run outside the sandbox, where nothing stops them. Each is given texts made of pieces of what it matches, long and
eight times as long: where time is linear the longer takes about eight times as long, where it is quadratic 64 times. No
time is asserted, only how it grows.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import autograder.intake
from autograder.intake import file_names, platforms, structure
from autograder.intake.records import blackboard_people
from autograder.suites.tinytorch.conventions import CONVENTIONS

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore"
    )  # the parser of `re` is not public, yet nothing else tells what a pattern is made of
    from re import _constants as codes  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

SHORT, FACTOR = 400, 8
FASTER_THAN_LINEAR = 3.5
"""By how much time may grow beyond the length: quadratic is 8, linear 1, and machines are noisy."""
NOISE = 40e-6
"""Seconds below which a time says nothing: a search that short is given this time."""

MODULES = [
    importlib.import_module(f"autograder.intake.{info.name}")
    for info in pkgutil.iter_modules(autograder.intake.__path__)
] + [importlib.import_module("autograder.similarity.tokens")]
MADE_LATER = {
    "file_names": {"_module_patterns"},  # of the names of modules; its texts are cut at `LONGEST_NAME`
}
"""Functions that make patterns from what they are given; each is measured below as a whole."""


Used = tuple[re.Pattern, str]  # type: ignore[type-arg]
"""A pattern and the method by which it is put to texts."""


CUT = ("file_names._MARK", "file_names.module_by_number:")
"""Patterns that are not linear and meet texts that are cut to a length: measured through who calls them."""


def patterns() -> Iterator[tuple[str, Used]]:
    """Each use of a pattern in these modules: of those its modules hold, and of those written where they are used."""
    for module in MODULES:
        name = module.__name__.rpartition(".")[2]
        text = Path(module.__file__ or "").read_text("utf-8")
        tree = ast.parse(text)
        for variable, value in vars(module).items():
            if isinstance(value, re.Pattern):
                methods = set(re.findall(rf"\b{variable}\.(\w+)\(", text)) or {"search", "fullmatch"}
                for method in sorted(methods):
                    yield f"{name}.{variable}.{method}", (value, method)
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("re."):
                    written, method = call.args[0], ast.unparse(call.func).removeprefix("re.")
                    if isinstance(written, ast.Constant):
                        yield f"{name}.{function.name}:{method}({written.value!r})", (re.compile(written.value), method)
                    else:
                        made = ast.unparse(written)
                        assert made in ("re.escape",) or function.name in MADE_LATER.get(name, ()), (
                            f"{name}.{function.name} makes a pattern of {made}: measure it here"
                        )


PATTERNS = {name: used for name, used in patterns() if not name.startswith(CUT)}


def example(parsed: object) -> str:
    """A text that a parsed pattern may match: of each choice the last, each repetition once or as often as it must."""
    text = ""
    for code, argument in parsed:  # type: ignore[attr-defined]
        match code:
            case codes.LITERAL:
                text += chr(argument)
            case codes.NOT_LITERAL | codes.ANY:
                text += "a"
            case codes.IN:
                text += of_set(argument)
            case codes.BRANCH:
                text += example(argument[1][-1])
            case codes.SUBPATTERN:
                text += example(argument[-1])
            case codes.MAX_REPEAT | codes.MIN_REPEAT | codes.POSSESSIVE_REPEAT:
                text += example(argument[2]) * max(1, argument[0])
            case codes.ASSERT | codes.ATOMIC_GROUP:
                text += example(argument[-1] if isinstance(argument, tuple) else argument)
            case _:
                pass  # what matches no character
    return text


CANDIDATES = "a1_- .\t(/=E+#'Z"


def of_set(items: list[tuple[object, object]]) -> str:
    """A character of a set."""
    accepts: dict[object, Callable[..., bool]] = {
        codes.LITERAL: lambda c, value: ord(c) == value,
        codes.RANGE: lambda c, value: value[0] <= ord(c) <= value[1],
        codes.CATEGORY: lambda c, value: bool(re.fullmatch(CATEGORIES[value], c)),
    }
    negated = items[0][0] is codes.NEGATE
    for character in CANDIDATES + "".join(chr(value) for code, value in items if code is codes.LITERAL):  # type: ignore[arg-type]
        if any(accepts[code](character, value) for code, value in items if code in accepts) is not negated:
            return character
    return chr(next(value[0] for code, value in items if code is codes.RANGE))  # type: ignore[index]


CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}


def hostile_texts(pattern: re.Pattern) -> set[tuple[str, str, str]]:  # type: ignore[type-arg]
    """Beginnings, pieces to repeat and ends, of what a pattern matches and of what others do."""
    written = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    whole = example(parser.parse(written))[:80]
    pieces = {whole, *" a1_-./", "_1", "_1_1", " - ", "a ", "1-", "(1)", "mod1_"}
    pieces |= {whole[at : at + length] for length in (1, 2, 3, 5) for at in range(len(whole))}
    cuts = {0, len(whole), *range(0, len(whole), 7)}
    return {(whole[:cut], piece, end) for cut in cuts for piece in pieces if piece for end in ("", "\n!", "/x/y")}


def seconds(run: Callable[[], object], times: int = 1) -> float:
    """The least processor time of several runs."""
    taken = []
    for _ in range(times):
        begin = time.process_time()
        run()
        taken.append(time.process_time() - begin)
    return max(min(taken), NOISE)


def grows(run: Callable[[str], object], begin: str, piece: str, end: str) -> float:
    """How much faster than its length the time of a text grows."""
    for small in (1, 10, 20, 30):  # what doubles with every letter never comes to the end of a longer text
        if seconds(lambda: run(begin + piece * small + end)) > 1000 * NOISE:  # noqa: B023 -- called at once
            return 1000.0
    short, long = (begin + piece * (length // len(piece)) + end for length in (SHORT, SHORT * FACTOR))
    for times in (1, 5, 25):  # what looks steep is measured again
        growth = seconds(lambda: run(long), times) / seconds(lambda: run(short), times) / FACTOR
        if growth < FASTER_THAN_LINEAR:
            break
    return growth


def put_to(used: Used) -> Callable[[str], object]:
    """The function that puts a text to a pattern as the intake does."""
    pattern, method = used
    as_text = isinstance(pattern.pattern, str)
    search: Callable[..., object] = getattr(pattern, method)
    if method == "sub":
        search = lambda text: pattern.sub("" if as_text else b"", text)  # noqa: E731
    if method == "finditer":
        search = lambda text: all(pattern.finditer(text))  # noqa: E731
    return lambda text: search(text if as_text else text.encode())


def steepest(used: Used) -> tuple[float, tuple[str, str, str]]:
    """The greatest growth that any hostile text causes, and the text; the first that is too steep ends the search."""
    worst = (0.0, ("", "", ""))
    for text in sorted(hostile_texts(used[0])):
        worst = max(worst, (grows(put_to(used), *text), text))
        if worst[0] >= FASTER_THAN_LINEAR:
            break
    return worst


@pytest.mark.parametrize("name", PATTERNS)
def test_time_grows_with_the_length_of_a_text(name: str) -> None:
    """No pattern of the intake takes more than a time in proportion to the text, whatever the text."""
    growth, text = steepest(PATTERNS[name])
    assert growth < FASTER_THAN_LINEAR, text


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:\d+-?)+!",  # time doubles with every letter
        r"(?m)^Name: *(.*?) *\(([^()\r\n]+)\)[ \t\r]*$",  # cubic on blanks after `Name:`
        r"(?:-\d+)+$",
    ],
)
def test_what_is_steep_is_found(pattern: str) -> None:
    """The texts are hostile enough to show the growth of patterns that are not linear."""
    assert steepest((re.compile(pattern), "search"))[0] >= FASTER_THAN_LINEAR


NAMES = [
    "okoyeada_9001_55010_tensor.py",
    "LATE_anon_7hQ2z_55020_tensor.py",
    "Ada Okoye_31007_assignsubmission_file_tensor.py",
    "40112-91340 - Ada Okoye - Mar 2, 2026 914 PM - tensor.py",
    "Lab_1_aokoye_attempt_2026-03-02-21-14-05_tensor.py",
    "tensors_2026-03-02-21-14-05_aokoye.zip",
    "aokoye+tensors+2026-03-02 21:14:05.000000 UTC/x.ipynb",
    "submitted/aokoye/tensors/x.ipynb",
    "submission_880009/tensor.py",
    "aokoye/tensor.py",
    "aokoye_hw3.py",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_in_time_that_grows_with_its_length(name: str) -> None:
    """So are names as a whole by the readers of platforms, in a download of that platform."""
    read = platforms.platform_reader([name, name.replace("aokoye", "blind")]) or structure.plain_reader({"tensor": 1})
    pieces = {name[at : at + length] for length in (1, 2, 4, 9, 16, 40) for at in range(0, len(name), 2)}
    for piece in sorted(pieces - {""}):
        for begin, end in (("", name), (name, ""), (name[: len(name) // 2], name)):
            assert grows(read, begin, piece, end) < FASTER_THAN_LINEAR, (begin, piece, end)


@pytest.mark.parametrize("ending", ["", "!", ".py", ".ipynb", "/x/y.py", ".py.txt"])
def test_a_file_is_looked_at_in_time_that_grows_with_its_name(ending: str) -> None:
    """What a file's name tells of its module takes time in proportion to it, although some patterns alone take more."""
    for piece in ("1", "-1", "(1)", "mod1_", "1/", "lab", "_copy", " ", "-checkpoint", "a", "a1", "_", ".", "1_"):
        for begin in ("", "tensor", "a/mod"):
            assert grows(told_by_name, begin, piece, ending) < FASTER_THAN_LINEAR, (begin, piece)


def told_by_name(path: str) -> None:
    """Asks all that the name of a file is asked."""
    for ask in (
        file_names.version,
        file_names.family,
        file_names.is_look_alike,
        file_names.is_work,
        file_names.stem_of,
    ):
        ask(path)
    for ask_of in (file_names.is_module_name, file_names.module_by_name, file_names.may_be_work):
        ask_of(path, CONVENTIONS)
    file_names.module_by_number(path, CONVENTIONS, ())


@pytest.mark.parametrize("piece", [" ", "(", ")", "a (", "Name: ", "Name: A (b)\n", "\n", "\r", ":"])
def test_a_record_is_read_in_time_that_grows_with_its_length(piece: str) -> None:
    """What Blackboard's text file holds is a student's in part: no text in it takes long."""
    assert (
        grows(lambda text: blackboard_people(["Lab_ada"], {"Lab_ada": text.encode()}), "Name:", piece, "!\n")
        < FASTER_THAN_LINEAR
    )
