"""What becomes of a notebook, a percent script or an exported file: nbconvert and nbformat are the judges of reading."""

from __future__ import annotations

import ast
import json
from types import new_class
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.worker import cells as cells_module
from autograder.worker import missing
from autograder.worker.definitions import differences, parse_or_none
from autograder.worker.extract import Extracted, extract, extract_and_parse
from autograder.worker.magics import neutralised


def book(*cells: str, **more: Any) -> bytes:
    listed: list[Any] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c} for c in cells
    ]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 4, **more}).encode()


def of(*cells: str) -> Extracted:
    return extract(book(*cells), "tensor.ipynb")


def names(source: str) -> dict[str, Any]:
    """What a source defines when it is run."""
    space: dict[str, Any] = {"__name__": "student"}
    exec(source, space)
    return space


def test_exported_cells_make_the_module_in_order() -> None:
    """Cells under `export` and `exporti` are taken in order, others not; `exporti` stays out of `__all__`."""
    found = of(
        "#| default_exp core.tensor\n#| export\nclass Tensor:\n    pass",
        "t = 1 / 0",
        "#|export\nLIMIT = 3\n_own = 4",
        "#| exporti\ndef backward(self):\n    return 5\nTensor.backward = backward",
        "#| hide\n#| eval: false\nraise SystemExit",
        "# a word before\n\n#| export\ndef add(a, b):\n    return a + b",
    )
    assert (found.target, found.problem) == ("core.tensor", "")
    space = names(found.source)
    assert space["__all__"] == ["Tensor", "LIMIT", "add"]
    assert space["Tensor"]().backward() == 5
    assert "t" not in space


def test_directive_below_code_does_not_count() -> None:
    """A directive counts only before the first line of code of its cell."""
    found = of("#| export\nx = 1", "y = 2\n#| export")
    assert "y" not in names(found.source)


def test_lines_are_traced_to_cells() -> None:
    """A line of the module is told as its cell, counted from 1 with all cells, and its line there."""
    listed = json.loads(book("#| export\nx = 1\ny = 2", "skipped = 1", "#| export\n\nz = 3"))
    listed["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": "# words"})
    found = extract(json.dumps(listed).encode(), "a.ipynb")
    lines = found.source.split("\n")
    assert found.place(lines.index("y = 2") + 1) == "cell 1, line 3"
    assert found.place(lines.index("z = 3") + 1) == "cell 4, line 3"
    assert found.place(10**9).startswith("line")


@pytest.mark.parametrize(
    ("cell", "neutral"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("if 1:\n    !pip install numpy\n", "if 1:\n    pass\n"),
        ("files = !ls\nt = %timeit -o f('\n", "files = None\nt = None\n"),
        ("Tensor?\nnp.add??\n?np\n", "pass\npass\npass\n"),
        ("!echo \\\n  two lines\nx = 1", "pass\n\nx = 1"),
        ("get_ipython().system('ls')\nx = 1", "pass\nx = 1"),
        ("# note\n%%time\nx = 1", "# note\npass\nx = 1"),
        ("%%bash\nls", "# %%bash\n# ls"),
        ("%run data.csv\n%run -i\n%runner a.py\n%run 'my work.py'\n", "pass\npass\npass\npass\n"),
        ("if 1:\n    %run tensor.ipynb\n", "if 1:\n    pass\n"),
        ("x = '''\n%not\n!not\n'''\n%magic", "x = '''\n%not\n!not\n'''\npass"),
        ('x = """a\\"""\n%not\n"""\n', 'x = """a\\"""\n%not\n"""\n'),
        ("y = (7\n% 4)\nz = 7 \\\n% 4\nw = x != 2  # ?", "y = (7\n% 4)\nz = 7 \\\n% 4\nw = x != 2  # ?"),
        ("s = 'why?'\nt = \"%d\" % 3\nx %= 2\n# what?\n", "s = 'why?'\nt = \"%d\" % 3\nx %= 2\n# what?\n"),
    ],
)
def test_lines_of_jupyter_do_nothing(cell: str, neutral: str) -> None:
    """Magics, shell lines and questions become `pass` or `None`; strings, operators and line numbers stay."""
    assert of(f"#| export\n{cell}").source.startswith(f"#| export\n{neutral}")


