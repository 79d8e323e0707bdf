"""Handouts, and from when on students have them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import quote

from blueprint.model import Markdown, Release
from blueprint.schedule import Schedule, zone_of
from generator.documents.template_context import TemplateContext

FOLDER = "handouts/"


@dataclass(frozen=True, slots=True)
class Material:
    """A lecture's files for students, as they are made for the staff."""

    week: int
    session: int | None
    """The session it belongs to; None for the lecture of a chapter that no session names."""
    title: Markdown
    files: tuple[tuple[str, str], ...]
    """(name of the format, path in the build folder)."""
    release: Release
    given: Callable[[bytes], bytes] | None = None
    """Makes what students get of a file; None where that is the file itself."""


@dataclass(frozen=True, slots=True)
class Handout:
    """A handout as a student sees it."""

    material: Material
    out: datetime | None
    """From when on it is there; None from the beginning."""
    is_out: bool

    @property
    def links(self) -> list[tuple[str, str]]:
        """(name of the format, address below the site's folder)."""
        return [(label, FOLDER + quote(_name(path))) for label, path in self.material.files]

    @property
    def copies(self) -> list[tuple[str, str]]:
        """(path below the site's folder, path in the build folder of which it is a copy)."""
        return [(FOLDER + _name(path), path) for _, path in self.material.files]


def handouts(view: TemplateContext, materials: list[Material], now: datetime) -> dict[int, list[Handout]]:
    """Week -> its handouts, those held back included; what is never given out is left out."""
    found: dict[int, list[Handout]] = {number: [] for number, _ in view.weeks}
    for material in materials:
        if material.release != "never" and material.files:
            out = _out(view, material)
            found[material.week].append(Handout(material, out, out is None or out <= now))
    return found


def _out(view: TemplateContext, material: Material) -> datetime | None:
    """The moment from which students have something; None for always."""
    if material.release == "at once":
        return None
    if material.release == "with its week":
        return datetime.combine(view.monday(material.week), time(), zone_of(view.offering))
    return _class_end(view.schedule, material) or datetime.combine(
        view.sunday(material.week) + timedelta(days=1), time(), zone_of(view.offering)
    )


def _class_end(schedule: Schedule, material: Material) -> datetime | None:
    """The end of the class a lecture belongs to: that of its session, else the week's first."""
    classes = schedule.classes_in(material.week)
    own = [held.end for held in classes if held.number == material.session]
    return next(iter([*own, *(held.end for held in classes)]), None)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
