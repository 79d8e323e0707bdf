"""Replies as a hostile worker might write them, by the thousand: none may stop the judge, and none may get a point.

Frames are made from honest replies: bytes changed, cut and doubled; headers with pieces exchanged; values in which one
number, shape or kind differs; and the envelope around them with every key and kind of value. `python
tests/fuzz_wire.py 1000000` tries a million, and prints how many were read and how they were judged.
"""

from __future__ import annotations

import random
import struct
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.authoring.case import load_suite
from autograder.judging.extracted import ExtractedSource
from autograder.judging.policy import Policy
from autograder.judging.prepared import PreparedCase, prepare
from autograder.judging.verdict import verdict
from autograder.sandbox.jail import Outcome
from autograder.sandbox.limits import Limits
from autograder.worker import wire

MODULES = (2, 3, 5)
WORDS = (b"NaN", b"1e999", b"-1", b"null", b"true", b"[]", b"{}", b'""', b'"@"', b'{"@":0}', b'{"t":[]}', b'"\\ud800"')
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**62, 0.5, -0.0, float("nan"), float("inf"), "", "ValueError", "x" * 3000, "\x1b[2J"),
    *([], {}, [[]], {"": None}, {"reply": 1}, (), [float("nan")] * 9, np.zeros(()), np.zeros((0, 3)), np.ones(40)),
    *(np.array([True]), np.float16(1), np.uint64(2**63), np.full((3, 4), np.nan), np.zeros((200, 1)), "<script>"),
)
SOURCE = ExtractedSource(cells=(1, 1, 2))


def fuzz(count: int, seed: int = 0, modules: Sequence[int] = MODULES) -> Counter[str]:
    """The statuses that so many frames were given; raises AssertionError, naming the frame, for a point or an exception."""
    suite, draw, ended = load_suite("autograder.suites.tinytorch"), random.Random(seed), Counter[str]()
    asked = [prepared for module in modules for prepared in prepare(suite, module, b"fuzz", Limits()).cases]
    bases = {prepared.case.id: _base(prepared) for prepared in asked}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for prepared_case in _turns(asked, count):
            frame = draw.choice(KINDS)(draw, bases[prepared_case.case.id])
            outcome = Outcome("replied", frame, 0.0, 0, 0, 0.0)
            try:
                difference, status = verdict(prepared_case, outcome, SOURCE, Policy())
                words = "" if difference is None else difference.words(True) + difference.words(False)
            except Exception as error:
                raise AssertionError(
                    f"{prepared_case.case.id}: {type(error).__name__}: {error} of {frame[:4000]!r}"
                ) from error
            assert status != "passed" or _is_honest(prepared_case, frame), (
                f"{prepared_case.case.id}: a point for {frame[:4000]!r}"
            )
            assert len(words) < 5000, f"{prepared_case.case.id}: {words[:600]}"
            ended[status] += 1
    return ended


def _turns(asked: Sequence[PreparedCase], count: int) -> Iterator[PreparedCase]:
    for turn in range(count):
        yield asked[turn % len(asked)]


def _is_honest(prepared_case: PreparedCase, frame: bytes) -> bool:
    """Whether what a mutation left is the honest reply, up to what the rules of comparison let pass.

    Asked anew of the values, by rules of its own: containers alike, numbers nearly equal; half of them where a checker judges.
    """
    reply: Any = wire.decode(frame)
    if prepared_case.case.checker is not None:
        return _half(prepared_case.expected, reply["reply"])
    return _near(prepared_case.expected, reply["reply"])


def _half(ours: Any, theirs: Any) -> bool:
    """Whether at least half of the numbers are what they must be: for cases that leave wrong values to others."""
    numbers = [
        (a, b) for a, b in zip(_leaves(ours), _leaves(theirs), strict=False) if not isinstance(a, str) and a is not None
    ]
    return bool(numbers) and 2 * sum(_is_number(b) and _near(a, b) for a, b in numbers) >= len(numbers)


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, np.ndarray, np.generic))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from _leaves(one)
    else:
        yield value


def _near(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, (list, tuple)):
        return (
            isinstance(theirs, (list, tuple))
            and len(ours) == len(theirs)
            and all(_near(a, b) for a, b in zip(ours, theirs, strict=True))
        )
    if isinstance(ours, dict):
        return (
            isinstance(theirs, dict) and ours.keys() == theirs.keys() and all(_near(ours[k], theirs[k]) for k in ours)
        )
    if ours is None or isinstance(ours, str):
        return type(ours) is type(theirs) and bool(ours == theirs)
    if np.shape(ours) != np.shape(theirs):
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(np.asarray(ours, "f8"), np.asarray(theirs, "f8"), rtol=3e-4, atol=3e-4, equal_nan=True))


# ---------------------------------------------------------------------------------------------------- frames


