"""The dated editions of TinyTorch's starter code: by which interface they are known, and what each starter passes untouched.

Era A lasted until the end of 2025: other numbers, at first a package of many folders, module 06 supplied as a whole. Era B
switches gradients on with `enable_autograd`. Era C, the current one, has operation classes in modules 01, 02 and 04.
"""

from __future__ import annotations

from autograder.authoring.editions import Edition

_SCAFFOLD = frozenset(
    [
        "module-02/tanh-of-moderate-values",
        "module-02/tanh-of-extreme-values",
        "module-03/fresh-weights",
        "module-03/the-scale-of-fresh-weights",
        "module-03/parameters-are-the-layer-s-own-tensors",
        "module-03/dropout-with-a-p-that-is-no-probability",
        "module-03/the-mask-of-dropout",
        "module-04/log-softmax-over-the-last-axis",
        "module-04/log-softmax-over-another-axis",
        "module-04/log-softmax-of-large-scores",
        "module-04/log-softmax-of-large-scores-over-another-axis",
        "module-04/binary-cross-entropy",
        "module-04/binary-cross-entropy-of-soft-targets",
        "module-04/binary-cross-entropy-of-certain-predictions",
        "module-04/binary-cross-entropy-of-what-is-no-probability",
        "module-04/losses-leave-their-inputs-alone",
        "module-04/forward-is-what-a-call-does",
        "module-07/gradients-are-cleared",
        "module-07/adamw-with-a-large-eps",
        "module-07/steps-of-adamw",
        "module-07/what-an-optimizer-refuses",
        "module-07/adamw-in-large-steps",
    ]
)
"""Since 2026-09 the starter keeps some functions solved; tests hold this list to what a starter passes."""

EDITIONS = (
    Edition("2025-11", "A", whole=frozenset({6})),
    Edition("2025-12", "A", whole=frozenset({6})),
    Edition("2026-02", "B"),
    Edition("2026-05", "B"),
    Edition("2026-09", "C", supplied=_SCAFFOLD),
)
