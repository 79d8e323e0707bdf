"""Probes keep nothing alive: what they have noted stays as it was, whatever the student's code does afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.authoring.case import Inputs, SuiteError, live, pack, raises, unpack
from autograder.judging.compare import agree

SEED = b"x" * 32


class Counter:
    """A student's object that writes into its arrays and lists: one more everywhere with each step."""

    def __init__(self, start: Any = 0.0) -> None:
        self.data = np.full((2, 3), float(start))
        self.state = {"mean": self.data, "pairs": [(self.data, self.data[0])]}
        self.history = [0]

    def step(self) -> np.ndarray[Any, Any]:
        """One more; gives the array itself."""
        self.data += 1
        self.history.append(len(self.history))
        return self.data

    def numpy(self) -> np.ndarray[Any, Any]:
        return self.data

    def parts(self) -> list[Any]:
        return [self.data, (self.data.T,)]

    def __getitem__(self, place: int) -> Any:
        return self.data[place]

    def __iter__(self) -> Iterator[Any]:
        yield self.data[0]
        self.step()
        yield self.data[1]

    def take(self, values: Any) -> None:
        """Writes into what it is given."""
        values += 1


def _asked(probe: Any) -> Any:
    return unpack(pack(probe))(SimpleNamespace(Counter=Counter), Inputs(SEED, "x"))


def _noted(counter: Any) -> Any:
    return counter.data


# Each takes a note of a counter; afterwards the counter goes on. The note must still be of zeros.
def _attribute(tt: Any, inputs: Any) -> Any:
    counter = tt.Counter()
    noted = counter.data
    counter.step()
    return noted


def _call(tt: Any, inputs: Any) -> Any:
    counter = tt.Counter()
    noted = counter.numpy()
    counter.step()
    return noted


def _through_a_helper(tt: Any, inputs: Any) -> Any:
    counter = tt.Counter()
    noted = _noted(counter)
    counter.step()
    return noted


def _through_raises(tt: Any, inputs: Any) -> Any:
    counter = tt.Counter()
    noted = [raises(counter.numpy), raises(lambda: counter.data), getattr(counter, "data")]  # noqa: B009
    counter.step()
    return noted


def _in_lists_and_dicts(tt: Any, inputs: Any) -> Any:
    counter = tt.Counter()
    noted = [counter.state, counter.parts(), vars(counter)["state"], {"a": counter.state["mean"]}]
    counter.step()
    return noted


def _views(tt: Any, inputs: Any) -> Any:
    counter = tt.Counter()
    noted = [counter.data.T, counter.data[0], counter[1], counter.data.reshape(-1), np.asarray(counter.data)[:1]]
    counter.step()
    return noted


def _after_an_item(tt: Any, inputs: Any) -> Any:
    counters = [tt.Counter(), tt.Counter()]
    noted = [one.data for one in counters] + [counters[0].data]
    for one in counters:
        one.step()
    return noted


def _unpacked(tt: Any, inputs: Any) -> Any:
    counter = tt.Counter()
    first, (second,) = counter.parts()
    noted = {"first": first, "second": second, **counter.state}
    counter.step()
    return noted


NOTES = [
    pytest.param(probe, id=probe.__name__[1:].replace("_", " "))
    for probe in (
        *(_attribute, _call, _through_a_helper, _through_raises),
        *(_in_lists_and_dicts, _views, _after_an_item, _unpacked),
    )
]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


@pytest.mark.parametrize("probe", NOTES)
def test_a_note_stays_as_it_was(probe: Any) -> None:
    """However a probe came by an array, later steps of the student's code do not change it."""
    noted = list(_leaves(_asked(probe)))
    assert noted
    assert all(not np.any(value) for value in noted)


def test_a_note_of_a_list_stays_as_it_was() -> None:
    """A history that grows afterwards is noted as long as it was."""
    assert _asked(_history) == [[0], [0, 1]]


def _history(tt: Any, inputs: Any) -> Any:
    counter = tt.Counter()
    noted = [counter.history]
    counter.step()
    return [*noted, counter.history]


