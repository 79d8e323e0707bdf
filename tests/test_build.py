"""The build engine: right results whatever happened before, nothing made twice, nobody's work overwritten."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from blueprint import __version__, build_folder
from blueprint.build import BuildResult, Made, Progress, Task, TaskError, build
from blueprint.build_folder import new_path
from blueprint.problems import UsageError


@dataclass
class Plan:
    """A small course: a text, its parsed form in the cache, two files made from it, one from a file, one by itself."""

    text: str = "first"
    title: str = "Title"
    broken: set[str] = field(default_factory=set)
    without: set[str] = field(default_factory=set)
    ran: list[str] = field(default_factory=list)

    def task(
        self, name: str, inputs: dict[str, str], needs: tuple[str, ...] = (), *, intermediate: bool = False
    ) -> Task:
        def run(made: Made) -> Made:
            self.ran.append(name)
            if name in self.broken:
                raise TaskError(f"{name} is broken")
            shown = [f"{path}: {data.decode()}" for path, data in sorted(made.items())]
            return {name: "\n".join([name, *map(str, inputs.items()), *shown]).encode()}

        return Task(
            name,
            name.partition(".")[0].partition("/")[0],
            (name,),
            inputs,
            run,
            needs,
            ("b.yaml", "a.yaml"),
            intermediate,
        )

    def tasks(self) -> list[Task]:
        every = [
            self.task("page.tree", {"text": self.text}, intermediate=True),
            self.task("page.html", {"title": self.title}, ("page.tree",)),
            self.task("page.pdf", {}, ("page.tree",)),
            self.task("deep/er/index.html", {}, ("page.html",)),
            self.task("calendar.ics", {"title": self.title}),
        ]
        return [task for task in every if task.name not in self.without]

    def build(
        self,
        folder: Path,
        *,
        only: Sequence[str] = (),
        overwrite: bool = False,
        jobs: int = 2,
        report: Callable[[Progress], None] = lambda progress: None,
    ) -> BuildResult:
        self.ran.clear()
        return build(self.tasks(), folder, "x26", only=only, overwrite=overwrite, jobs=jobs, report=report)


def content(folder: Path) -> dict[str, bytes]:
    """Every file but the cache's."""
    places = [place for place in folder.rglob("*") if place.is_file()]
    return {
        name: place.read_bytes()
        for place in places
        if not (name := place.relative_to(folder).as_posix()).startswith(".cache/")
    }


def clean(plan: Plan) -> dict[str, bytes]:
    """What a build into an empty folder gives."""
    with tempfile.TemporaryDirectory() as folder:
        assert not plan.build(Path(folder), jobs=1).failed
        return content(Path(folder))


def listed(folder: Path) -> dict[str, dict[str, object]]:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest.keys() == {"schema", "course", "files"}
    files: dict[str, dict[str, object]] = manifest["files"]
    return files


# --- what is made ----------------------------------------------------------------------------------------------


def test_first_build(tmp_path: Path) -> None:
    """Everything is made, each from what it needs; what is intermediate stays in the cache."""
    plan = Plan()
    result = plan.build(tmp_path)
    files = content(tmp_path)
    assert sorted(files) == ["calendar.ics", "deep/er/index.html", "manifest.json", "page.html", "page.pdf"]
    assert b"page.tree: page.tree\n('text', 'first')" in files["page.pdf"]
    assert files["deep/er/index.html"].endswith(files["page.html"])
    assert set(result.made) == {"page.html", "page.pdf", "deep/er/index.html", "calendar.ics"}
    assert set(result.made.values()) == {"not built before"}
    assert [*result.failed, *result.kept, *result.removed, *result.unchanged] == []


def test_nothing_to_do(tmp_path: Path) -> None:
    """A second build of the same input runs no task and leaves every file as it was, the cache included."""
    plan = Plan()
    plan.build(tmp_path)
    before = {
        place: (place.read_bytes(), place.stat().st_ino)
        for place in tmp_path.rglob("*")
        if place.is_file() and ".cache" not in place.parts
    }
    result = plan.build(tmp_path)
    assert plan.ran == []
    assert len(result.unchanged) == 4
    del before[tmp_path / "manifest.json"]
    assert all((place.read_bytes(), place.stat().st_ino) == known for place, known in before.items())


def test_only_what_shows_the_change(tmp_path: Path) -> None:
    """A change runs what shows it; a reason names the input that changed, through cached results too."""
    plan = Plan()
    plan.build(tmp_path)
    plan.text = "second"
    assert plan.build(tmp_path).made == {
        "page.html": "text changed",
        "page.pdf": "text changed",
        "deep/er/index.html": "page.html changed",
    }
    plan.title = "New"
    assert plan.build(tmp_path).made == {
        "page.html": "title changed",
        "deep/er/index.html": "page.html changed",
        "calendar.ics": "title changed",
    }
    assert content(tmp_path) == clean(plan)


