"""Points as text: one way of writing them, wherever they stand."""

from __future__ import annotations

from fractions import Fraction


def number(value: Fraction | None) -> str:
    """The number as text with at most two decimals, rounded half up; empty for None.

    >>> number(Fraction(105, 2)), number(Fraction(2, 3)), number(Fraction(1, 200)), number(None)
    ('52.5', '0.67', '0.01', '')
    """
    if value is None:
        return ""
    hundredths = (200 * value.numerator + value.denominator) // (2 * value.denominator)
    sign, size = ("-", -hundredths) if hundredths < 0 else ("", hundredths)
    text = f"{size // 100}.{size % 100:02d}".rstrip("0").rstrip(".")
    return sign + text
