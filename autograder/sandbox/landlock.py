"""Landlock: of all files only the named folders, for reading; no TCP; no signal or abstract socket to the outside.

A second line behind namespaces and seccomp. Source: the kernel's `Documentation/userspace-api/landlock.rst`.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

_CREATE, _ADD, _RESTRICT = 444, 445, 446
"""System calls; the numbers are the same on every architecture."""
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""The number of kinds of access to files that a version knows."""
_NET_SINCE, _SCOPES_SINCE = 4, 6
_PATH_BENEATH = 1

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """The version the kernel offers; 0 without Landlock."""
    return max(0, int(_libc.syscall(_CREATE, None, 0, 1)))


def ruleset(folders: Iterable[str]) -> int | None:
    """A descriptor of the rules that leave only reading in these folders and files; None where there is no Landlock."""
    abi = version()
    if not abi:
        return None
    files = (1 << max(bits for since, bits in _FILE_RIGHTS.items() if since <= abi)) - 1
    attributes = struct.pack("=QQQ", files, 3 if abi >= _NET_SINCE else 0, 3 if abi >= _SCOPES_SINCE else 0)
    size = 24 if abi >= _SCOPES_SINCE else 16 if abi >= _NET_SINCE else 8
    rules = _call(_CREATE, ctypes.c_char_p(attributes), ctypes.c_size_t(size), 0)
    for path in folders:
        _allow(rules, path)
    return rules


def _allow(rules: int, path: str) -> None:
    access = _READ_FILE | (_READ_DIR if os.path.isdir(path) else 0)  # noqa: PTH112
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        _call(_ADD, rules, _PATH_BENEATH, ctypes.c_char_p(struct.pack("=Qi", access, place)), 0)
    finally:
        os.close(place)


def restrict(rules: int) -> None:
    """Puts this process under the rules for good; raises OSError."""
    _call(_RESTRICT, rules, 0)


def _call(number: int, *arguments: object) -> int:
    result = int(_libc.syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result