def test_same_bytes_stop_the_change(tmp_path: Path) -> None:
    """A task that runs again and makes the same bytes does not make others run."""
    ran = []

    def tasks(version: str) -> list[Task]:
        def lower(made: Made) -> Made:
            ran.append("lower")
            return {"lower": version.lower().encode()}

        def copy(made: Made) -> Made:
            ran.append("copy")
            return {"copy": made["lower"]}

        return [
            Task("lower", "g", ("lower",), {"version": version}, lower, intermediate=True),
            Task("copy", "g", ("copy",), {}, copy, ("lower",)),
        ]

    for version in ("A", "a"):
        build(tasks(version), tmp_path, "x26")
    assert ran == ["lower", "copy", "lower"]


def test_came_out_the_same(tmp_path: Path) -> None:
    """A file that is made again and comes out as it was is not written, and told apart from one that is new."""

    def task(version: str) -> Task:
        return Task("lower", "g", ("lower",), {"version": version}, lambda made: {"lower": version.lower().encode()})

    build([task("A")], tmp_path, "x26")
    before = (tmp_path / "lower").stat()
    result = build([task("a")], tmp_path, "x26")
    assert (result.made, result.same) == ({}, {"lower": "version changed"})
    assert (tmp_path / "lower").stat() == before
    assert build([task("a")], tmp_path, "x26").unchanged == ["lower"]


def test_runs_in_parallel(tmp_path: Path) -> None:
    """Tasks that do not need each other run at the same time: two that wait for each other both end."""
    meet = threading.Barrier(2, timeout=20)

    def run(made: Made) -> Made:
        return {name: b"" for name in ("a", "b") if meet.wait() >= 0}

    result = build([Task(name, "g", (name,), {}, run) for name in ("a", "b")], tmp_path, "x26", jobs=2)
    assert not result.failed


def test_other_outputs(tmp_path: Path) -> None:
    """A task that makes other files than before runs again, and the old file goes."""

    def task(*outputs: str) -> Task:
        return Task("deck", "g", outputs, {}, lambda made: {path: path.encode() for path in outputs})

    build([task("a.pptx")], tmp_path, "x26")
    result = build([task("a.pptx", "a.pdf")], tmp_path, "x26")
    assert result.made == {"deck": "makes other files now"}
    assert build([task("a.pdf")], tmp_path, "x26").removed == ["a.pptx"]
    assert sorted(content(tmp_path)) == ["a.pdf", "manifest.json"]


def test_circle_is_a_chain() -> None:
    """Tasks in a circle are refused with the chain, each needing the next."""
    needs = {"a": ("b",), "b": ("c",), "c": ("a",), "d": ("a",)}
    every = [Task(name, "g", (name,), {}, lambda made: {}, needs[name]) for name in needs]
    with pytest.raises(ValueError, match="circle: ") as error:
        build(every, Path("nowhere"), "x26")
    chain = str(error.value).partition("circle: ")[2].split(" -> ")
    assert len(chain) == 4
    assert all(after in needs[before] for before, after in pairwise(chain))
    assert not Path("nowhere").exists()


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        ([("a", ("x",), ()), ("b", ("x",), ())], "two tasks make x: a and b"),
        ([("a", ("x",), ()), ("a", ("y",), ())], "two tasks have the same name"),
        ([("a", ("x",), ("z",))], "a needs z, which no task is called"),
    ],
    ids=["file", "name", "need"],
)
def test_contradictions_are_refused(
    tasks: list[tuple[str, tuple[str, ...], tuple[str, ...]]], words: str, tmp_path: Path
) -> None:
    """Two makers of one file, two tasks of one name and unknown needs are refused before anything is done."""
    with pytest.raises(ValueError, match=words):
        build(
            [Task(name, "g", outputs, {}, lambda made: {}, needs) for name, outputs, needs in tasks],
            tmp_path / "x26",
            "x26",
        )
    assert not (tmp_path / "x26").exists()


@st.composite
def graphs(draw: st.DrawFn) -> list[tuple[str, bool, tuple[str, ...]]]:
    """Tasks in any order of needs: name, whether intermediate, needs."""
    names = [f"t{n}" for n in range(draw(st.integers(1, 6)))]
    drawn = [
        (name, draw(st.booleans()), tuple(need for need in names[:index] if draw(st.booleans())))
        for index, name in enumerate(names)
    ]
    return draw(st.permutations(drawn))


@given(
    graph=graphs(),
    versions=st.lists(st.lists(st.integers(0, 1), min_size=6, max_size=6), min_size=2, max_size=4),
    jobs=st.sampled_from([1, 4]),
)
@settings(max_examples=60)
def test_incremental_is_clean(
    graph: list[tuple[str, bool, tuple[str, ...]]], versions: list[list[int]], jobs: int
) -> None:
    """Whatever tasks need each other and whatever changes, a build over an old one gives the files of a build from nothing."""

    def tasks(version: list[int]) -> list[Task]:
        def task(index: int, name: str, hidden: bool, needs: tuple[str, ...]) -> Task:
            own = str(version[index])
            return Task(
                name,
                "g",
                (name,),
                {"own": own},
                lambda made: {name: repr((own, sorted(made.items()))).encode()},
                needs,
                (),
                hidden,
            )

        return [task(index, *drawn) for index, drawn in enumerate(graph)]

    with tempfile.TemporaryDirectory() as folder:
        for index, version in enumerate(versions):
            build(tasks(version), Path(folder, "old"), "x26", jobs=jobs)
            build(tasks(version), Path(folder, str(index)), "x26", jobs=1)
            assert content(Path(folder, "old")) == content(Path(folder, str(index)))


