"""Who teaches, whom to turn to, and which section is whose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from blueprint.model.calendar import Meeting
from blueprint.model.values import Example, Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What somebody is to the course, in the course's own words."""

    label: Annotated[str, "what documents call it; the word itself if left out", Example("Demonstrator")] = ""
    plural: Annotated[str, "the label of several; with an `s` if left out", Example("Demonstrators")] = ""
    leads: Annotated[bool, "true: whoever has it teaches the classes and is asked first", Example("true")] = False


HEAD_TA = "head TA"
ROLES: Mapping[str, Role] = MappingProxyType(
    {"instructor": Role(leads=True), "lecturer": Role(leads=True), HEAD_TA: Role(), "TA": Role()}
)
"""The roles that every course knows; an offering adds its own, or says of these what they are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who teaches."""

    name: str
    role: Annotated[str, "instructor, lecturer, head TA, TA, or another word (see `roles`)"]
    email: str | None = None
    phone: Annotated[str, "for who must reach them at once", Example("555-0100")] = ""
    office: Annotated[str, "the room they are found in"] = ""
    office_hours: tuple[Meeting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An office of the university."""

    name: str
    email: str | None = None
    phone: str = ""
    room: Annotated[str, "where they are found", Example("Student Center 12")] = ""
    link: Annotated[str, "begins with https:", Example("https://access.example.org/")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A lab section led by a TA."""

    title: str
    ta: Annotated[str, Ref("person")]
    meeting: Annotated[Meeting | None, "when it meets; `meetings` where it does so several times a week"] = None
    meetings: Annotated[
        tuple[Meeting, ...],
        "its meetings of a week, in place of `meeting`",
        Example('[{day: tue, start: "14:00", end: "14:50"}, {day: thu, start: "14:00", end: "14:50"}]'),
    ] = ()
    students: int

    @property
    def times(self) -> tuple[Meeting, ...]:
        """Its meetings of a week, however many."""
        return self.meetings or ((self.meeting,) if self.meeting else ())
