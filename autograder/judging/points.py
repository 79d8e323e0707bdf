"""Points as text: one way of writing them, wherever they stand."""

from __future__ import annotations

from fractions import Fraction


def number(value: Fraction | None, least: int = 0) -> str:
    """The number as text with `least` to two decimals, rounded half up; empty for None.

    >>> number(Fraction(105, 2)), number(Fraction(2, 3)), number(Fraction(1, 200)), number(None), number(Fraction(7), 2)
    ('52.5', '0.67', '0.01', '', '7.00')
    """
    if value is None:
        return ""
    hundredths = (200 * value.numerator + value.denominator) // (2 * value.denominator)
    sign, size = ("-", -hundredths) if hundredths < 0 else ("", hundredths)
    whole, decimals = f"{size // 100}", f"{size % 100:02d}".rstrip("0").ljust(least, "0")
    return f"{sign}{whole}.{decimals}" if decimals else sign + whole
