"""Options and fixtures that several test files share."""

from __future__ import annotations

import pytest
from hypothesis import settings

# Machines are shared and noisy: how long an example takes says nothing about the rule it tests.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-cases",
        action="store_true",
        help="write what is printed now into the expect files of tests/cases; read the diff before keeping it",
    )


@pytest.fixture
def rewrite_cases(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are written instead of compared."""
    return bool(request.config.getoption("--rewrite-cases"))
