"""What stands for packages that only show things, Matplotlib and tqdm say: objects with which nothing happens.

What goes through them to be shown comes out again, for a course's code runs on without the show: a decorated function is that
function, and a progress bar over batches gives the batches. fastcore's `patch`, with which nbdev's users write a class
over several cells, shows nothing and is done.

This file runs in the sandbox and imports nothing else of the project.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

_ITSELF = (
    *("getitem", "enter", "neg", "abs"),
    *(f"{side}{name}" for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow") for side in ("", "r")),
)
"""What gives the object itself, whatever it is given."""
_FALSE = ("contains", "instancecheck", "subclasscheck", "lt", "le", "gt", "ge", "delitem", "setitem", "exit")


class Idle:
    """An object with which nothing happens, whatever one does with it; `shown` is what it was given to show."""

    def __init__(self, shown: Any = ()) -> None:
        object.__setattr__(self, "_shown", shown)

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The function or class that is decorated, or an object over what is shown."""
        first = given[0] if given else named.get("iterable", ())
        if len(given) == 1 and not named and isinstance(first, (FunctionType, type)):
            return first
        return Idle(first)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _two if name == "subplots" else self

    def __setattr__(self, name: str, value: object) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        """What was given to be shown: its items, or so many steps (`trange(3)`); nothing where it has none."""
        shown = object.__getattribute__(self, "_shown")
        if type(shown) is int:
            return iter(range(shown))
        return iter(shown) if hasattr(shown, "__iter__") else iter(())

    def __len__(self) -> int:
        shown = object.__getattribute__(self, "_shown")
        return len(shown) if hasattr(shown, "__len__") else 0

    def __bool__(self) -> bool:
        return True

    def __format__(self, form: str) -> str:
        return ""

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()


def _always(result: Callable[[Idle], Any]) -> Callable[..., Any]:
    return lambda self, *given: result(self)


for _names, _result in ((_ITSELF, _always(lambda self: self)), (_FALSE, _always(lambda self: False))):
    for _name in _names:
        setattr(Idle, f"__{_name}__", _result)


def _two(*given: Any, **named: Any) -> tuple[Idle, Idle]:
    return Idle(), Idle()  # `fig, ax = plt.subplots()`


def fill(module: ModuleType) -> None:
    """Makes a module one of a package for show: every name of it is there, and `import *` brings only what does something."""
    working = _FASTCORE if module.__name__.partition(".")[0] == "fastcore" else {}
    vars(module).update(working, __all__=list(working), __version__="0", __getattr__=_named)


def _named(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(Idle(), name)


# fastcore ------------------------------------------------------------------------------------------------------------


def _patch(function: Any = None, *, as_prop: bool = False, cls_method: bool = False, **_: Any) -> Any:
    """A decorator that makes a function a method of the class its first parameter is annotated with."""
    if function is None:
        return lambda given: _patch(given, as_prop=as_prop, cls_method=cls_method)
    kind = next(iter(function.__annotations__.values()))
    if isinstance(kind, str):  # under `from __future__ import annotations`
        kind = eval(kind, function.__globals__)
    return _attached(function, kind, as_prop, cls_method)


def _patch_to(kind: Any, as_prop: bool = False, cls_method: bool = False, **_: Any) -> Any:
    """A decorator that makes a function a method of a class, or of each of several."""
    return lambda function: _attached(function, kind, as_prop, cls_method)


def _attached(function: Any, kinds: Any, as_prop: bool, cls_method: bool) -> Any:
    """What the function's name stood for before: as in fastcore, a method's name becomes none of the module's."""
    for kind in kinds if isinstance(kinds, (tuple, list)) else (kinds,):
        setattr(
            kind,
            function.__name__,
            property(function) if as_prop else classmethod(function) if cls_method else function,
        )
    return function.__globals__.get(function.__name__, getattr(builtins, function.__name__, None))


_FASTCORE = {"patch": _patch, "patch_to": _patch_to}