def test_manifest(tmp_path: Path) -> None:
    """The manifest holds, for every file, its hash and its sources in order, and nothing else."""
    plan = Plan()
    result = plan.build(tmp_path)
    files = content(tmp_path)
    del files["manifest.json"]
    assert listed(tmp_path) == {
        name: {"sha256": sha256(data).hexdigest(), "sources": ["a.yaml", "b.yaml"]} for name, data in files.items()
    }
    assert result.files == {name: sha256(data).hexdigest() for name, data in files.items()}


# --- hand edits ------------------------------------------------------------------------------------------------


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A built folder in which somebody changed page.pdf."""
    Plan().build(tmp_path)
    (tmp_path / "page.pdf").write_bytes(b"mine")
    return tmp_path


def test_edit_is_kept(edited: Path) -> None:
    """A changed file stays, the new one is written beside it, and the result names both; the next build says so again."""
    plan = Plan(text="second")
    for _ in range(2):
        result = plan.build(edited)
        assert (result.kept, result.same) == ({"page.pdf": "page.new.pdf"}, {})
        files = content(edited)
        assert files.pop("page.pdf") == b"mine"
        assert files["page.new.pdf"] == clean(plan)["page.pdf"]
        assert listed(edited)["page.pdf"] == {
            "sha256": sha256(files["page.new.pdf"]).hexdigest(),
            "sources": ["a.yaml", "b.yaml"],
            "edited": True,
        }


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("a.html", "a.new.html"),
        ("ta/week-03.html", "ta/week-03.new.html"),
        ("a.tar.gz", "a.tar.new.gz"),
        ("v1.2/LICENSE", "v1.2/LICENSE.new"),
        ("v1.2/a.md", "v1.2/a.new.md"),
    ],
)
def test_beside(path: str, new: str) -> None:
    """The new version stands in the same folder and has the same ending."""
    assert new_path(path) == new


def test_edit_of_unchanged_task(edited: Path) -> None:
    """Where nothing else has changed, an edited file is mentioned and has no new version."""
    plan = Plan()
    assert plan.build(edited).kept == {"page.pdf": ""}
    assert plan.ran == []
    assert not (edited / "page.new.pdf").exists()


def test_same_version_is_not_new(edited: Path) -> None:
    """A task that runs again and makes what the editor already had writes nothing beside the edited file."""
    shutil.rmtree(edited / ".cache")
    plan = Plan()
    result = plan.build(edited)
    assert (result.kept, result.made) == ({"page.pdf": ""}, {})
    assert "page.pdf" in plan.ran
    assert (edited / "page.pdf").read_bytes() == b"mine"


def test_overwrite(edited: Path) -> None:
    """`overwrite` puts the generated file back, says why, and takes the new version away."""
    plan = Plan(text="second")
    plan.build(edited)
    result = plan.build(edited, overwrite=True)
    assert result.made == {"page.pdf": "page.pdf was edited by hand"}
    assert (result.kept, result.removed) == ({}, ["page.new.pdf"])
    assert content(edited) == clean(plan)


def test_deleting_brings_back(edited: Path) -> None:
    """Deleting the edited file brings the generated one back and takes the new version away."""
    plan = Plan(text="second")
    plan.build(edited)
    (edited / "page.pdf").unlink()
    assert plan.build(edited).made == {"page.pdf": "page.pdf is missing"}
    assert content(edited) == clean(plan)


@pytest.mark.parametrize("move", [True, False])
def test_taking_the_new_version(edited: Path, move: bool) -> None:
    """Whoever moves or copies the new version over the edited file is in step again."""
    plan = Plan(text="second")
    plan.build(edited)
    (shutil.move if move else shutil.copyfile)(edited / "page.new.pdf", edited / "page.pdf")
    assert plan.build(edited).kept == {}
    assert plan.ran == []
    assert content(edited) == clean(plan)


def test_edited_new_version(edited: Path) -> None:
    """A new version that was itself edited is kept as well; the next one is written beside that."""
    Plan(text="second").build(edited)
    (edited / "page.new.pdf").write_bytes(b"also mine")
    plan = Plan(text="third")
    for _ in range(2):
        assert plan.build(edited).kept == {"page.pdf": "page.new.new.pdf"}
        files = content(edited)
        assert (files["page.pdf"], files["page.new.pdf"], files["page.new.new.pdf"]) == (
            b"mine",
            b"also mine",
            clean(plan)["page.pdf"],
        )
    plan.build(edited, overwrite=True)
    assert content(edited) == clean(plan) | {"page.new.pdf": b"also mine"}


def test_edit_and_failing_task(edited: Path) -> None:
    """A failing task leaves the edited file alone, which is still mentioned, then and after the mending."""
    plan = Plan(text="second", broken={"page.pdf"})
    result = plan.build(edited)
    assert (result.failed, result.kept) == ({"page.pdf": "page.pdf is broken"}, {"page.pdf": ""})
    plan.broken.clear()
    assert plan.build(edited).kept == {"page.pdf": "page.new.pdf"}
    assert (edited / "page.pdf").read_bytes() == b"mine"


def test_file_that_was_there_before(tmp_path: Path) -> None:
    """A file that stood in the folder before the first build is somebody's, and kept."""
    (tmp_path / "page.pdf").write_bytes(b"mine")
    assert Plan().build(tmp_path).kept == {"page.pdf": "page.new.pdf"}
    assert (tmp_path / "page.pdf").read_bytes() == b"mine"


