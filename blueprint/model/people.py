"""Who teaches, whom to turn to, and which section is whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from blueprint.model.calendar import Meeting
from blueprint.model.values import Ref

Role = Literal["instructor", "head TA", "TA"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who teaches."""

    name: str
    role: Role
    email: str | None = None
    office: str = ""
    office_hours: tuple[Meeting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An office of the university."""

    name: str
    email: str | None = None
    phone: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A lab section led by a TA."""

    title: str
    ta: Annotated[str, Ref("person")]
    meeting: Meeting
    students: int
