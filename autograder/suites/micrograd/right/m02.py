"""Other right networks: sums by `sum`, weights by another generator."""

from __future__ import annotations

from autograder.authoring.case import Variant

RIGHT = (
    Variant(
        "a sum that begins with the products",
        changes=(
            ("        total = self.b\n", "        total = sum(w * entry for w, entry in zip(self.w, x)) + self.b\n"),
            (
                "        for weight, entry in zip(self.w, x, strict=True):\n            total = total + weight * entry\n",
                "",
            ),
        ),
    ),
    Variant(
        "normal numbers as weights",
        changes=(("Value(random.uniform(-1, 1))", "Value(random.gauss(0, 1))"),),
    ),
)
