"""Points and rectangles; y runs down, lengths are in points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["north", "east", "south", "west"]
Point = tuple[float, float]
"""x to the right and y down, in points, from the top left of the diagram's own rectangle."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; y runs down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def side(self, side: Side) -> Point:
        """The middle of a side."""
        x, y = self.middle
        return {
            "north": (x, self.y),
            "east": (self.x + self.width, y),
            "south": (x, self.y + self.height),
            "west": (self.x, y),
        }[side]

    def meets(self, other: Rect, apart: float = 0.0) -> bool:
        """True if two rectangles share a place, or come nearer than `apart`."""

        return (
            self.x < other.x + other.width + apart
            and other.x < self.x + self.width + apart
            and self.y < other.y + other.height + apart
            and other.y < self.y + self.height + apart
        )
