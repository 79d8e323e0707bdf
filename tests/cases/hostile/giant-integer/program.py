"""Arithmetic that takes hours in one step."""

3 ** (1 << 34)
