"""The rules of a course: titled sections of its syllabus, five of them known by their key, the others its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar, TypeAlias

from blueprint.model.values import EMPTY, Example, Known, Markdown

_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "late": "Late work",
        "collaboration": "Working together",
        "ai_use": "Using AI tools",
        "integrity": "Academic integrity",
        "accessibility": "Access for everyone",
    }
)
"""Key of a policy that most courses have -> its title where the course gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    """Up to so many hours late, such a penalty."""

    hours: Annotated[int, Example("24")]
    penalty: Annotated[Decimal, "percent of the points earned", Example("10")]
    points: Annotated[Decimal, "points that are lost besides", Example("5")] = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A rule of the course: a titled section of the syllabus. Text alone, in place of a mapping, is its `text`."""

    short_form: ClassVar[str] = "text"

    title: Annotated[Markdown, "its heading; made of its key if left out", Example("Recordings of the lectures")] = (
        EMPTY
    )
    text: Markdown
    steps: Annotated[
        tuple[LateStep, ...],
        "what lateness costs where days do not cost the same (else `grading.late` says it); beyond the last step nothing is accepted",
        Example("[{hours: 1, penalty: 2}, {hours: 24, penalty: 10}]"),
    ] = ()


Policies: TypeAlias = Annotated[
    Mapping[str, Policy],
    "the rules of the course, in its order; beside the keys known here any others, each with a title and a text",
    Known(required=("late", "collaboration", "ai_use", "accessibility"), usual=("integrity",)),
]


def policy_title(key: str, policy: Policy) -> Markdown:
    """The heading of a policy: as the course says, else as its key is usually called.

    >>> policy_title("office_dogs", Policy(text=Markdown("Yes.")))
    'Office dogs'
    """
    words = key.replace("_", " ").replace("-", " ").strip()
    return policy.title or Markdown(_TITLES.get(key) or words[:1].upper() + words[1:])