def test_edited_need(tmp_path: Path) -> None:
    """What is made from a file that somebody edited is made from the edited file."""
    plan = Plan()
    plan.build(tmp_path)
    (tmp_path / "page.html").write_bytes(b"mine")
    assert plan.build(tmp_path).made == {"deep/er/index.html": "page.html changed"}
    assert (tmp_path / "deep/er/index.html").read_bytes().endswith(b"page.html: mine")


def test_dropped_outputs(edited: Path) -> None:
    """What no task makes any more is removed, with its folder; what was edited stays and is mentioned once."""
    plan = Plan(without={"page.pdf", "deep/er/index.html"})
    result = plan.build(edited)
    assert (result.removed, result.kept) == (["deep/er/index.html"], {"page.pdf": ""})
    assert not (edited / "deep").exists()
    assert (edited / "page.pdf").read_bytes() == b"mine"
    assert plan.build(edited).kept == {}
    assert content(edited) == clean(plan) | {"page.pdf": b"mine"}


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    """Files that no build wrote are never removed, in the build folder or, by a manifest that names them, outside it."""
    plan = Plan()
    plan.build(tmp_path / "x26")
    (tmp_path / "x26" / "deep" / "notes.txt").write_bytes(b"mine")
    outside = tmp_path / "outside.txt"
    outside.write_bytes(b"mine")
    manifest = json.loads((tmp_path / "x26" / "manifest.json").read_bytes())
    manifest["files"] |= {
        name: {"sha256": sha256(b"mine").hexdigest(), "sources": []} for name in ("../outside.txt", str(outside))
    }
    (tmp_path / "x26" / "manifest.json").write_text(json.dumps(manifest))
    plan.without = {"deep/er/index.html"}
    assert plan.build(tmp_path / "x26").removed == ["deep/er/index.html"]
    assert outside.read_bytes() == b"mine"
    assert (tmp_path / "x26" / "deep" / "notes.txt").read_bytes() == b"mine"


