"""Of which editions of the starter code a student's modules can be, as far as their text tells.

The signs of a course (`Conventions`) narrow editions down: signs in the text of a module first, then its target, then the
names of all files. Where signs contradict each other, or say nothing, every edition stays possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.authoring.conventions import Conventions
from autograder.authoring.editions import Editions, either


@dataclass(frozen=True, slots=True)
class HandInEditions:
    """The editions that each module can be of, those that all of them can be of, and a note on modules that disagree."""

    by_module: Mapping[int, Editions]
    common: Editions
    note: str = ""


def has_signs(module: int, conventions: Conventions) -> bool:
    """True if the text of this module can tell its edition."""
    return any(sign.module == module for sign in conventions.texts)


def editions_of_module(module: int, target: str, text: bytes, conventions: Conventions) -> Editions:
    """The editions that a module's text and target tell; all where they tell nothing or contradict themselves."""
    by_text = conventions.editions_by_text(module, text)
    path = f"{conventions.package}/{target.removeprefix(f'{conventions.package}.').replace('.', '/')}.py"
    by_target = conventions.editions_by_names([path]) if target else conventions.editions
    return conventions.common((by_text, by_target)) or by_text or conventions.editions


def editions_of_hand_in(
    by_module: Mapping[int, Editions], by_names: Editions, conventions: Conventions
) -> HandInEditions:
    """The editions of a hand-in, from those that each module tells and those that the names of all files tell.

    Where modules contradict each other, each keeps what its own text tells, and in common they have all editions.
    """
    common = conventions.common(by_module.values())
    if not common:
        told = ", ".join(
            f"{module:02} of {either(editions)}"
            for module, editions in by_module.items()
            if editions != conventions.editions
        )
        own = {module: conventions.common((editions, by_names)) or editions for module, editions in by_module.items()}
        return HandInEditions(own, conventions.editions, f"the files are of different editions: module {told}")
    editions = conventions.common((common, by_names)) or common
    return HandInEditions(dict.fromkeys(by_module, editions), editions)
