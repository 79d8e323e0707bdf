"""The rules of a course."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from blueprint.model.values import EMPTY, Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    """Up to so many hours late, such a penalty."""

    hours: int
    penalty: Annotated[Decimal, "percent of the points earned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePolicy:
    """The price of lateness; beyond the last step nothing is accepted."""

    steps: tuple[LateStep, ...]
    text: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The rules of the course."""

    late: LatePolicy
    collaboration: Markdown
    ai_use: Markdown
    accessibility: Markdown
    integrity: Markdown = EMPTY