@pytest.mark.parametrize("line", ["%run tensor.ipynb", "%run ./01_tensor.ipynb", '%run "../a b/01_tensor.py"  '])
def test_a_notebook_that_is_run_is_imported(line: str) -> None:
    """`%run` of an earlier notebook brings its names, as an import of them does; lines keep their numbers."""
    assert of(f"#| export\n{line}\nx = 1").source.startswith("#| export\nfrom __run__.tensor import *\nx = 1")


@pytest.mark.parametrize("directive", ["#| export\n", ""])
def test_imports_from_the_future_in_any_cell(directive: str) -> None:
    """Jupyter takes `from __future__` in every cell, so a module made of cells does too; a file of Python does not."""
    first, second = (
        f'{directive}"""Words."""\nimport os',
        f"{directive}from __future__ import annotations\ndef f(x: Later): pass",
    )
    tree = extract_and_parse(book(first, second), "tensor.ipynb")[1]
    assert tree is not None
    space: dict[str, Any] = {}
    exec(compile(tree, "x", "exec", dont_inherit=True), space)
    assert space["f"].__annotations__ == {"x": "Later"}
    script = extract_and_parse(f"import os\n{second}".encode(), "tensor.py")[1]
    assert script is not None
    with pytest.raises(SyntaxError):
        compile(script, "x", "exec", dont_inherit=True)


def test_notebook_without_directives_gives_its_definitions() -> None:
    """Without directives imports, definitions, constants and attached methods stay; prints, tests and runs go."""
    found = of(
        "import math\nfrom collections import deque",
        "EPS = 1e-5\nroot = math.sqrt(2)\nqueue = deque()\nclass Tensor:\n    pass\nt = Tensor()\nprint(t)",
        "def step(self):\n    return EPS\nTensor.step = step\nTensor.late = classmethod(lambda cls: 7)",
        "def test_step():\n    raise SystemExit\ntest_step()\nfor i in range(3):\n    raise SystemExit",
        "if __name__ == '__main__':\n    def hidden(): pass",
        "try:\n    import nothing_of_that_name\nexcept ImportError:\n    FALLBACK = True\nu = t",
        "broken(",
    )
    space = names(found.source)
    assert {"EPS", "root", "queue", "Tensor", "step", "FALLBACK"} <= space.keys()
    assert not {"t", "u", "test_step", "hidden", "i"} & space.keys()
    assert space["Tensor"]().step() == 1e-5
    assert any("no cell is marked" in note for note in found.notes)
    assert "cell 7 is not Python and was left out" in found.notes


def test_untouched_functions_are_named() -> None:
    """A cleared region, its stub alone, and a function of nothing but a docstring are untouched; own code is not."""
    found = of(
        "#| export\nclass T:\n"
        "    def stub(self):\n        x = 1\n        # YOUR CODE HERE\n        raise NotImplementedError()\n"
        "    def words(self):\n        '''Says.'''\n"
        "    def raises(self):\n        raise NotImplementedError\n"
        "    def abstract(self):\n        raise NotImplementedError('a subclass does')\n"
        "    def left(self):\n        # YOUR CODE HERE\n        return 1\n        raise NotImplementedError()\n"
        "    def done(self):\n        ### BEGIN SOLUTION\n        return 1\n        ### END SOLUTION\n",
        "#| export\n@f\ndef backward(): pass",
        "#| export\n@f\ndef backward(): pass",
        "#| export\n# YOUR CODE HERE\nraise NotImplementedError()",
    )
    assert found.untouched == (
        "T.stub",
        "T.words",
        "T.raises",
        "backward (cell 2, line 3)",
        "backward (cell 3, line 3)",
        "the code at cell 4, line 3",
    )


