"""What holds where neither an offering nor the command line says anything, for modules that are imported before either."""

SUITE = "tinytorch"
"""The reference tests."""
