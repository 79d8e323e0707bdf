"""The platforms by the word that the command line has for each."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.exchange import blackboard, brightspace, canvas, gradescope, moodle
from autograder.exchange.layout import Product

FILLED: Mapping[str, Product] = {
    "canvas": canvas,
    "moodle": moodle,
    "brightspace": brightspace,
    "blackboard": blackboard,
}
"""Those that take a file back which they exported."""
TABLES: Mapping[str, Product] = {**FILLED, "gradescope": gradescope}
"""Those whose file is a row a student."""