@pytest.mark.parametrize(
    ("source", "lacking"),
    [
        ("import zzz.sub as z", ("zzz",)),
        ("from zzz import stats, other as o", ("zzz",)),
        ("try:\n    import zzz\nexcept (KeyError, ImportError):\n    zzz = None", ()),
        ("try:\n    import zzz\nexcept:\n    zzz = None", ()),
        ("try:\n    import zzz\nexcept ValueError:\n    zzz = None", ("zzz",)),
        ("try:\n    import zzz\nexcept ImportError:\n    import yyy as zzz", ("yyy",)),
        ("try:\n    if zzz:\n        import zzz\nexcept ImportError:\n    pass", ()),
        ("with suppress(ImportError):\n    import zzz", ()),
        ("def later():\n    import zzz", ()),
        ("from . import zzz", ()),
        ("import core.zzz", ()),
        ("import numpy.zzz, os, json.zzz", ()),
    ],
)
def test_which_imports_are_stood_in_for(source: str, lacking: tuple[str, ...]) -> None:
    """Only imports of packages that are not there, run when the module is imported, not tried, and not the course's."""
    tree = ast.parse(source)
    before = ast.dump(tree)
    assert missing.exchange(tree, lambda name: name.startswith("core")) == lacking
    assert (ast.dump(tree) == before) == (not lacking)
    compile(tree, "x", "exec")


def test_a_stand_in_may_be_named_and_not_used() -> None:
    """A stand-in can be passed on and annotate; every use of it is an error that names the package."""
    one = missing.StandIn("zzz").sub.Thing
    assert (one | None) is (None | one) is one
    assert not hasattr(one, "__wrapped__")
    uses: list[Any] = [
        one,
        bool,
        len,
        iter,
        lambda x: x + 1,
        lambda x: 1 @ x,
        lambda x: isinstance(1, x),
        lambda x: x[0],
    ]
    uses += [lambda x: setattr(x, "a", 1), lambda x: new_class("A", (x,)), lambda x: x.__enter__(), float]
    for use in uses:
        with pytest.raises(ModuleNotFoundError, match=r"No module named 'zzz': zzz\.sub\.Thing is used here"):
            use(one)


def test_half_a_class_that_is_not_exported_is_said() -> None:
    """Methods below a class, or attached to it, in a cell that is not exported are named with their class and the cell."""
    found = of(
        "#| default_exp core.tensor\n#| export\nclass Other:\n    pass\n\nclass Tensor:\n    def add(self):\n        pass",
        "    # the rest\n    def mul(self):\n        def inner(): pass\n    def div(self): pass\n\ndef test_it():\n    def no(): pass",
        "Tensor.sum = lambda self: 0\nTensor == Other.sum\ntensor.grad = 1",
        "#| export\nLIMIT = 3",
        "    def no(self): pass",
    )
    assert found.notes == (
        "class Tensor: methods mul, div lie in cell 2, which has no `#| export`, so not graded",
        "class Tensor: method sum lies in cell 3, which has no `#| export`, so not graded",
    )


def test_cells_are_called_as_jupyter_shows_them() -> None:
    """A cell is named by its place among all cells and by its count in `In [12]`, where it was run."""
    made = json.loads(book("#| export\nx = 1", "#| export\ny = 2\ndef f(:\n    pass"))
    made["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": "# words"})
    assert "cell 3, line 3" in extract(json.dumps(made).encode(), "x.ipynb").problem
    made["cells"][2]["execution_count"] = 12
    assert "cell 3 (In [12]), line 3" in extract(json.dumps(made).encode(), "x.ipynb").problem
    for count in (True, -1, "12", 10**30, None, [1]):
        made["cells"][2]["execution_count"] = count
        assert "cell 3, line 3" in extract(json.dumps(made).encode(), "x.ipynb").problem


def test_definitions_left_out_are_named() -> None:
    """A class in a cell without directive is not in the module, and is named."""
    found = of("#| export\nclass A: pass", "class Softmax: pass\ndef test_softmax(): pass\nclass A: pass")
    assert found.left_out == ("Softmax",)


def test_default_exp_said_twice_counts_the_last() -> None:
    """As in nbdev the last `default_exp` counts, and two different ones are told."""
    found = of("#| default_exp core.a\n#| export\nx = 1", "#| default_exp core.b", "#| export core.c\ny = 1")
    assert found.target == "core.b"
    assert "`core.a` and `core.b`" in found.notes[0]
    assert "exported to core.c" in found.notes[1]
    assert "y" not in names(found.source)


def test_a_comment_behind_a_directive() -> None:
    """What follows `#` on the line of a directive is no name of a module."""
    found = of("#| default_exp core.a # for now", "#| export # the whole of it\nx = 1")
    assert (found.target, found.notes) == ("core.a", ())
    assert names(found.source)["x"] == 1


