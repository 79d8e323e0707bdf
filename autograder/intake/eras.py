"""Of which eras of the starter code a student's modules can be.

An era is a letter. The signs of a course (`Conventions`) narrow the letters down: signs in the text of a module first,
then its target, then the names of all files. Where signs contradict each other, or say nothing, every era stays possible:
a case is asked of a module only if it fits all eras that the module can be of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.authoring.conventions import Conventions


@dataclass(frozen=True, slots=True)
class Eras:
    """The letters that each module can be of, those that all of them can be of, and a note on what stays open."""

    by_module: Mapping[int, str]
    common: str
    note: str = ""


def has_signs(module: int, conventions: Conventions) -> bool:
    """True if the text of this module can tell its era."""
    return any(sign.module == module for sign in conventions.texts)


def eras_of_module(module: int, target: str, text: bytes, conventions: Conventions) -> str:
    """The eras that a module's text and target tell; all where they tell nothing or contradict themselves."""
    by_text = conventions.eras_by_text(module, text)
    path = f"{conventions.package}/{target.removeprefix(f'{conventions.package}.').replace('.', '/')}.py"
    by_target = conventions.eras_by_names([path]) if target else conventions.eras
    return conventions.common((by_text, by_target)) or by_text or conventions.eras


def eras_of_hand_in(by_module: Mapping[int, str], by_names: str, conventions: Conventions) -> Eras:
    """The eras of a hand-in, from those that each module tells and those that the names of all files tell.

    Where modules contradict each other, each keeps what its own text tells, and in common they have all eras.
    """
    common = conventions.common(by_module.values())
    if not common:
        told = ", ".join(
            f"{module:02} of {' or '.join(eras)}" for module, eras in by_module.items() if eras != conventions.eras
        )
        own = {module: conventions.common((eras, by_names)) or eras for module, eras in by_module.items()}
        return Eras(own, conventions.eras, f"the files are of different eras: module {told}")
    eras = conventions.common((common, by_names)) or common
    note = ""
    if eras == conventions.eras and len(eras) > 1:
        note = "nothing in the files tells their era"
    elif len(eras) > 1:
        note = f"the files are of era {' or '.join(eras)}; nothing tells which"
    return Eras(dict.fromkeys(by_module, eras), eras, note)
