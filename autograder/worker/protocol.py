"""Requests: what the judge asks of a worker, as bytes.

Only the judge writes requests, so they may be read by `marshal`, which costs a worker a tenth of what a frame does.
What comes back is a frame: nobody trusts it. A student's code travels in a request as the bytes it is, and becomes code in
a worker only.

What is the same for every case of an attempt (`pack_student`), or for every student (`pack_case`), is put into bytes once.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np  # noqa: TID253 -- used in slots and workers, never by the command line

FILE = "<submission>"
"""The file name of the student's code in tracebacks."""
Modules = Sequence[tuple[str, bytes]]
Imports = Iterable[str]
Exports = Sequence[tuple[str, Sequence[str]]]
Record = Iterable[tuple[str, Any]]


def extract_request(
    data: bytes, name: str, beside: bytes | None = None, helpers: Iterable[tuple[str, bytes]] = ()
) -> bytes:
    """The request to read the source in a file; `beside` is the exported file to compare it with, `helpers` are files it imports."""
    return marshal.dumps(("extract", data, name, beside, list(helpers)))


def load_request(student: bytes, imports: Imports, seconds: float) -> bytes:
    """The request to import a student's modules, with no probe at hand, and to tell after so many seconds where that stands.

    `imports` are the modules of Python's own, or of other packages, that may be loaded meanwhile, here and below.
    """
    return marshal.dumps(("load", student, seconds, list(imports)))


def case_request(student: bytes, packed_case: bytes, imports: Imports) -> bytes:
    """The request to import a student's modules and run a probe."""
    return marshal.dumps(("case", student, packed_case, list(imports)))


def several_request(student: bytes, packed_cases: Sequence[bytes], imports: Imports) -> bytes:
    """Import a student's modules and run a probe, for one case after the other: for a suite's own texts only."""
    return marshal.dumps(("several", student, list(packed_cases), list(imports)))


def pack_student(packages: Sequence[str], modules: Modules) -> bytes:
    """The packages a student's code looks in, and its modules by name, in order, as marshalled code."""
    return marshal.dumps((list(packages), [tuple(module) for module in modules]))


def pack_case(exports: Exports, probe: bytes, record: Record) -> bytes:
    """The bytes of a case: the names its probe sees, by module; the packed probe; and its drawn inputs."""
    return marshal.dumps(
        ([(module, list(names)) for module, names in exports], probe, [(name, _flat(value)) for name, value in record])
    )


def read_request(payload: bytes) -> tuple[str, list[Any]]:
    """The task of a request, and its parts as they were given."""
    task, *parts = marshal.loads(payload)
    return task, parts


def unpack_student(data: bytes) -> tuple[list[str], list[tuple[str, bytes]]]:
    """The packages and the modules that `pack_student` was given."""
    packages, modules = marshal.loads(data)
    return packages, modules


def unpack_case(data: bytes) -> tuple[list[tuple[str, list[str]]], bytes, list[tuple[str, Any]]]:
    """The exports, the probe and the drawn inputs that `pack_case` was given."""
    exports, probe, record = marshal.loads(data)
    return exports, probe, [(name, _whole(value)) for name, value in record]


def _flat(value: Any) -> Any:
    """A drawn value as what marshal knows; arrays as a tuple of four, which nothing else is."""
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.ascontiguousarray(value)
        return ("array", array.dtype.str, np.shape(value), array.tobytes())
    if isinstance(value, (list, tuple)):
        return [_flat(item) for item in value]
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, tuple):
        _, dtype, shape, data = value
        return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
    return [_whole(item) for item in value] if isinstance(value, list) else value
