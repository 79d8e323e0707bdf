"""Our own modules as a jail gets them: as code, so that no zygote spends its start on compiling them."""

from __future__ import annotations

import importlib.util
from functools import cache
from importlib.abc import InspectLoader
from types import CodeType


@cache
def code_of(module: str) -> CodeType:
    """A module's code, from Python's own cache of it where there is one; of its place on this machine it tells nothing."""
    spec = importlib.util.find_spec(module)
    if spec is None or not isinstance(spec.loader, InspectLoader):
        raise ImportError(module)
    code = spec.loader.get_code(module)
    if code is None:
        raise ImportError(module)
    return _placed(code, f"<{module}>")


def _placed(code: CodeType, name: str) -> CodeType:
    """The code as if it stood in a file of this name."""
    constants = tuple(
        _placed(constant, name) if isinstance(constant, CodeType) else constant for constant in code.co_consts
    )
    return code.replace(co_filename=name, co_consts=constants)