def test_classes_of_the_course_are_completed() -> None:
    """Without directives, too, what is put into a class of another module of the course stays; prints do not."""
    found = of(
        "from tinytorch.core.tensor import Function\nimport math",
        "def f(x): pass\nprint(f(1))",
        "Function.apply = f",
        "math.pi = 3",
    )
    assert "Function.apply = f" in found.source
    assert "print" not in found.source
    assert "math.pi" not in found.source


@pytest.mark.parametrize(
    "brought",
    ["from tensor import Function", "from .tensor import Function", "%run 01_tensor.ipynb", "from x.y import *"],
)
def test_classes_are_completed_however_they_came(brought: str) -> None:
    """Whatever the course's package is called, a class from it is completed, one by one or in a loop, and no demonstration stays."""
    found = of(
        f"{brought}\nPARTS = {{'forward': 1}}\nmade = Function()\nmade.name = 'a'\nX_train = Function()\nX_train.made = 1\nFunction.late = made",
        "def f(x): pass\nsetattr(Function, 'apply', f)\nsetattr(made, 'apply', f)\nFunction.kind = 1",
        "for name in PARTS:\n    setattr(Function, name, f)",
        "for name in PARTS:\n    setattr(Function, name, f)\n    print(name)",
        "for one in made:\n    setattr(Function, one, f)",
    )
    kept = [
        line.strip() for line in found.source.splitlines() if "setattr" in line or "made" in line or "print" in line
    ]
    assert kept == ["setattr(Function, 'apply', f)", "setattr(Function, name, f)"]
    assert "Function.kind = 1" in found.source


SCRIPT = """# ---
# jupyter: {}
# ---

# %% [markdown]
\"\"\"
# Words
\"\"\"

# %% nbgrader={"grade": false}
#| default_exp core.layers
#| export
def layer():
    return 1

# %%
raise SystemExit
"""


def test_percent_script_keeps_its_line_numbers() -> None:
    """Exported cells of a script stay on the lines they have in the file; markdown and other cells are blank."""
    found = extract(SCRIPT.encode(), "layers_dev.py")
    assert found.target == "core.layers"
    assert names(found.source)["layer"]() == 1
    assert found.source.split("\n").index("def layer():") == SCRIPT.split("\n").index("def layer():")
    assert found.place(13) == "line 13"


def test_exported_file_is_taken_whole() -> None:
    """An autogenerated file has headings like cells and is a module already."""
    text = "# AUTOGENERATED! DO NOT EDIT! File to edit: ../x.ipynb.\n\n__all__ = ['f']\n\n# %% ../x.ipynb 3\n#| export\ndef f(): return 2\n# %%\ny = 1\n"
    assert extract(text.encode(), "x.py").source == text


def test_differences_between_notebook_and_export_are_named() -> None:
    """What two sources define differently is named; comments, order and docstrings are no difference."""
    first = "class T:\n    def a(self):\n        '''x'''\n        return 1\n    def b(self): return 2\ndef c(): pass\n"
    second = "def c(): pass  # y\nclass T:\n    def b(self): return 3\n    def a(self): return 1\ndef d(): pass\n"
    assert differences(first, second) == ("T.b", "d")
    assert differences("def (", second) == ()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{", "not JSON: line 1"),
        (b"plain words", "not JSON: line 1, column 1"),
        (b"{}", "no cells"),
        (b"[1]", "no cells"),
        (b'{"cells": {}}', "no cells"),
        (b'{"cells": []}', "no cell holds code"),
        (b'{"cells": [' + b"9" * 5000 + b"]}", "a number in it is too long"),
        (b"[" * 200 + b"]" * 200, "nested more than 100"),
        (b'{"a":' * 200, "nested more than 100"),
        (b"[" + b"1," * 2_000_001 + b"1]", "more than 2000000 values"),
        (b'"\x00"', "not text"),
        ("{}".encode("utf-16-le"), "not text"),
        (book("#| export\nx = ("), "not Python: '(' was never closed, cell 1, line 2"),
        (book("#| export\nx = 1\x00"), "not Python"),
        (b" " * (cells_module.MAX_BYTES + 1), "larger than 50 MB"),
        (book("#| export\n" + "x\n" * 600_000), "longer than 1 MB"),
        (book("#| export\nx = " + "-" * 300_000 + "1"), "too deeply nested"),
    ],
)
def test_what_is_no_module_is_told(data: bytes, problem: str) -> None:
    """Each way in which bytes are no notebook or no module has its own words."""
    assert problem in extract(data, "a.ipynb").problem


