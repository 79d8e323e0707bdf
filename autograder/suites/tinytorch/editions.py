"""The dated editions of TinyTorch's starter code: by which interface they are known, and what each starter passes untouched.

Era A lasted until the end of 2025: other numbers, at first a package of many folders, module 06 supplied as a whole. Era B
switches gradients on with `enable_autograd`. Era C, the current one, has operation classes in modules 01, 02 and 04.
"""

from __future__ import annotations

from autograder.authoring.editions import Edition

EDITIONS = (
    Edition("2025-11", "A"),
    Edition("2025-12", "A"),
    Edition("2026-02", "B"),
    Edition("2026-05", "B"),
    Edition("2026-09", "C"),
)
