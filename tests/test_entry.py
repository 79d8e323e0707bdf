"""A worker before a student's code runs in it, seen from inside; and what is put into a jail."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.authoring.case import pack
from autograder.judging.module_jail import ANSWER
from autograder.sandbox import jail as jails
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Jail
from autograder.worker import bundle, protocol, wire
from autograder.worker.bundle import sources

NAME = "course.work"


@pytest.fixture(scope="module")
def jail() -> Iterator[Jail]:
    try:
        started = Jail.start(["numpy"], sources({}, {}), answer=ANSWER)
    except SandboxError as error:
        pytest.skip(str(error))
    with started:
        yield started


def found(jail: Jail, source: str) -> Any:
    """The value that a module binds to `FOUND`, in a worker of its own."""
    outcome = jail.run(protocol.extract_request(source.encode(), "work.py", None), 10)
    assert outcome.reply is not None, outcome
    read: Any = wire.decode(outcome.reply)
    return ran(jail, read["code"].tobytes(), read["imports"])


def ran(jail: Jail, code: bytes, imports: Sequence[str] = ()) -> Any:
    """The value that a module's code binds to `FOUND`, in a worker of its own."""
    asked = protocol.pack_case([(NAME, ("FOUND",))], pack(lambda tt, inputs: tt.FOUND), ())
    outcome = jail.run(protocol.case_request(protocol.pack_student((), [(NAME, code)]), asked, imports), 10)
    assert outcome.reply is not None, outcome
    reply = wire.decode(outcome.reply)
    assert isinstance(reply, dict)
    return reply.get("reply", reply)


@pytest.mark.parametrize(
    "draw",
    [
        "np.random.default_rng().random()",
        "np.random.rand()",
        "np.random.SeedSequence().generate_state(1)[0]",
        "random.random()",
        "hash('a name')",
    ],
)
def test_chance_is_fixed(jail: Jail, draw: str) -> None:
    """Numbers that a program draws without a seed are the same in every worker, so that a grade is, too."""
    source = f"import random\nimport numpy as np\nFOUND = [{draw}, {draw}]\n"
    first = found(jail, source)
    assert found(jail, source) == first
    assert "hash" in draw or first[0] != first[1]


SHOW = """
import matplotlib, pytest
import matplotlib.pyplot as plt
from matplotlib.pyplot import *
from tqdm import tqdm
from tqdm.notebook import trange
plt.rcParams["figure.figsize"] = (8, 4)
figure, axes = plt.subplots(1, 2)
axes[0].plot([1, 2])
figure.dpi = 2 * figure.dpi + 1
print(f"{matplotlib.__version__} {plt.gcf().dpi:.1f}", "1" in plt.colormaps(), plt.xlim() > 1)
with plt.rc_context() as context:
    pass
class Plot(plt.Figure):
    pass
@pytest.mark.parametrize("a", [1])
def double(a):
    return 2 * a
with tqdm([5, 6], desc="batches") as bar:
    for one in bar:
        bar.set_postfix(loss=one)
FOUND = [list(tqdm([1, 2], leave=False)), list(trange(3)), len(tqdm("abc")), list(tqdm(total=7)), double(3), isinstance(1, Plot)]
"""


def test_packages_for_show_change_nothing(jail: Jail) -> None:
    """Whatever a notebook does with a package for show, its code runs on; what is shown or decorated comes out as it went in."""
    assert found(jail, SHOW) == [[1, 2], [0, 1, 2], 3, [], 6, False]


PATCH = """
from __future__ import annotations
from fastcore.basics import *
class Tensor:
    pass
@patch
def sum(self: Tensor, by=1):
    return 3 * by
@patch(as_prop=True)
def shape(self: Tensor):
    return 4
@patch_to(Tensor, cls_method=True)
def made(cls):
    return cls()
FOUND = [Tensor.made().sum(by=2), Tensor().shape, sum([1, 2])]
"""


def test_a_class_over_several_cells_with_patch(jail: Jail) -> None:
    """fastcore's `patch`, with which nbdev's users write methods apart from their class, puts them into it, and binds no name."""
    assert found(jail, PATCH) == [6, 4, 3]


def test_in_colab_nothing_is_mounted(jail: Jail) -> None:
    """A drive that a notebook mounts is nothing here; a notebook that asks whether it is in Colab hears that it is not."""
    text = "from google.colab import drive\ndrive.mount('/content')\ntry:\n    import google.colab\n    FOUND = True\nexcept ImportError:\n    FOUND = False\n"
    outcome = jail.run(protocol.extract_request(text.encode(), "work.py", None), 10)
    assert outcome.reply is not None
    read = wire.decode(outcome.reply)
    assert isinstance(read, dict)
    assert read["notes"] == []
    assert ran(jail, bytes(read["code"])) is False