def _base(prepared_case: PreparedCase) -> Any:
    """What is changed: the honest reply, and where samples are judged one that holds none.

    An honest sample with something odd beside it may have its point.
    """
    return _emptied(prepared_case.expected) if prepared_case.case.checker is not None else prepared_case.expected


def _emptied(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_emptied(one) for one in value]
    return np.zeros_like(value) if isinstance(value, np.ndarray) else value


def _bytes_changed(draw: random.Random, base: Any) -> bytes:
    """An honest frame with some bytes, or bits, that are others."""
    frame = bytearray(wire.encode({"reply": base}))
    for _ in range(draw.choice((1, 1, 2, 8))):
        frame[draw.randrange(draw.choice((16, len(frame), len(frame))))] = draw.randrange(256)
    return bytes(frame)


def _cut(draw: random.Random, base: Any) -> bytes:
    """A part of an honest frame, or one with something before, within or after it."""
    frame = wire.encode({"reply": base})
    at, to = sorted(draw.randrange(len(frame) + 1) for _ in range(2))
    return draw.choice((frame[:at], frame[at:], frame[:at] + frame[to:], frame[:to] + frame[at:], frame + frame[:at]))


def _header_changed(draw: random.Random, base: Any) -> bytes:
    """An honest frame whose header has words exchanged, and lengths that are right again."""
    frame = wire.encode({"reply": base})
    size = struct.unpack_from("<I", frame, 8)[0]
    header, buffers = frame[16 : 16 + size], frame[16 + size :]
    for _ in range(draw.choice((1, 1, 3))):
        at = draw.randrange(len(header) + 1)
        to = min(len(header), at + draw.choice((0, 1, 2, 6)))
        word = draw.choice((*WORDS, header[at:to] * 2, bytes([draw.randrange(32, 127)])))
        header = header[:at] + word + header[to:]
    header += b" " * (-len(header) % 8)
    return struct.pack("<4sBxxxII", b"BpFr", 1, len(header), len(buffers)) + header + buffers


def _value_changed(draw: random.Random, base: Any) -> bytes:
    """A well-formed frame of a reply in which one place is another."""
    return wire.encode({"reply": _elsewhere(draw, base)})


def _elsewhere(draw: random.Random, value: Any) -> Any:
    if isinstance(value, (list, tuple)) and value and draw.random() < 0.9:
        at = draw.randrange(len(value))
        items = [*value[:at], _elsewhere(draw, value[at]), *value[at + 1 :]]
        return draw.choice((items, items, items, items[:-1], [*items, items[0]], tuple(items), items[::-1]))
    if isinstance(value, dict) and value and draw.random() < 0.9:
        key = draw.choice(list(value))
        return {**value, key: _elsewhere(draw, value[key])}
    if isinstance(value, np.ndarray) and draw.random() < 0.8:
        return _array_changed(draw, value)
    return draw.choice(ODD)


def _array_changed(draw: random.Random, value: Any) -> Any:
    made = value.copy()
    what = draw.randrange(6)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if what == 0 and made.size:
            made.reshape(-1)[draw.randrange(made.size)] = (
                draw.choice((1, 0, 1e30, -1e30, 3)) if made.dtype.kind == "f" else 1
            )
        elif what == 1:
            made = made.astype(draw.choice(("bool", "int8", "uint64", "float16", "float64", "int64")))
        elif what == 2:
            made = made.reshape(-1)
        elif what == 3:
            made = made.T.copy()
        elif what == 4:
            made = np.concatenate([made.reshape(-1)] * 2)
        else:
            made = made + draw.choice((1, 1e-2, 1e6))
    return made


def _envelope(draw: random.Random, _: Any) -> bytes:
    """A well-formed frame that says something else than a reply."""
    keys = ("raised", "message", "line", "during", "unplain", "names", "passed")
    said = {key: draw.choice(ODD) for key in draw.sample(keys, draw.randrange(len(keys)))}
    if draw.random() < 0.3:
        said |= {"during": "import", "raised": draw.choice(("ValueError", "SystemExit", "object", "__import__"))}
    if draw.random() < 0.2:
        said["reply"] = draw.choice(ODD)
    return wire.encode(draw.choice((said, said, said, draw.choice(ODD))))


KINDS: tuple[Callable[[random.Random, Any], bytes], ...] = (
    *(_bytes_changed, _cut, _header_changed, _value_changed, _value_changed, _envelope),
)


def main(count: int) -> None:
    """Tries so many, and says how it went."""
    started = time.perf_counter()
    ended = fuzz(count)
    took = time.perf_counter() - started
    told = ", ".join(f"{number} {status}" for status, number in sorted(ended.items()))
    sys.stdout.write(f"{count} frames in {took:.1f} s ({count / took:.0f} a second): no exception, no point; {told}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
