"""Grades what students handed in, in a sandbox, against a suite of reference tests; TinyTorch's comes with it."""
