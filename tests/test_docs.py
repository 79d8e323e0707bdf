"""What the documents say of the code is so: folders, commands, options, files, names, numbers and who imports whom."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import get_args

import click
import pytest
from conftest import SLOW

from autograder.sandbox import seccomp
from autograder.suites import find
from blueprint import starter
from blueprint.cli import cli
from blueprint.deck import Kind
from blueprint.defaults import SUITE
from blueprint.jsonschema import KINDS
from blueprint.load import Loaded, load
from blueprint.model import AutograderOptions, Offering, SlideOptions
from blueprint.paths import CoursePaths
from generator.decks.beamer.latex import ENGINES
from generator.decks.plan import Arrangement
from generator.decks.tasks import FORMATS, Options
from generator.decks.theme import THEMES
from generator.documents.typst import SHEET_SIZES
from generator.text.locale import make_locale

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("blueprint", "generator", "autograder")
TOP = {
    *(".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "LICENSE-CONTENT", "Makefile", "README.md"),
    *("pyproject.toml", "requirements.lock", "requirements-dev.lock", "requirements-newest.lock"),
    *(*ROOMS, "docs", "rubrics", "slides", "syllabi", "tests"),
}
"""What lies at the top of the repository: whatever else is kept there was left by accident."""
DOCUMENTS = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "slides/README.md"),
    *(f"docs/{place.name}" for place in sorted((ROOT / "docs").glob("*.md"))),
)
_CODE = re.compile(r"`([^`]+)`")
_TYPED = re.compile(r"^(?:\$ | +)(blueprint(?: .*)?)$", re.MULTILINE)


def words_of(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def quoted(document: str) -> list[str]:
    """What stands in backticks, blocks of code left out."""
    text = re.sub(r"^```.*?^```", "", words_of(document), flags=re.MULTILINE | re.DOTALL)
    return [" ".join(found.split()) for found in _CODE.findall(text)]


@cache
def fall26() -> Loaded:
    return load(ROOT / "syllabi" / "fall26.yaml", CoursePaths.find(ROOT))


# --- folders, files, links -------------------------------------------------------------------------------------


def test_the_readme_names_every_folder_and_no_other() -> None:
    """The table of folders is what a checkout holds; whatever git ignores aside."""
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines() if line.endswith("/")]
    there = {place.name for place in ROOT.iterdir() if place.is_dir() and not place.name.startswith(".")}
    there = {name for name in there if not any(fnmatch(name, pattern) for pattern in ignored)}
    table = words_of("README.md").partition("| folder | holds |")[2].partition("\n\n")[0]
    told = {name for line in table.splitlines() for name in _CODE.findall(line.split("|")[1] if "|" in line else "")}
    assert told == there


@pytest.mark.slow
def test_the_readme_names_every_file_of_a_build_and_no_other() -> None:
    """Each file that Fall 2026 is built into has its row in the table, and each row its files."""
    from generator.course import tasks
    from generator.decks.lectures import lectures

    every = tasks(fall26(), lectures(fall26()), CoursePaths.find(ROOT))
    made = {name for task in every if not task.intermediate for name in task.outputs} | {"manifest.json"}
    table = words_of("README.md").partition("| file | for | |")[2].partition("\n\n")[0]
    rows = [name for line in table.splitlines()[2:] for name in _CODE.findall(line.split("|")[1])]
    patterns = {
        pattern: f"{pattern}*" if pattern.endswith("/") else pattern for row in rows for pattern in _spread(row)
    }
    assert [name for name in made if not any(fnmatch(name, pattern) for pattern in patterns.values())] == []
    assert [row for row, pattern in patterns.items() if not any(fnmatch(name, pattern) for name in made)] == []


def _spread(row: str) -> Iterator[str]:
    """`a.{b,c}` as two names; `NN` is any number of two digits."""
    head, brace, rest = row.replace("NN", "[0-9][0-9]").partition("{")
    choices, _, tail = rest.partition("}")
    yield from (f"{head}{choice}{tail}" for choice in choices.split(",")) if brace else (head,)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    """A link inside the project names a file that is there, and a heading that file has."""
    for target, _, heading in re.findall(r"\]\(((?!\w+:)[^)#\s]*)(#([^)]*))?\)", words_of(document)):
        place = (ROOT / document).parent / target if target else ROOT / document
        assert place.exists(), target
        headings = re.findall(r"^#+ (.*)$", place.read_text("utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_and_folders_named_are_there(document: str) -> None:
    """What looks like a path into the checkout is one."""
    for name in quoted(document):
        if name.split("/")[0] in (*ROOMS, "docs", "rubrics", "slides", "syllabi", "tests") and "/" in name:
            if "content" in name or "*" in name or name.startswith(("rubrics/canvas", "slides/VOLUME")):
                continue  # of the wheel, or of what is built
            place = ROOT / re.sub(r"<\w+>.*", "", name.partition(" ")[0])
            assert place.exists(), name


# --- commands --------------------------------------------------------------------------------------------------


def commands(group: click.Group = cli, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words it is called by."""
    for name, command in group.commands.items():
        yield f"{path}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")