class Hands(RuleBasedStateMachine):
    """Contents, files and builds in any order: what hands wrote is never lost, and all other files are as they should be."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.plan = Plan()
        self.edits: dict[str, bytes] = {}
        self.count = 0
        self.complete = False

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(text=st.sampled_from("abc"), title=st.sampled_from("abc"))
    def change(self, text: str, title: str) -> None:
        self.plan.text, self.plan.title = text, title
        self.complete = False

    @rule(broken=st.sets(st.sampled_from(["page.tree", "page.pdf", "calendar.ics"])))
    def break_(self, broken: set[str]) -> None:
        self.plan.broken = broken
        self.complete = False

    @rule(name=st.sampled_from(["page.pdf", "calendar.ics", "deep/er/index.html"]), new=st.booleans())
    def edit(self, name: str, new: bool) -> None:
        name = new_path(name) if new else name
        if (self.folder / name).exists():
            self.count += 1
            self.edits[name] = f"mine {self.count}".encode()
            (self.folder / name).write_bytes(self.edits[name])

    @rule(name=st.sampled_from(["page.pdf", "page.html", "page.new.pdf", "calendar.ics"]))
    def delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        self.edits.pop(name, None)
        self.complete = False

    @rule(name=st.sampled_from(["tasks.json", "written", "objects"]))
    def lose(self, name: str) -> None:
        place = self.folder / ".cache" / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)

    @rule(jobs=st.sampled_from([1, 2]), overwrite=st.booleans())
    def build(self, jobs: int, overwrite: bool) -> None:
        result = self.plan.build(self.folder, jobs=jobs, overwrite=overwrite)
        if overwrite:
            self.edits = {
                name: data
                for name, data in self.edits.items()
                if ".new." in name or name in {*result.failed, *result.blocked}
            }
        assert set(result.kept) == {name for name in self.edits if ".new." not in name}
        self.complete = not result.failed

    @rule()
    def build_some(self) -> None:
        self.plan.build(self.folder, only=["pdf", "calendar"])
        self.complete = False

    @invariant()
    def edits_are_there(self) -> None:
        assert all((self.folder / name).read_bytes() == data for name, data in self.edits.items())

    @precondition(lambda self: self.complete)
    @invariant()
    def others_are_right(self) -> None:
        files, right = content(self.folder), clean(replace(self.plan, broken=set(), ran=[]))
        assert all(
            files[name] == right[name] for name in ("page.pdf", "page.html", "calendar.ics") if name not in self.edits
        )


TestHands = Hands.TestCase
TestHands.settings = settings(max_examples=40, stateful_step_count=25)


# --- a broken cache --------------------------------------------------------------------------------------------

DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "deleted": lambda data: None,
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "all but the end": lambda data: data[:-3],
    "garbage": lambda data: bytes(range(256)) * 4,
    "deep": lambda data: b"[" * 100_000,
    "list": lambda data: b"[]",
    "null": lambda data: b'{"version": null, "tasks": null, "files": null}',
    "numbers": lambda data: b'{"version": 1, "tasks": {"page.pdf": 1}, "files": {"page.pdf": 1}}',
    "odd names": lambda data: json.dumps(
        {
            "version": __version__,
            "files": {"\0": {"sha256": "0" * 64}},
            "tasks": {"page.tree": {"parts": {"text": "first"}, "outputs": {"page.tree": "\0"}, "failed": False}},
        }
    ).encode(),
    "flipped": lambda data: data.translate(bytes.maketrans(b"0123456789", b"1234567890")),
    "lone surrogate": lambda data: b'{"files": {"\\ud800": {"sha256": "' + b"0" * 64 + b'"}}}',
}


def damage(place: Path, how: str) -> None:
    data = DAMAGES[how](place.read_bytes())
    place.unlink() if data is None else place.write_bytes(data)


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("name", ["tasks.json", "written", "objects", "manifest.json"])
def test_damage_costs_time_only(name: str, how: str, tmp_path: Path) -> None:
    """After any damage to one file of the cache, or to the manifest, a build gives the right files and knows its own."""
    plan = Plan()
    plan.build(tmp_path)
    place = tmp_path / name if name == "manifest.json" else tmp_path / ".cache" / name
    for one in place.iterdir() if place.is_dir() else [place]:
        damage(one, how)
    result = plan.build(tmp_path)
    assert [*result.failed, *result.kept] == []
    assert content(tmp_path) == clean(plan)
    for one in place.iterdir() if place.is_dir() else [place]:
        damage(one, how)
    plan.title, plan.without = "New", {"deep/er/index.html"}  # another title needs the cached tree again
    result = plan.build(tmp_path)
    assert [*result.failed, *result.kept] == []
    assert content(tmp_path) == clean(plan)


def test_memory_is_tidy(tmp_path: Path) -> None:
    """What was remembered of tasks that are no more, and their intermediate results, leaves the cache."""
    Plan().build(tmp_path)
    plan = Plan(text="second", without={"page.tree", "page.html", "page.pdf", "deep/er/index.html"})
    plan.build(tmp_path)
    assert list(json.loads((tmp_path / ".cache" / "tasks.json").read_bytes())["tasks"]) == ["calendar.ics"]
    assert list((tmp_path / ".cache" / "objects").iterdir()) == []
    assert (tmp_path / ".cache" / "written").read_text().count("\n") == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
SHAPED = st.fixed_dictionaries(
    {},
    optional={
        "version": st.just(__version__) | JSON,
        "tasks": st.dictionaries(
            st.sampled_from(["page.tree", "page.pdf"]),
            st.fixed_dictionaries({}, optional={"parts": JSON, "outputs": JSON, "failed": JSON}),
        )
        | JSON,
        "files": st.dictionaries(
            st.sampled_from(["page.pdf", "gone", "../up"]),
            st.fixed_dictionaries({}, optional={"sha256": JSON, "sources": JSON}),
        )
        | JSON,
    },
)


@given(name=st.sampled_from([".cache/tasks.json", "manifest.json"]), raw=JSON | SHAPED)
@settings(max_examples=150)
def test_any_json_is_survived(name: str, raw: object) -> None:
    """Whatever JSON stands where the records or the manifest should be, a build gives the right files."""
    with tempfile.TemporaryDirectory() as folder:
        Plan().build(Path(folder))
        Path(folder, name).write_text(json.dumps(raw))
        plan = Plan(title="New")
        result = plan.build(Path(folder))
        assert [*result.failed, *result.kept] == []
        assert content(Path(folder)) == clean(plan)


def test_everything_lost(tmp_path: Path) -> None:
    """With cache and manifest both gone, files that are right are taken as they are, and others are kept as somebody's."""
    Plan().build(tmp_path)
    shutil.rmtree(tmp_path / ".cache")
    (tmp_path / "manifest.json").unlink()
    result = Plan(title="New").build(tmp_path)
    assert set(result.kept) == {"page.html", "calendar.ics"}


def test_cache_cannot_be_written(tmp_path: Path) -> None:
    """A cache that cannot be written makes the next build slower, which is told, and nothing else."""
    tmp_path.joinpath(".cache").write_text("in the way")
    for plan in (Plan(), Plan(title="New")):
        result = plan.build(tmp_path)
        assert result.cache_trouble == "a file stands where a folder should be"
        assert len(plan.ran) == 5
        assert [*result.failed, *result.kept] == []
        assert content(tmp_path).items() - {".cache": b"in the way"}.items() == clean(plan).items()
    (tmp_path / "page.pdf").write_bytes(b"mine")
    assert Plan(text="second").build(tmp_path).kept == {"page.pdf": "page.new.pdf"}


@pytest.mark.parametrize("name", ["tasks.json", "written", "lock"])
def test_folder_in_the_cache(name: str, tmp_path: Path) -> None:
    """A folder where a file of the cache should be is survived."""
    (tmp_path / ".cache" / name / "x").mkdir(parents=True)
    for plan in (Plan(), Plan(title="New")):
        result = plan.build(tmp_path)
        assert [*result.failed, *result.kept] == []
        assert content(tmp_path) == clean(plan)


# --- kills and interruptions -----------------------------------------------------------------------------------