@pytest.mark.parametrize(
    "source",
    [
        "import csv, xml.dom.minidom\nFOUND = xml.dom.minidom.Document().nodeType - 8\n",
        "def late():\n    from statistics import median\n    return median([1])\nFOUND = late()\n",
        "from concurrent import futures\nFOUND = len([futures.ThreadPoolExecutor])\n",
        "from concurrent.futures import ProcessPoolExecutor\nFOUND = len([ProcessPoolExecutor])\n",
        "import numpy as np\nFOUND = int(np.fft.fft(np.ones(1))[0].real)\n",
        "import numpy as np\nFOUND = int(np.testing.suppress_warnings is not None)\n",
        "import numpy as np\nFOUND = int(np.polynomial.Polynomial([1])(5))\n",
        "import time\nFOUND = time.strptime('1 1 2026', '%d %m %Y').tm_mday\n",
        "import io\nimport numpy as np\nkept = io.BytesIO()\nnp.savez(kept, a=1)\nkept.seek(0)\nFOUND = int(np.load(kept)['a'])\n",
        "import numpy as np\nFOUND = len(np.unique(np.ones(3)))\n",
        "from numpy import nanmedian as middle\nFOUND = int(middle([1.0, float('nan')]))\n",
        "import importlib\nFOUND = importlib.import_module('fractions').Fraction(2, 2).numerator\n",
        "try:\n    import tomllib\nexcept ImportError:\n    tomllib = None\nFOUND = len(tomllib.loads('a = 1'))\n",
        "def far():\n    import zoneinfo\n    import nowhere_to_be_found\nFOUND = 1\n",
        "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    FOUND = len(traceback.format_exc().splitlines()) // 3\n",
        "FOUND = len('x'.encode('UTF-16LE')) // 2\n",
        "import hashlib, logging, pickle, warnings\nwarnings.warn('x')\nlogging.warning('y')\nFOUND = pickle.loads(pickle.dumps(1))\n",
    ],
)
def test_what_a_source_may_load_is_there(jail: Jail, source: str) -> None:
    """Imports wherever they stand, names that packages load on demand, and what a function loads on first use: all of it
    is found in the source and fetched before files are closed."""
    assert found(jail, source) == 1


def test_what_a_source_does_not_name_is_not_there(jail: Jail) -> None:
    """A module under a name that is only made while it runs cannot be loaded: there are no files any more."""
    source = "import importlib\nFOUND = importlib.import_module(''.join(['tab', 'nanny'])).__name__\n"
    assert found(jail, source)["raised"] == "ModuleNotFoundError"


def test_secrets_are_pythons(jail: Jail) -> None:
    """The stand-in that NumPy is loaded with is not what a program finds."""
    assert found(jail, "import secrets\nFOUND = len(secrets.token_hex(4))\n") == 8


def test_warming_up_leaves_nothing(jail: Jail) -> None:
    """Of the hand-in of our own that the zygote read and asked first, no module, no name and no setting is left."""
    source = (
        "import gc, sys\nimport numpy as np\n"
        "FOUND = [sorted(n for n in sys.modules if 'warmed_up' in n), gc.isenabled(), np.random.get_state()[2],\n"
        "         [str(f) for f in sys.meta_path if 'Sources' in type(f).__name__]]\n"
    )
    modules, collects, drawn, finders = found(jail, source)
    assert (modules, collects, finders) == ([], True, [])
    fresh: Any = np.random.RandomState(0).get_state()
    assert drawn == fresh[2]


IN_THE_JAIL = frozenset(
    {*jails._OUR_MODULES, "autograder.sandbox.zygote", *(f"autograder.{name}" for name in bundle._OURS)}
)


def imported(module: str) -> set[str]:
    """The names of all modules that a module of ours imports, wherever in it; not what only type checkers read."""
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text("utf-8"))
    typing = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    skipped = {inner for node in typing for inner in ast.walk(node)}
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node not in skipped:
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node not in skipped:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= whole if node.module in ("autograder.sandbox", "autograder.worker") else {f"{node.module}"}
    return names


@pytest.mark.parametrize("module", sorted(IN_THE_JAIL))
def test_what_runs_in_the_jail_stands_alone(module: str) -> None:
    """It imports the standard library, NumPy, and what is put into the jail with it: nothing else of ours is there."""
    others = {name for name in imported(module) if name.partition(".")[0] not in {*sys.stdlib_module_names, "numpy"}}
    assert others <= IN_THE_JAIL


def test_the_jail_holds_what_it_is_given(jail: Jail) -> None:
    """Of our own modules a worker finds those that are put into the jail, and the course's, and no other."""
    begun = set(sources({}, {})) - IN_THE_JAIL
    source = (
        "import sys\nFOUND = [n for n in sys.modules if n.split('.')[0] in ('autograder', 'blueprint', 'generator')]\n"
    )
    names = set(found(jail, source))
    packages = {name.rpartition(".")[0] for name in names} | {"autograder"}
    assert IN_THE_JAIL - {"autograder.sandbox.zygote"} <= names <= IN_THE_JAIL | begun | packages