def parameters(name: str) -> Iterator[tuple[str | None, click.Parameter]]:
    """The arguments and options of a command."""
    yield from ((parameter.name, parameter) for parameter in dict(commands())[name].params)


def faults(line: str) -> Iterator[str]:
    """What is wrong with a command line, by the commands and options there are."""
    command: click.Command = cli
    words = shlex.split(re.split(r" {2,}", line)[0], comments=True)[1:]
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        if words[0] in command.commands:
            command = command.commands[words.pop(0)]
        elif command.name == "slides":
            command = command.commands["build"]  # `slides vol1-01`
        else:
            yield f"{line}: there is no command {words[0]}"
            return
    if isinstance(command, click.Group) and command.name == "slides" and words:
        command = command.commands["build"]
    known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    yield from (f"{line}: there is no {word}" for word in words if word.startswith("--") and word not in known)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_shown_can_be_typed(document: str) -> None:
    """Every `blueprint ...` of a document is a command there is, with options it has; `suite check` is one for short."""
    spans = [span for span in quoted(document) if re.match(r"blueprint( |$)", span)]
    spans += [f"blueprint {span}" for span in quoted(document) if re.match(r"(suite|slides) ", span)]
    lines = [*spans, *_TYPED.findall(words_of(document))]
    assert [fault for line in lines for fault in faults(line)] == []
    options = {name for _, command in commands() for parameter in command.params for name in parameter.opts}
    alone = [span.split()[0] for span in quoted(document) if span.startswith("--")]
    foreign = document == "docs/sandbox.md"  # those of Podman and Docker
    assert foreign or set(alone) <= options | {"--help"}


@pytest.mark.parametrize(("name", "command"), [*commands()])
def test_every_command_shows_an_example_of_itself(name: str, command: click.Command) -> None:
    """The help of a command ends with a line to copy, and that line is right."""
    lines = _TYPED.findall((command.help or "").partition("Example:")[2].replace("\b", ""))
    called = "slides" if name == "slides build" else name
    assert lines
    assert all(line.startswith(f"blueprint {called}") for line in lines)
    assert [fault for line in lines for fault in faults(line)] == []