def killed(plan: Plan, folder: Path, moment: int) -> bool:
    """Build in a child process that is killed before its n-th file operation; whether it came to that."""
    child = os.fork()
    if child == 0:
        operations = iter(range(moment))

        def count(event: str, arguments: tuple[object, ...]) -> None:
            if event in ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir") and next(operations, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(count)
            plan.build(folder, jobs=1)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
@pytest.mark.parametrize("builds", [0, 1, 2, 3])
def test_killed_at_any_moment(builds: int, tmp_path: Path) -> None:
    """A build killed before any of its file operations: the next gives a clean build's files, and takes none for an edit.

    The build that is killed is a first one, one after a change, one that is killed again after a change, or one whose
    change is taken back.
    """
    after = Plan(text="second", title="New", without={"calendar.ics"})
    then = Plan() if builds == 3 else after
    right = clean(then)
    moments = 0
    while True:
        folder = tmp_path / str(moments)
        if builds:
            Plan().build(folder)
        if builds == 2:
            killed(Plan(title="Other"), folder, moments)
        if not killed(after, folder, moments):
            break
        result = then.build(folder)
        assert [*result.failed, *result.kept] == [], moments
        assert content(folder) == right, moments
        assert not list(folder.rglob("*.part")), moments
        moments += 1
    assert moments > 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_partial_build_after_a_kill(tmp_path: Path) -> None:
    """`only` after a killed build lists that build's files as they are, and the next one does not take them for edits."""
    after = Plan(text="second", title="New")
    moments = 0
    while True:
        folder = tmp_path / str(moments)
        Plan().build(folder)
        if not killed(after, folder, moments):
            break
        after.build(folder, only=["pdf"])
        files = content(folder)
        assert {name: entry["sha256"] for name, entry in listed(folder).items()} == {
            name: sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"
        }
        later = replace(after, text="third", ran=[])
        assert later.build(folder).kept == {}, moments
        assert content(folder) == clean(later), moments
        moments += 1
    assert moments > 20


def test_journal_cut_short(tmp_path: Path) -> None:
    """A line of the journal that was cut off by a kill does not swallow the next one."""
    Plan().build(tmp_path)
    (tmp_path / "manifest.json").unlink()
    journal = tmp_path / ".cache" / "written"
    journal.write_bytes(journal.read_bytes() + b"\n0123 pa")
    Plan(text="second").build(tmp_path, only=["pdf"])
    (tmp_path / "manifest.json").unlink()
    assert Plan(text="third").build(tmp_path).kept == {}


@pytest.mark.parametrize("steps", range(1, 6))
def test_interrupted(steps: int, tmp_path: Path) -> None:
    """Ctrl-C after any step leaves whole files only; the next build does not make again what was finished."""
    plan = Plan()

    def stop(progress: Progress) -> None:
        if progress.done == steps:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan.build(tmp_path, jobs=1, report=stop)
    right = clean(plan)
    assert all(data == right[name] for name, data in content(tmp_path).items())
    assert not list(tmp_path.rglob("*.part"))
    plan.build(tmp_path)
    assert len(plan.ran) <= 5 - steps
    assert content(tmp_path) == right


def test_work_under_way_is_kept(tmp_path: Path) -> None:
    """What is running when Ctrl-C comes is finished and kept; a task whose tool the Ctrl-C ended counts as not done."""
    interrupted, done = threading.Event(), []

    def task(name: str, run: Callable[[], None]) -> Task:
        def make(made: Made) -> Made:
            run()
            done.append(name)
            return {name: name.encode()}

        return Task(name, "g", (name,), {}, make)

    def ended() -> None:
        if not interrupted.wait(20):
            raise AssertionError
        if len(done) < 3:
            raise TaskError("ended by a signal")

    def slow() -> None:
        assert interrupted.wait(20)

    def stop(progress: Progress) -> None:
        if progress.task == "fast":
            interrupted.set()
            raise KeyboardInterrupt

    tasks = [task("fast", lambda: None), task("slow", slow), task("tool", ended)]
    with pytest.raises(KeyboardInterrupt):
        build(tasks, tmp_path, "x26", jobs=3, report=stop)
    assert sorted(content(tmp_path)) == ["fast", "slow"]
    done.extend(["x"])
    result = build(tasks, tmp_path, "x26", jobs=3)
    assert list(result.made) == ["tool"]
    assert not result.failed


def test_two_builds_take_turns(tmp_path: Path) -> None:
    """A build that finds another one at work in its folder says so, waits for its end, and finds its files made."""
    started, go = threading.Event(), threading.Event()
    told: list[str] = []

    def slow(made: Made) -> Made:
        started.set()
        assert go.wait(20)
        return {"a": b"a"}

    def report(progress: Progress) -> None:
        told.append(progress.state)
        go.set()

    tasks = [Task("a", "g", ("a",), {}, slow)]
    first = threading.Thread(target=build, args=(tasks, tmp_path, "x26"))
    first.start()
    assert started.wait(20)
    result = build(tasks, tmp_path, "x26", report=report)
    first.join()
    assert told == ["waiting", "unchanged"]
    assert not result.made


# --- failures --------------------------------------------------------------------------------------------------


