"""Of the files a student hands in, which is a module: one of several, and out of archives at the top."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping

import pytest

from autograder.intake.contents import Caps, Contents, Fault, Member
from autograder.intake.listing import HandIn
from autograder.intake.selection import Submission, read_submission, select_modules
from autograder.suites.tinytorch.conventions import CONVENTIONS

BOOK = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}], "metadata": {}, "nbformat": 4}).encode()


def member(path: str, data: bytes | None = None) -> Member:
    content = (BOOK if path.endswith(".ipynb") else b"x = 1\n") if data is None else data
    return Member(path, len(content), lambda: io.BytesIO(content))


def handed_in(files: Mapping[str, bytes | None], caps: Caps | None = None) -> Submission:
    """What is made of a student's files, of which those without bytes hold a line of work."""
    listed = Contents(tuple(member(path, data) for path, data in files.items()))
    one = HandIn("ada", "name", "", "", False, None, 1, lambda: listed)
    return read_submission(one, CONVENTIONS, caps) if caps else read_submission(one, CONVENTIONS)


def packed(*paths: str, depth: int = 0) -> bytes:
    """A zip of these files, in a zip, in a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            archive.writestr(path, BOOK if path.endswith(".ipynb") else b"x = 1\n")
    if not depth:
        return target.getvalue()
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", packed(*paths, depth=depth - 1))
    return outer.getvalue()


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("tensor.ipynb", "modules/01_tensor/tensor.py"),  # a notebook before a script
        ("modules/01_tensor/tensor.py", "tinytorch/core/tensor.py"),  # a script before what is exported
        ("modules/01_tensor/tensor.ipynb", "tensor.ipynb"),  # a folder that students work in
        ("tensor (1).ipynb", "tensor.ipynb"),  # the newest version
        ("tensor copy.ipynb", "tensor.ipynb"),
        ("tensor (10).ipynb", "tensor (9).ipynb"),
        ("10/tensor.ipynb", "9/tensor.ipynb"),
        ("tensor_final.ipynb", "tensor_v3.ipynb"),
        ("tensor.ipynb", "old/tensor.ipynb"),  # not so deep
        ("a/tensor.ipynb", "b/tensor.ipynb"),  # the first by name
    ],
)
def test_the_better_of_two_files_is_the_module(better: str, worse: str) -> None:
    """Whichever is listed first; and where one of two is empty it is the other."""
    for order in ((better, worse), (worse, better)):
        found = select_modules("ada", [member(path) for path in order], CONVENTIONS).modules
        assert [(number, work.member.path) for number, work in found.items()] == [(1, better)]
        blank = [member(path, b"" if path == better else None) for path in order]
        assert select_modules("ada", blank, CONVENTIONS).modules[1].member.path == worse


def test_archives_at_the_top_are_opened() -> None:
    """One, several that hold files of one name, and in the one folder of a hand-in; those farther down are just files."""
    assert set(handed_in({"work.zip": packed("tensor.py", "layers.py")}).modules) == {1, 3}
    two = handed_in({"01.zip": packed("tensor.py"), "03.zip": packed("layers.py"), "activations.py": None})
    assert {number: work.member.path for number, work in two.modules.items()} == {
        1: "01/tensor.py",
        2: "activations.py",
        3: "03/layers.py",
    }
    assert set(handed_in({"mine/work.zip": packed("tensor.py")}).modules) == {1}
    deep = handed_in({"tensor.py": None, "a/b/work.zip": packed("layers.py")})
    assert (set(deep.modules), deep.refused) == ({1}, "")


def test_an_archive_in_an_archive_is_refused() -> None:
    """With what to do about it; beside other files it is a file like others."""
    assert (
        handed_in({"work.zip": packed("tensor.py", depth=1)}).refused == "an archive in an archive; pack the files once"
    )
    assert set(handed_in({"work.zip": packed("tensor.py", depth=1), "layers.zip": packed("layers.py")}).modules) == {3}


def test_archives_have_a_limit_together() -> None:
    """It is named in megabytes, and what just fits is read."""
    data = packed("tensor.py")
    files = {"a.zip": data, "b.zip": packed("layers.py")}
    size = sum(map(len, files.values()))
    fits = Caps(nested=size)
    assert set(handed_in(files, fits).modules) == {1, 3}
    refused = handed_in(files, Caps(nested=size - 1))
    assert (refused.modules, refused.refused) == ({}, "more than 0 MB of archives")


def test_a_broken_archive_refuses_its_student_by_name() -> None:
    """Nothing of the hand-in is taken then, for what is missing would count as not handed in."""
    found = handed_in({"work.zip": packed("tensor.py")[:40], "layers.py": None})
    assert found.modules == {}
    assert found.refused.startswith("`work.zip`")


def test_what_was_not_graded_is_named() -> None:
    """Other candidates of the same kind in a note, empty ones not; the exported file stands beside its notebook."""
    files = ["tensor.ipynb", "tensor (1).ipynb", "old/tensor.ipynb", "tinytorch/core/tensor.py"]
    work = select_modules("ada", [member(path) for path in files], CONVENTIONS).modules[1]
    assert work.exported is not None
    assert work.exported.path == "tinytorch/core/tensor.py"
    assert "`tensor (1).ipynb` is graded, of 3 candidates; not `tensor.ipynb`, `old/tensor.ipynb`" in work.notes
    alone = select_modules("ada", [member("tensor.ipynb"), member("old/tensor.ipynb", b"")], CONVENTIONS).modules[1]
    assert alone.exported is None
    assert not [note for note in alone.notes if "candidates" in note]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_a_text_tells_its_edition_in_any_encoding(encoding: str) -> None:
    """The signs of an edition are found in whatever encoding an editor saves, as the definitions of a module are."""
    text = "class Function:\n    pass\nclass Add(Function):\n    pass\nclass Tensor:\n    pass\n"
    work = select_modules("ada", [member("work.py", text.encode(encoding))], CONVENTIONS).modules[1]
    assert work.editions == ("2026-09",)


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("from own import f", {"hw/own.py", "own.py"}),
        ("import own", {"own.py"}),
        ("from parts.own import f", {"parts/own.py", "other/parts/own.py"}),
        ("from .own import f", {"hw/own.ipynb"}),
    ],
)
def test_what_a_module_imports_of_its_students_files_comes_with_it(line: str, paths: set[str]) -> None:
    """From its folder or the nearest above it, not from others; with what that imports in turn; and no module of the course."""
    text = f"{line}\nfrom layers import Linear\nimport absent, json\nclass Sigmoid:\n    pass\n"
    files = {"hw/02_activations.py": text, "hw/layers.py": "class Linear:\n    pass\n", "hw/absent/x.py": "x = 1\n"}
    files |= dict.fromkeys(paths, "import further\ndef f(): pass\n") | {
        "further.py": "import own\n",
        "unused.py": "x = 1\n",
    }
    found = select_modules("ada", [member(path, text.encode()) for path, text in files.items()], CONVENTIONS).modules[2]
    near = min(paths, key=lambda path: (not path.startswith("hw/"), path.startswith("other/")))
    assert {name: one.path for name, one in found.helpers} == {"own": near, "further": "further.py"}


def test_an_instructors_source_is_nobodys_work() -> None:
    """A module that lies only there was not handed in, which is said; beside an exported file, even an empty one, it is ignored."""
    alone = select_modules("ada", [member("src/01_tensor/01_tensor.py")], CONVENTIONS)
    assert (alone.modules, alone.only_sources) == ({}, (1,))
    for exported in (None, b""):
        files = [member("tinytorch/core/tensor.py", exported), member("src/01_tensor/01_tensor.py")]
        beside = select_modules("ada", files, CONVENTIONS)
        assert beside.modules[1].member.path == "tinytorch/core/tensor.py"
        assert beside.only_sources == ()


def test_a_fault_beside_an_archive_refuses_all() -> None:
    """What is wrong with a file is still told where an archive beside it could be opened."""
    listed = Contents((member("work.zip", packed("tensor.py")),), (Fault("layers.py", "is a link"),))
    one = HandIn("ada", "name", "", "", False, None, 1, lambda: listed)
    assert read_submission(one, CONVENTIONS).refused == "`layers.py` is a link"


CLEARED = '    def forward(self, x):\n        """Zero out."""\n        # YOUR CODE HERE\n        raise NotImplementedError()\n\n'
STARTER = "#| default_exp core.layers\n#| export\n" + "".join(
    f"class {name}:\n{CLEARED}" for name in ("Linear", "Dropout", "Sequential")
)
WRITTEN = "#| export\nclass Linear:\n    def forward(self, x):\n        # YOUR CODE HERE\n        return x\n"
USUAL = "modules/03_layers/layers"


def book(text: str, *, lines: bool = True, indent: int | None = 1) -> bytes:
    source = text.splitlines(True) if lines else text
    cell: dict[str, object] = {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=indent).encode()


@pytest.mark.parametrize(
    "written", ["solutions/layers.ipynb", "solutions/layers.py", "mine/hw3.py", f"{USUAL}_old.ipynb"]
)
@pytest.mark.parametrize("starter", [f"{USUAL}.ipynb", f"{USUAL}.py", f"{USUAL} (1).ipynb"])
def test_a_starter_that_nobody_touched_is_not_graded_where_work_is(starter: str, written: str) -> None:
    """Whatever the two are called, wherever they lie and however much of it is written; the note names both."""
    texts = {starter: STARTER, written: WRITTEN}
    one = handed_in({path: book(text) if path.endswith(".ipynb") else text.encode() for path, text in texts.items()})
    assert one.modules[3].member.path == written
    notes = "\n".join(one.modules[3].notes)
    assert f"`{starter}` is still as it was handed out" in notes
    assert f"`{written}` is graded, of 2 candidates" in notes


@pytest.mark.parametrize("begun", [WRITTEN, STARTER.replace("raise NotImplementedError()", "return x", 1)])
def test_begun_work_is_no_starter(begun: str) -> None:
    """Who has written one function has begun; then place and names decide as ever, and so they do among starters."""
    for other in (begun, STARTER):
        files = {f"{USUAL}.ipynb": book(begun), "solutions/layers.ipynb": book(other)}
        if other is begun:
            assert handed_in(files).modules[3].member.path == f"{USUAL}.ipynb"
    both = handed_in({f"{USUAL}.ipynb": book(STARTER), "solutions/layers.ipynb": book(STARTER)})
    assert both.modules[3].member.path == f"{USUAL}.ipynb"


@pytest.mark.parametrize("lines", [True, False])
@pytest.mark.parametrize("indent", [1, None])
def test_a_starter_is_told_however_its_notebook_is_written(lines: bool, indent: int | None) -> None:
    """Sources as lists of lines or as one text, with or without line ends in the JSON."""
    starter = book(STARTER, lines=lines, indent=indent)
    one = handed_in({f"{USUAL}.ipynb": starter, "mine/layers.ipynb": book(WRITTEN)})
    assert one.modules[3].member.path == "mine/layers.ipynb"


def test_a_package_that_came_with_the_course_is_not_taken_for_work() -> None:
    """Of a starter and what lies in the package beside it, the starter is graded: nobody has exported anything."""
    one = handed_in({f"{USUAL}.ipynb": book(STARTER), "tinytorch/core/layers.py": WRITTEN.encode()})
    assert one.modules[3].member.path == f"{USUAL}.ipynb"


def test_an_archive_in_a_folder_may_hold_what_it_may_alone() -> None:
    """What a packed tar has beside its files, headers and padding, does not count against the files."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        info = tarfile.TarInfo("layers.py")
        info.size = len(WRITTEN)
        archive.addfile(info, io.BytesIO(WRITTEN.encode()))
    caps = Caps(total=len(WRITTEN) + len(data.getvalue()))
    assert list(handed_in({"work.tar.gz": data.getvalue()}, caps).modules) == [3]