@pytest.mark.parametrize(
    ("name", "option", "choices"),
    [
        ("slides build", "theme", THEMES),
        ("slides preview", "theme", THEMES),
        ("slides build", "formats", FORMATS),
        ("slides build", "engine", ENGINES),
        ("schema", "kind", tuple(KINDS)),
    ],
)
def test_help_names_every_choice(name: str, option: str, choices: tuple[str, ...]) -> None:
    """An option whose choices are read elsewhere names all of them."""
    parameter = dict(parameters(name))[option]
    listed = parameter.type.choices if isinstance(parameter.type, click.Choice) else ()
    told = [*listed, *re.findall(r"\w+", getattr(parameter, "help", None) or "")]
    assert [choice for choice in choices if choice not in told] == []
    assert not listed or tuple(listed) == choices


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_knows_its_targets(document: str) -> None:
    """Every `make ...` of a document is a task of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", words_of("Makefile"), re.MULTILINE))
    shown = [*quoted(document), *re.findall(r"^\$ (make .*)$", words_of(document), re.MULTILINE)]
    words = [[word for word in span.split()[1:] if "=" not in word] for span in shown if re.match(r"make \w", span)]
    assert {task for task, *_ in words} <= targets


def test_slow_files_are_there() -> None:
    """What `make test-fast` leaves out are files of tests by these names."""
    assert {f"test_{name}.py" for name in SLOW} <= {place.name for place in (ROOT / "tests").glob("test_*.py")}


def test_what_holds_without_an_offering_is_what_holds_when_it_says_nothing() -> None:
    """Suite, theme, paper and language are the same where there is no offering, and where it leaves them out."""
    bare = fall26().course.file
    usual = {field.name: field.default for kind in (type(bare), Offering) for field in fields(kind)}
    made = Options()
    assert made.language == usual["language"]
    assert made.paper == make_locale(usual["language"]).paper
    assert made.theme == SlideOptions().theme == dict(parameters("slides preview"))["theme"].default
    assert SUITE == AutograderOptions().suite == dict(parameters("suite list"))["name"].default


def test_the_starter_counts_on_the_syllabus_it_extends() -> None:
    """A starter offering is made for as many weeks, and for meetings as long, as the shipped syllabus has."""
    syllabus = fall26().course.file
    assert (len(syllabus.weeks), syllabus.session_minutes) == (starter.WEEKS, starter.SESSION_MINUTES)


# --- the design ------------------------------------------------------------------------------------------------


@cache
def modules() -> frozenset[str]:
    """The dotted name of every module, and of every folder of modules."""
    places = [place.relative_to(ROOT) for room in ROOMS for place in (ROOT / room).rglob("*.py")]
    names = {".".join(place.with_suffix("").parts).removesuffix(".__init__") for place in places}
    return frozenset(names | {".".join(place.parent.parts) for place in places})


def test_modules_the_design_describes_are_there() -> None:
    """The steps of a course are modules by these names, and so is all that a row of the grader's table names in its room."""
    text = words_of("docs/design.md")
    steps = re.findall(r"^\d\. \*\*`(.+?)`\*\*", text, re.MULTILINE)
    assert len(steps) > 5
    assert [name for name in steps if not any(f".{m}".endswith(f".{name}") for m in modules())] == []
    rows = text.partition("| room | holds |\n|---|---|\n| `authoring`")[2].partition("\n\n")[0].splitlines()
    rooms = {
        room: _CODE.findall(held)
        for room, held in (row.split(" | ", 1) for row in ["| `authoring`" + rows[0], *rows[1:]])
    }
    described = [f"autograder.{room.strip('|` ')}.{name}" for room, names in rooms.items() for name in names]
    assert len(described) > 25
    assert [name for name in described if name not in modules()] == []


def test_names_the_design_quotes_are_in_the_code() -> None:
    """A word in backticks is a word of the sources, so that it can be searched for."""
    kinds = ("*.py", "*.yaml", "*.typ", "*.sty", "*.json")
    sources = [place for room in (*ROOMS, "syllabi") for kind in kinds for place in (ROOT / room).rglob(kind)]
    known = {word for place in sources for word in re.findall(r"[A-Za-z_]+", place.read_text("utf-8"))}
    known |= {part for name in modules() for part in name.split(".")} | {place.stem for place in sources}
    known |= {word for name in ("pyproject.toml", "Makefile") for word in re.findall(r"[A-Za-z_]+", words_of(name))}
    known |= {"pyproject", "toml"}
    asked = {word for span in quoted("docs/design.md") for word in re.findall(r"[A-Za-z_]{3,}", span)}
    assert asked - known == set()


def imports(room: str) -> Iterator[tuple[str, str, bool]]:
    """What the modules of a room import of the other rooms: who, what, and whether on being imported themselves."""
    for place in sorted((ROOT / room).rglob("*.py")):
        tree = ast.parse(place.read_text("utf-8"))
        at_once = {id(node) for node in tree.body}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                found = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                found = [alias.name for alias in node.names]
            else:
                continue
            for name in found:
                if name in modules() and name.partition(".")[0] != room:
                    yield place.relative_to(ROOT).as_posix(), name, id(node) in at_once


def test_who_may_enter_a_room() -> None:
    """`docs/design.md` lists what each package takes from another; nothing else does, and only commands call across."""
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| (.*) \|$", words_of("docs/design.md"), re.MULTILINE))
    for room in ("generator", "autograder"):
        allowed = {f"blueprint.{name}" for name in _CODE.findall(rows[room]) if name != "blueprint"}
        taken = {name for _, name, _ in imports(room) if name != "blueprint"}
        assert {".".join(name.split(".")[:2]) for name in taken} == allowed, room
    for place, name, at_once in imports("blueprint"):
        assert place.startswith("blueprint/commands/"), f"{place} imports {name}"
        assert not at_once, f"{place} imports {name} before it is called"