def test_failure_stops_what_needs_it(tmp_path: Path) -> None:
    """A failing task is named with its reason, what needs it waits, everything else is made, and it is tried again."""
    plan = Plan(broken={"page.tree"})
    result = plan.build(tmp_path)
    assert result.failed == {"page.tree": "page.tree is broken"}
    assert result.blocked == dict.fromkeys(["page.html", "page.pdf", "deep/er/index.html"], "page.tree")
    assert list(result.made) == ["calendar.ics"]
    assert list(listed(tmp_path)) == ["calendar.ics"]
    assert plan.build(tmp_path).failed
    assert plan.ran == ["page.tree"]
    plan.broken.clear()
    assert plan.build(tmp_path).failed == {}
    assert content(tmp_path) == clean(plan)


def test_failure_keeps_the_old_file(tmp_path: Path) -> None:
    """The file a failing task made before stays, stays listed, and is the build's own; the reason to try is named."""
    Plan().build(tmp_path)
    old = (tmp_path / "page.pdf").read_bytes()
    plan = Plan(text="second", broken={"page.pdf"})
    plan.build(tmp_path)
    assert (tmp_path / "page.pdf").read_bytes() == old
    assert listed(tmp_path)["page.pdf"]["sha256"] == sha256(old).hexdigest()
    plan.broken.clear()
    result = plan.build(tmp_path)
    assert (result.made, result.kept) == ({"page.pdf": "failed the last time"}, {})
    assert content(tmp_path) == clean(plan)


def test_folder_that_vanishes(tmp_path: Path) -> None:
    """Files that somebody removes while others are made are no success: each is named, and the next build brings them back."""

    def remove(progress: Progress) -> None:
        if progress.done == 4:
            shutil.rmtree(tmp_path)

    plan = Plan()
    result = plan.build(tmp_path, jobs=1, report=remove)
    outputs = {path for task in plan.tasks() if not task.intermediate for path in task.outputs}
    assert {path for path in outputs if not (tmp_path / path).is_file()} == set(result.failed)
    assert "it was removed while the build went on; build again" in result.failed.values()
    assert plan.build(tmp_path).failed == {}
    assert content(tmp_path).keys() == clean(plan).keys()


def test_missing_program(tmp_path: Path) -> None:
    """A task whose program or file is not there has failed, and does not end the build."""

    def run(made: Made) -> Made:
        raise FileNotFoundError(errno.ENOENT, "No such file", "pandoc")

    result = build([Task("a", "g", ("a",), {}, run), Plan().task("b", {})], tmp_path, "x26")
    assert list(result.failed) == ["a"]
    assert "pandoc" in result.failed["a"]
    assert list(result.made) == ["b"]


def test_our_bug_is_not_hidden(tmp_path: Path) -> None:
    """Any other error of a task ends the build as it is; what was finished is kept."""

    def run(made: Made) -> Made:
        raise ZeroDivisionError

    plan = Plan()
    with pytest.raises(ZeroDivisionError):
        build([*plan.tasks(), Task("z", "g", ("z",), {}, run, ("calendar.ics",))], tmp_path, "x26", jobs=1)
    plan.build(tmp_path)
    assert "calendar.ics" not in plan.ran


