"""Points as text: one way of writing them, wherever they stand."""

from __future__ import annotations

from fractions import Fraction


def number(value: Fraction | None, decimals: int = 2) -> str:
    """The number as text with at most so many decimals, rounded half up; empty for None.

    >>> number(Fraction(105, 2)), number(Fraction(2, 3)), number(Fraction(1, 200)), number(None)
    ('52.5', '0.67', '0.01', '')
    """
    if value is None:
        return ""
    unit = 10**decimals
    parts = (2 * unit * value.numerator + value.denominator) // (2 * value.denominator)
    sign, size = ("-", -parts) if parts < 0 else ("", parts)
    whole, rest = divmod(size, unit)
    text = f"{whole}.{rest:0{decimals}d}".rstrip("0").rstrip(".") if decimals else str(whole)
    return sign + text