# --- numbers ---------------------------------------------------------------------------------------------------

_NUMBERS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
]


def number(text: str) -> float:
    """A number in digits or in words."""
    text = text.lower().replace(",", "")
    return float(text) if text[0].isdigit() else _NUMBERS.index(text)


def cases_in(*kinds: str) -> int:
    return sum(place.is_dir() for kind in kinds for place in (ROOT / "tests" / "cases" / kind).iterdir())


@cache
def decks() -> int:
    from generator.decks.draft import is_draft
    from generator.decks.read import read_deck

    return sum(not is_draft(read_deck(place).deck) for place in CoursePaths.find(ROOT).decks().values())


def lines(*files: str) -> int:
    return sum(len(words_of(file).splitlines()) for file in files)


def in_suite(name: str) -> tuple[int, int]:
    """How many modules and cases a suite has."""
    suite = find(name)
    return len(suite.modules), sum(len(suite.cases(module.number)) for module in suite.modules)


Counts = Mapping[tuple[str, str], Callable[[], float]]
EXACT: Counts = {
    ("README.md", r"(\w+) weeks of \*AI Systems"): lambda: len(fall26().course.file.weeks),
    ("README.md", r"(\w+) themes: `light`"): lambda: len(THEMES),
    ("README.md", r"rubrics; (\w+) lectures"): decks,
    ("CHANGELOG.md", r"(\w+) lectures, written in full"): decks,
    ("CHANGELOG.md", r"(\w+) themes \("): lambda: len(THEMES),
    ("CHANGELOG.md", r"semester, (\w+) weeks"): lambda: len(fall26().course.file.weeks),
    ("CHANGELOG.md", r"weeks, with (\w+) rubrics"): lambda: len(fall26().course.rubrics),
    ("CHANGELOG.md", r"modules 01 to (\d+)"): lambda: in_suite("tinytorch")[0],
    ("docs/design.md", r"the (\w+) kinds down"): lambda: len(get_args(Kind)),
    ("docs/design.md", r"kinds down to (\w+) arrangements"): lambda: len(get_args(Arrangement)),
    ("docs/design.md", r"from ([\d.]+) points down"): lambda: float(SHEET_SIZES[0]),
    ("docs/design.md", r"not fit\s+at ([\d.]+) is an error"): lambda: float(SHEET_SIZES[-1]),
    ("docs/writing-cases.md", r"smallest: (\w+) cases"): lambda: in_suite("micrograd")[1],
    ("docs/writing-cases.md", r"cases, (\w+) modules"): lambda: in_suite("micrograd")[0],
    ("docs/writing-cases.md", r"worth (\d+) together"): lambda: find("tinytorch").points,
    ("docs/writing-cases.md", r"have all (\d+) points"): lambda: find("tinytorch").points,
    ("docs/writing-cases.md", r"should be worth (\d+) points"): lambda: find("tinytorch").points,
    ("docs/writing-cases.md", r"on (\d+) draws"): lambda: default("suite check", "seeds"),
}
ABOUT: Counts = {
    ("CONTRIBUTING.md", r"some (\w+)\s+hundred programs"): lambda: cases_in("hostile", "cheats") / 100,
    ("docs/sandbox.md", r"some (\d+) system calls"): lambda: len(seccomp.ALLOWED),
    ("docs/design.md", r"some ([\d,]+) lines of our own"): lambda: lines("blueprint/yamltree.py", "blueprint/bind.py"),
}


def default(name: str, option: str) -> int:
    found = dict(parameters(name))[option].default
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize(("document", "sentence"), [*EXACT, *ABOUT])
def test_numbers_in_sentences_are_counted(document: str, sentence: str) -> None:
    """A number a document states is the one the code has; behind `some` it may be a tenth off."""
    said = re.findall(sentence, words_of(document))
    assert said, "the sentence is no longer there"
    if (document, sentence) in EXACT:
        assert {number(text) for text in said} == {EXACT[document, sentence]()}
    else:
        assert number(said[0]) == pytest.approx(ABOUT[document, sentence](), rel=0.1)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a checkout")
def test_the_top_level_holds_what_it_should() -> None:
    """Nothing that was tried out, downloaded or made is kept at the top of the repository."""
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert {line.partition("/")[0] for line in kept.splitlines()} <= TOP