def test_what_a_loop_is_given_stays_as_it_was() -> None:
    """A loader may hand out the same array again, however it is gone through."""
    one, two = [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]
    for found in _asked(_loops):
        assert agree([np.array(one), np.array(two)], found) is None


def _loops(tt: Any, inputs: Any) -> Any:
    looped = []
    for row in tt.Counter():
        looped.append(row)  # noqa: PERF402
    first, second = tt.Counter()
    stepped = iter(tt.Counter())
    return [
        looped,
        [row for row in tt.Counter()],  # noqa: C416
        list(tt.Counter()),
        [row for _, row in enumerate(tt.Counter())],
        [*tt.Counter()],
        [first, second],
        [next(stepped), next(stepped)],
    ]


def test_a_probe_sees_who_writes_into_what_it_made() -> None:
    """Arrays of the probe's own are not copied on their way, so that a case can find out whether they were changed."""
    assert [float(value.max()) for value in _asked(_own)] == [1.0, 1.0, 1.0, 1.0]


def _own(tt: Any, inputs: Any) -> Any:
    drawn, made, listed = inputs.array(3, low=0, high=0), np.zeros(3), [np.zeros(3), np.zeros(3)]
    for _, values in zip(range(4), [drawn, made, *listed], strict=True):
        tt.Counter().take(values)
    return [drawn, made, *listed]


def test_the_record_of_the_inputs_is_nobodys() -> None:
    """Code that writes into a drawn array does not change what is replayed."""
    inputs = Inputs(SEED, "x")
    unpack(pack(_own))(SimpleNamespace(Counter=Counter), inputs)
    assert [float(value.max()) for _, value in inputs.record] == [0.0]


def test_a_probe_may_write_into_the_students_array() -> None:
    """What stands on the left of `=` is no copy; nor is an array that is asked what it is, or whether it is another."""
    assert _asked(_written) == [9.0, True, True, False, (2, 3), True]


def _written(tt: Any, inputs: Any) -> Any:
    counter = tt.Counter()
    counter.data[0, 0] = 9
    shared = np.shares_memory(counter.data, counter.state["mean"])
    same = counter.data is counter.state["mean"]
    turned = counter.data.T.flags["C_CONTIGUOUS"]
    counter.history.append(5)
    return [float(counter.data[0, 0]), shared, same, turned, counter.data.shape, 5 in counter.history]


def test_a_probe_may_hold_the_thing_itself() -> None:
    """What is asked for alive goes on with the student's object, also inside of a list."""
    assert [float(value.max()) for value in _leaves(_asked(_alive))] == [1.0, 1.0, 1.0]


def _alive(tt: Any, inputs: Any) -> Any:
    counter = tt.Counter()
    held = [live(counter.data), live(counter.parts())]
    counter.step()
    return held


def test_a_copy_is_laid_out_as_the_array_is() -> None:
    """What is told of an array's layout does not depend on when it is told."""
    assert _asked(_turned) == [False, True]


def _turned(tt: Any, inputs: Any) -> Any:
    noted = tt.Counter().data.T
    return [noted.flags["C_CONTIGUOUS"], noted.flags["F_CONTIGUOUS"]]


def test_no_line_of_a_probe_moves() -> None:
    """An error in a probe names the line it stands in."""
    moved = unpack(pack(_views)).__code__
    assert (moved.co_firstlineno, moved.co_filename) == (_views.__code__.co_firstlineno, __file__)


def test_a_probe_whose_text_is_not_to_be_found_is_refused() -> None:
    """Code that stands in no file cannot be compiled once more, and the place is named."""
    space: dict[str, Any] = {}
    exec(compile("def probe(tt, inputs):\n    return tt.x\n", "nowhere.py", "exec"), space)
    with pytest.raises(SuiteError, match=r"nowhere\.py:1: the text of this function cannot be read"):
        pack(space["probe"])


def test_two_probes_in_one_line_are_refused() -> None:
    """Of two functions without a name in one line it cannot be told which is meant."""
    first, _ = (lambda tt, inputs: tt.a, lambda tt, inputs: tt.b)
    with pytest.raises(SuiteError, match="two functions of one name begin in this line"):
        pack(first)
