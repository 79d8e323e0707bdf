"""The gradients of the TinyTorch reference are slopes."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.authoring.case import Inputs, central_difference
from autograder.suites.tinytorch.suite import SUITE

OPERATIONS: dict[str, Any] = {
    "a + b": lambda tt, a, b: a + b[0],
    "a - b": lambda tt, a, b: a[1] - b,
    "a * b": lambda tt, a, b: a * b * a,
    "a / b": lambda tt, a, b: a / (b * b + 1),
    "a @ b": lambda tt, a, b: a @ b.transpose(),
    "sum": lambda tt, a, b: a.sum(axis=0) * b,
    "mean": lambda tt, a, b: a.mean(axis=1, keepdims=True) * b,
    "max": lambda tt, a, b: a.max(axis=1) * b.max(),
    "reshape and slice": lambda tt, a, b: a.reshape(4, 3)[[0, 1, 1]] * b[1:, :3].transpose()[0].sum(),
    "sigmoid": lambda tt, a, b: tt.Sigmoid()(a) * b,
    "tanh": lambda tt, a, b: tt.Tanh()(a) * b,
    "GELU": lambda tt, a, b: tt.GELU()(a) * b,
    "softmax": lambda tt, a, b: tt.Softmax()(a, dim=0) * b,
    "log softmax": lambda tt, a, b: tt.log_softmax(a, dim=0) * b,
    "mean squared error": lambda tt, a, b: tt.MSELoss()(a, tt.Tensor(b.data)) + b.sum(),
    "cross entropy": lambda tt, a, b: tt.CrossEntropyLoss()(a, tt.Tensor([0, 3, 1])) + b.sum(),
    "binary cross entropy": lambda tt, a, b: (
        tt.BinaryCrossEntropyLoss()(tt.Sigmoid()(a), tt.Tensor(b.data > 0)) + b.sum()
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_reference_gradients_are_slopes(name: str) -> None:
    """The reference's gradients are what the loss does when an entry is moved a little, for both operands."""
    tt, drawn, operation = SUITE.reference(6), Inputs(b"slopes", name), OPERATIONS[name]
    values = [drawn.array(3, 4), drawn.array(3, 4)]
    leaves = [tt.Tensor(value, requires_grad=True) for value in values]
    operation(tt, *leaves).mean().backward()
    for place, leaf in enumerate(leaves):
        if name in ("mean squared error", "binary cross entropy") and place == 1:
            continue  # targets get no gradient

        def loss(moved: Any, place: int = place) -> Any:
            return (
                operation(tt, *(tt.Tensor(moved if at == place else one) for at, one in enumerate(values))).mean().data
            )

        slope = central_difference(loss, values[place])
        assert abs(slope - leaf.grad).max() < 2e-3 * (1 + abs(slope).max())
