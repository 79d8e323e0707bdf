"""Defaults, for where neither an offering nor the command line says anything; imported before either is read."""

SUITE = "tinytorch"
"""The reference tests."""
