"""What no file may do to the loader: make it fail, or make it point at a place that is not there. And what merging means."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from blueprint.bind import Positions
from blueprint.check import check
from blueprint.load import load, merge
from blueprint.paths import CoursePaths, shipped_content
from blueprint.place_names import place_name
from blueprint.problems import CourseError, Mark, Problem, in_file_order, render, split_lines
from blueprint.yamltree import MAX_DEPTH, MAX_NODES, Mapping, Node, Scalar, Sequence, parse

TINY = Path(__file__).parent / "cases" / "tiny"
SHIPPED = shipped_content()
TROUBLE = [
    "",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "|",
    ": ",
    ":",
    " #",
    "&a ",
    "*a",
    "<<: *a",
    "!x ",
    "%",
    "@",
    "? ",
    "---",
    "null",
    "~",
    "0",
    "-1",
    "010",
    "1e5",
    "9999-12-31",
    "25:00",
    "true",
    "no",
    "\t",
    "\r",
    "\x00",
    "\x07",
    "\x85",
    "\u2028",
    "\ufeff",
    "é",
    "程",
    "`",
    "extends: tiny",
    "    ",
]


def assert_places_exist(problems: list[Problem], text_of: Callable[[str], str]) -> None:
    for problem in problems:
        lines = split_lines(text_of(problem.mark.file))
        assert 1 <= problem.mark.line <= len(lines), problem
        assert 1 <= problem.mark.column <= len(lines[problem.mark.line - 1]) + 1, problem


# --- any bytes -------------------------------------------------------------------------------------------------


troubled = st.lists(st.sampled_from([*TROUBLE, "\n", " ", "a"]), max_size=25).map("".join)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode) | troubled.map(str.encode))
@example(b"\xef\xbb\xbf\xef\xbb\xbfa: [")
@example("a: \u2028 b\u2028 c: \x07".encode())
@example(b"a\r\n\xff")
@example(b"? [a]\n: b\n")
@example(b"%YAML 9.9\n--- a")
def test_any_bytes_are_parsed_or_told(data: bytes) -> None:
    """Whatever bytes a file holds, parsing ends with problems that stand inside the file, or with the tree that PyYAML reads."""
    import yaml

    node, problems = parse(data, "x")
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    assert_places_exist(problems, lambda _: text)
    assert render(problems, lambda _: text).count("error: ") >= len(problems)
    if not problems:
        assert (None if node is None else as_text(node)) == yaml.load(
            text, getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        )


def test_depth_and_size_have_a_limit() -> None:
    """A file may nest and repeat up to the limits, and no further."""

    def nested(depth: int) -> list[Problem]:
        return parse(b"[" * depth + b"]" * depth, "x")[1]

    def repeated(times: int) -> list[Problem]:
        items = ", ".join(["1"] * 999)
        return parse(f"[&a [{items}], {', '.join(['*a'] * (times - 1))}]".encode(), "x")[1]

    assert nested(MAX_DEPTH) == []
    assert "levels deep" in nested(MAX_DEPTH + 1)[0].message
    assert repeated(MAX_NODES // 1000 - 1) == []
    assert "expands to more than" in repeated(MAX_NODES // 1000)[0].message


def as_text(node: Node) -> object:
    """A tree without its places, every scalar as it was written."""
    match node:
        case Mapping():
            return {key.text: as_text(value) for key, value in node}
        case Sequence(items=items):
            return [as_text(item) for item in items]
        case Scalar(text=text):
            return text


# --- a course with a slip in it --------------------------------------------------------------------------------


@st.composite
def slips(draw: st.DrawFn, text: str) -> str:
    """A text with one to three lines or characters deleted, inserted or replaced."""
    lines = text.split("\n")
    junk = st.sampled_from(TROUBLE) | st.text(max_size=3) | st.sampled_from(lines)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        column = draw(st.integers(0, len(lines[at])))
        match draw(
            st.sampled_from(["delete line", "insert line", "replace line", "delete", "insert", "replace value"])
        ):
            case "delete line":
                lines[at : at + 1] = [] if len(lines) > 1 else [""]
            case "insert line":
                lines.insert(at, draw(junk))
            case "replace line":
                lines[at] = draw(junk)
            case "delete":
                lines[at] = lines[at][:column] + lines[at][column + 1 :]
            case "insert":
                lines[at] = lines[at][:column] + draw(junk) + lines[at][column:]
            case _:
                lines[at] = lines[at].partition(": ")[0] + ": " + draw(junk)
    return "\n".join(lines)


def problems_of(root: Path, course: str, file: str, text: str) -> list[Problem]:
    """What is found in a course when one of its files holds `text`; the file is then what it was."""
    path = root / file
    before = path.read_bytes()
    path.write_bytes(text.encode("utf-8", "replace"))
    try:
        problems = check(load(root / "syllabi" / f"{course}.yaml", CoursePaths(root, SHIPPED)))
    except CourseError as error:
        problems = list(error.problems)
    finally:
        path.write_bytes(before)
    assert_places_exist(problems, lambda name: text if name == str(path) else Path(name).read_text("utf-8"))
    return problems


def copy_of(base: Path, folder: Path) -> Path:
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(base / kind, folder / kind)
    return folder.resolve()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(TINY, tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(SHIPPED, tmp_path_factory.mktemp("shipped"))


@pytest.mark.parametrize(
    "file", ["syllabi/tiny.yaml", "syllabi/things.yaml", "syllabi/guide.yaml", "rubrics/essay.yaml"]
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_a_slip_in_a_small_course(tiny: Path, file: str, data: st.DataObject) -> None:
    """A slip in any file of a course makes problems with a place and a next step, never an exception."""
    for problem in problems_of(tiny, "tiny", file, data.draw(slips((tiny / file).read_text("utf-8")))):
        assert problem.message
        assert problem.hint


@pytest.mark.parametrize("file", ["syllabi/fall26.yaml", "rubrics/decision-log.yaml"])
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_a_slip_in_the_shipped_course(shipped: Path, file: str, data: st.DataObject) -> None:
    """The same of the real course."""
    problems_of(shipped, "fall26", file, data.draw(slips((shipped / file).read_text("utf-8"))))


@pytest.mark.parametrize("base", ["tiny", "shipped"])
def test_the_unbroken_courses_are_clean(base: str, request: pytest.FixtureRequest) -> None:
    """The courses that slips are made in have no problem themselves."""
    root: Path = request.getfixturevalue(base)
    course, file = ("tiny", "syllabi/tiny.yaml") if base == "tiny" else ("fall26", "syllabi/fall26.yaml")
    assert problems_of(root, course, file, (root / file).read_text("utf-8")) == []


# --- merging ---------------------------------------------------------------------------------------------------


def mapping(**values: Node) -> Mapping:
    return Mapping({key: (Scalar(key, True, Mark("x")), value) for key, value in values.items()}, Mark("x"))


keys = st.sampled_from(["a", "b", "c"])
scalars = st.sampled_from(["1", "2"]).map(lambda text: Scalar(text, True, Mark("x")))


def mappings_of(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Mapping]:
    return st.dictionaries(keys, inner, max_size=3).map(lambda values: mapping(**values))


def lists_of(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Sequence]:
    return st.lists(inner, max_size=2).map(lambda items: Sequence(tuple(items), Mark("x")))


nodes: st.SearchStrategy[Node] = st.recursive(scalars, lambda inner: mappings_of(inner) | lists_of(inner), max_leaves=8)
mappings = mappings_of(nodes)
NULL = Scalar("null", True, Mark("x"))


@given(mappings)
def test_merging_nothing_changes_nothing(tree: Mapping) -> None:
    """Nothing laid on a file, and a file laid on nothing, is that file; so is a file laid on itself."""
    assert as_text(merge(tree, mapping())) == as_text(tree)
    assert as_text(merge(mapping(), tree)) == as_text(tree)
    assert as_text(merge(tree, tree)) == as_text(tree)


@given(mappings, mappings, mappings)
def test_merging_goes_layer_by_layer(a: Mapping, b: Mapping, c: Mapping) -> None:
    """Where nothing is removed and no mapping meets another value, it does not matter which two of three files are merged first."""

    def clash(one: Node, other: Node) -> bool:
        if not isinstance(one, Mapping) or not isinstance(other, Mapping):
            return isinstance(one, Mapping) or isinstance(other, Mapping)
        return any(clash(value, other.entries[key.text][1]) for key, value in one if key.text in other.entries)

    if not (clash(a, b) or clash(b, c) or clash(a, c)):
        assert as_text(merge(merge(a, b), c)) == as_text(merge(a, merge(b, c)))


@given(mappings, keys)
def test_null_removes(tree: Mapping, key: str) -> None:
    """`null` takes away exactly the key it stands at, whatever that held."""
    without = {k: v for k, (_, v) in tree.entries.items() if k != key}
    if key in tree.entries:
        assert as_text(merge(tree, mapping(**{key: NULL}))) == as_text(mapping(**without))


@given(mappings, keys, keys, nodes)
def test_an_override_keeps_what_stands_beside_it(inner: Mapping, outer_key: str, key: str, value: Node) -> None:
    """One value changed deep in a mapping leaves its siblings and those of the mapping as they are."""
    base = mapping(**{outer_key: inner}, sibling=Scalar("s", True, Mark("x")))
    merged = merge(base, mapping(**{outer_key: mapping(**{key: value})}))
    found = merged.get(outer_key)
    assert isinstance(found, Mapping)
    assert as_text(merged) == {**{k.text: as_text(v) for k, v in base}, outer_key: as_text(found)}
    assert [k for k in inner.entries if k != key] == [k for k in found.entries if k != key]
    assert all(found.entries[k] == inner.entries[k] for k in inner.entries if k != key)


def test_lists_replace_and_extends_is_not_inherited() -> None:
    """A list takes the place of a list; the file that a file extends is its own affair."""
    base, over = (parse(text, "x")[0] for text in (b"extends: z\nl: [1, 2]\nm: {a: 1}", b"l: [3]\nm: 5"))
    assert isinstance(base, Mapping)
    assert isinstance(over, Mapping)
    assert as_text(merge(base, over)) == {"l": ["3"], "m": "5"}


def test_merged_values_keep_their_places() -> None:
    """After merging, each value still stands in the file it was written in."""
    base, over = parse(b"a: {x: 1}\nb: 2", "base")[0], parse(b"\na: {y: 3}", "over")[0]
    assert isinstance(base, Mapping)
    assert isinstance(over, Mapping)
    merged = merge(base, over)
    inner = merged.get("a")
    assert isinstance(inner, Mapping)
    assert [(key.text, str(value.mark)) for key, value in inner] == [("x", "base:1:8"), ("y", "over:2:8")]
    assert str(merged.entries["b"][1].mark) == "base:2:4"


# --- places ----------------------------------------------------------------------------------------------------


def test_a_missing_key_is_told_at_what_lacks_it() -> None:
    """The place of what was not written is the nearest thing around it that was; an item of a list stands for itself."""
    keys = {("a",): Mark("x", 1), ("a", "list"): Mark("x", 2)}
    at = Positions(keys, {(): Mark("x", 9), ("a",): Mark("x", 1, 4), ("a", "list", "0"): Mark("x", 3, 5)})
    assert at.key("a", "list", 0, "gone") == Mark("x", 3, 5)
    assert at.key("a", "gone") == Mark("x", 1)
    assert at.value("a") == Mark("x", 1, 4)
    assert at.value("a", "gone") == Mark("x", 1)
    assert at.key("gone") == Mark("x", 9)


@pytest.mark.parametrize(
    ("broken", "asked", "expected"),
    [
        (("a", "b"), ("a", "b"), True),
        (("a", "b"), ("a",), True),
        (("a",), ("a", "b"), True),
        (("a", "b"), ("a", "c"), False),
        (("a", "1", "b"), ("a", "*", "b"), True),
        (("a", "1", "b"), ("a", "*", "c"), False),
        (("a", "1"), ("a", "*", "c"), True),
        ((), ("a",), True),
    ],
)
def test_what_is_broken_spreads_up_and_down(broken: tuple[str, ...], asked: tuple[str, ...], expected: bool) -> None:
    """What could not be read breaks everything around it and below it, and nothing beside it."""
    assert Positions(broken={broken}).is_broken(*asked) is expected


@pytest.mark.parametrize(
    ("broken", "expected"), [(("t",), True), (("t", "a"), True), (("t", "a", "x"), False), (("u",), False), ((), True)]
)
def test_a_table_lacks_what_it_lost(broken: tuple[str, ...], expected: bool) -> None:
    """A table lacks something where itself or a whole entry could not be read, not where a part of an entry could not."""
    assert Positions(broken={broken}).lacks("t") is expected


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), "this file"),
        (("weeks", "2", "sessions", "1", "title"), "week 2, session 1, `title`"),
        (("offering", "meetings", "0"), "`offering`, meeting 1"),
        (("prerequisites", "2"), "`prerequisites`, item 3"),
        (("weeks", "3", "labs", "0"), "week 3, lab 1"),
        (("labs", "lab-00", "slug"), "lab `lab-00`, `slug`"),
        (("assignments", "4"), "assignment 4"),
    ],
)
def test_paths_are_told_as_their_author_thinks(path: tuple[str, ...], words: str) -> None:
    """A place in a file is named by what stands there: items of a list count from one, entries of a table keep their names."""
    assert place_name(path) == words


marks = st.builds(Mark, st.sampled_from(["a", "b", "c"]), st.integers(1, 3), st.integers(1, 3))


@given(st.lists(st.builds(Problem, marks, st.sampled_from(["m", "n"])), max_size=12))
def test_problems_come_in_file_order(problems: list[Problem]) -> None:
    """Problems are sorted by the order of files given, then by line and column, and each is told once."""
    ordered = in_file_order(problems, ["b", "a"])
    places = [("bac".index(p.mark.file), p.mark.line, p.mark.column) for p in ordered]
    assert places == sorted(places)
    assert len(ordered) == len(set(problems))