@pytest.mark.parametrize(
    ("encoding", "note"),
    [("utf-8-sig", "byte-order mark"), ("utf-16", "UTF-16"), ("latin-1", "line 1 of the file is not UTF-8")],
)
def test_other_encodings_are_read_and_told(encoding: str, note: str) -> None:
    """A notebook in another encoding is read, and the note says which."""
    text = '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "#| export\\nx = \'é\'"}]}'
    found = extract(text.encode(encoding), "a.ipynb")
    assert names(found.source)["x"] == "é"
    assert note in found.notes[0]


def test_odd_cells_are_skipped_and_told() -> None:
    """A cell that is none, or whose source is no text, costs only itself; outputs and metadata are not looked at."""
    cells = [3, {"cell_type": "code", "source": {"a": 1}}, {"cell_type": "code", "source": ["#| export\n", "x = 1"]}]
    cells.append(
        {"cell_type": "code", "source": "", "outputs": [{"output_type": "error", "traceback": 7}], "metadata": 1}
    )
    found = extract(json.dumps({"cells": cells}).encode(), "a.ipynb")
    assert names(found.source)["x"] == 1
    assert found.notes[:2] == ("cell 1 is no cell of a notebook", "the source of cell 2 is no text")


def test_half_a_character_becomes_a_question_mark() -> None:
    """A lone surrogate, which JSON can spell and no source can hold, costs one character."""
    found = of("#| export\nx = '\ud800'")
    assert (found.problem, names(found.source)["x"]) == ("", "?")


PLAIN = [
    "x = 1",
    "def f(a):\n    return a % 2",
    "class A:\n    '''%s'''\n",
    "for i in (1, 2):\n    x = i",
    "import os\n\n",
    "é = 'ü'",
]


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=6))
def test_plain_cells_read_as_nbconvert_reads_them(cells: list[str]) -> None:
    """A notebook without magics gives the program nbconvert makes of it, from format 4 and from format 3."""
    import nbformat
    from nbconvert.exporters import PythonExporter

    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"#| export\n{c}") for c in cells])  # type: ignore[no-untyped-call]
    oracle, _ = PythonExporter().from_notebook_node(made)  # type: ignore[no-untyped-call]
    for version in (4, 3):
        data = nbformat.writes(nbformat.convert(made, version)).encode()  # type: ignore[no-untyped-call]
        tree = ast.parse(extract(data, "a.ipynb").source)
        tree.body = [s for s in tree.body if not ast.unparse(s).startswith("__all__")]
        assert ast.dump(tree) == ast.dump(ast.parse(oracle))


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), st.sampled_from(["a.ipynb", "a.py", ""]))
def test_any_bytes_never_raise(data: bytes, name: str) -> None:
    """Any bytes give a module or a problem; a module is Python."""
    found = extract(data, name)
    if not found.problem:
        ast.parse(found.source)


ANYTHING = st.recursive(
    st.none() | st.integers() | st.text(max_size=20), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


@given(st.lists(st.dictionaries(st.sampled_from(["cell_type", "source", "input"]), st.just("code") | ANYTHING)))
def test_any_json_never_raises(cells: list[Any]) -> None:
    """Whatever JSON stands where cells should, reading goes on."""
    for book_ in ({"cells": cells}, {"worksheets": [{"cells": cells}]}, {"worksheets": cells}):
        extract(json.dumps(book_).encode(), "a.ipynb")


LINES = [
    "x = 1",
    "%magic 'x",
    "!ls (",
    "s = '''",
    "'''",
    "(",
    ")",
    "\\",
    "'",
    "y?",
    "  z = %t",
    "if x:",
    "    x",
    "# ?",
    '"""',
    "% 2",
]


@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
def test_neutralising_keeps_python_and_lines(text: str) -> None:
    """What is Python already stays as it is, and no line is won or lost."""
    neutral = neutralised(text)
    assert neutral.count("\n") == text.count("\n")
    if parse_or_none(text) is not None and "?" not in text:
        assert neutral == text
