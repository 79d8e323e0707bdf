"""Submissions that do no work and must earn nothing: those that every suite is tried with."""

from __future__ import annotations

from autograder.suites.liars import LIARS

__all__ = ["LIARS"]