@pytest.mark.parametrize(
    ("path", "folder", "reason"),
    [
        ("page.pdf", True, "a folder of that name is in its place"),
        ("deep", False, "a file stands where a folder should be"),
        ("deep/er", False, "a file stands where a folder should be"),
    ],
)
def test_something_in_the_way(path: str, folder: bool, reason: str, tmp_path: Path) -> None:
    """A folder where a file should be, or a file where a folder should be, is named and left alone; the rest is made."""
    place = tmp_path / path
    place.parent.mkdir(exist_ok=True)
    place.mkdir() if folder else place.write_bytes(b"mine")
    plan = Plan()
    result = plan.build(tmp_path)
    assert list(result.failed.values()) == [f"cannot be written: {reason}"]
    assert len(result.made) == 3
    assert place.is_dir() if folder else place.read_bytes() == b"mine"
    place.rmdir() if folder else place.unlink()
    assert len(plan.build(tmp_path).made) == 1
    assert content(tmp_path) == clean(plan)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "no space left on device"),
        (errno.EROFS, "read-only file system"),
        (errno.EACCES, "permission denied"),
    ],
)
def test_folder_cannot_be_written(code: int, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk, or in a folder that cannot be written, everything fails with that reason and the old files stay."""
    Plan().build(tmp_path)
    before = content(tmp_path)

    def refuse(path: Path, data: bytes) -> None:
        raise OSError(code, os.strerror(code), str(path))

    plan = Plan(text="second", without={"calendar.ics"})
    with monkeypatch.context() as patch:
        patch.setattr(build_folder, "write_whole", refuse)
        patch.setattr(Path, "unlink", lambda self, missing_ok=False: refuse(self, b""))
        result = plan.build(tmp_path)
    assert set(result.failed) == {"page.html", "page.pdf", "calendar.ics", "manifest.json"}
    assert all(reason in why for why in result.failed.values())
    assert content(tmp_path) == before
    assert plan.build(tmp_path).kept == {}
    assert content(tmp_path) == clean(plan)


def test_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build folder that cannot be made or written is a usage error, told before any work is done."""
    plan = Plan()
    (tmp_path / "file").write_bytes(b"mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "x26"):
        with pytest.raises(UsageError, match="cannot be made: a file stands where a folder should be"):
            plan.build(folder)
    monkeypatch.setattr(
        os, "access", lambda path, mode: False
    )  # root, who runs tests in containers, may write anywhere
    with pytest.raises(UsageError, match=r"nothing can be written into .*; check its permissions"):
        plan.build(tmp_path)
    assert plan.ran == []


def test_unreadable_file_is_somebodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be read might be an edited one, and is kept."""
    Plan().build(tmp_path)
    read = Path.read_bytes

    def refuse(self: Path) -> bytes:
        if self.name == "page.pdf":
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return read(self)

    before = (tmp_path / "page.pdf").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        assert Plan(text="second").build(tmp_path).kept == {"page.pdf": "page.new.pdf"}
    assert (tmp_path / "page.pdf").read_bytes() == before


# --- only ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("only", "ran"),
    [
        (["calendar"], {"calendar.ics"}),
        (["ics"], {"calendar.ics"}),
        (["page.pdf"], {"page.tree", "page.pdf"}),
        (["page.*"], {"page.tree", "page.pdf", "page.html"}),
        (["deep"], {"page.tree", "page.html", "deep/er/index.html"}),
        (["pdf", "calendar"], {"page.tree", "page.pdf", "calendar.ics"}),
    ],
)
def test_only(only: list[str], ran: set[str], tmp_path: Path) -> None:
    """Groups, endings and file patterns choose tasks, which are built with all they need and nothing else."""
    plan = Plan()
    plan.build(tmp_path, only=only)
    assert set(plan.ran) == ran
    assert set(listed(tmp_path)) == ran - {"page.tree"}


def test_only_keeps_the_rest(tmp_path: Path) -> None:
    """A partial build leaves the files, the manifest and the memory of everything else as they were."""
    Plan().build(tmp_path)
    before, entries = content(tmp_path), listed(tmp_path)
    plan = Plan(title="New")
    result = plan.build(tmp_path, only=["calendar"])
    assert (list(result.made), result.unchanged) == (["calendar.ics"], [])
    after = content(tmp_path)
    assert {name for name in after if after[name] != before[name]} == {"calendar.ics", "manifest.json"}
    assert listed(tmp_path) == entries | {
        "calendar.ics": {"sha256": sha256(after["calendar.ics"]).hexdigest(), "sources": ["a.yaml", "b.yaml"]}
    }
    assert set(plan.build(tmp_path).made) == {"page.html", "deep/er/index.html"}
    assert content(tmp_path) == clean(plan)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("calender", "did you mean `calendar`?"),
        ("hmtl", "did you mean `html`?"),
        ("???", "names known here: calendar, deep, html, ics, page, pdf"),
    ],
)
def test_only_unknown(word: str, hint: str, tmp_path: Path) -> None:
    """A name that means nothing is a usage error with the near one, or the choice; nothing is written."""
    with pytest.raises(UsageError) as error:
        Plan().build(tmp_path / "x26", only=["pdf", word])
    assert str(error.value) == f"--only: nothing is called `{word}`; {hint}"
    assert not (tmp_path / "x26").exists()


def test_progress(tmp_path: Path) -> None:
    """Every task is reported once, counted in order, with what became of it."""
    seen: list[Progress] = []
    Plan(broken={"page.tree"}).build(tmp_path, report=seen.append)
    assert [p.done for p in seen] == [1, 2, 3, 4, 5]
    assert {p.total for p in seen} == {5}
    states: Mapping[str, str] = {p.task: p.state for p in seen}
    assert states == {
        "page.tree": "failed",
        "page.html": "failed",
        "page.pdf": "failed",
        "deep/er/index.html": "failed",
        "calendar.ics": "made",
    }


def test_same_bytes_everywhere(tmp_path: Path) -> None:
    """The folder and the number of jobs leave no trace in any file."""
    for jobs, name in ((1, "here"), (4, "a folder with spaces/é")):
        Plan().build(tmp_path / name, jobs=jobs)
    assert content(tmp_path / "here") == content(tmp_path / "a folder with spaces/é")


def test_builds_that_share_a_folder_leave_each_other_alone(tmp_path: Path) -> None:
    """Without pruning, a build keeps, remembers and guards what other builds made in the same folder."""
    first, second = (
        Plan(without={"calendar.ics", "deep/er/index.html"}),
        Plan(without={"page.html", "page.pdf", "page.tree", "deep/er/index.html"}),
    )
    build(first.tasks(), tmp_path, "x26", prune=False)
    build(second.tasks(), tmp_path, "x26", prune=False)
    assert {"page.html", "page.pdf", "calendar.ics"} <= set(content(tmp_path))
    listed = json.loads((tmp_path / "manifest.json").read_bytes())["files"]
    assert set(listed) == {"page.html", "page.pdf", "calendar.ics"}
    assert listed["page.html"]["sources"] == ["a.yaml", "b.yaml"]
    (tmp_path / "page.html").write_text("mine")
    build(second.tasks(), tmp_path, "x26", prune=False)
    again = build(Plan(title="New", without=first.without).tasks(), tmp_path, "x26", prune=False)
    assert again.kept == {"page.html": "page.new.html"}
    assert (tmp_path / "page.html").read_text() == "mine"
