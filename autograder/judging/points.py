"""Points as text: one way of writing them, wherever they stand."""

from __future__ import annotations

from fractions import Fraction


def number(value: Fraction | None, decimals: int = 2, *, least: int = 0) -> str:
    """The number as text with at most so many decimals and at least `least`, rounded half up; empty for None.

    >>> number(Fraction(105, 2)), number(Fraction(2, 3)), number(Fraction(1, 200)), number(None), number(Fraction(7), least=2)
    ('52.5', '0.67', '0.01', '', '7.00')
    """
    if value is None:
        return ""
    unit = 10**decimals
    parts = (2 * unit * value.numerator + value.denominator) // (2 * value.denominator)
    sign, size = ("-", -parts) if parts < 0 else ("", parts)
    whole, rest = divmod(size, unit)
    digits = f"{rest:0{decimals}d}".rstrip("0").ljust(least, "0") if decimals else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
