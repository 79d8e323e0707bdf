"""Module 03 right, written in other ways."""

from __future__ import annotations

from autograder.authoring.case import Variant

RIGHT = (
    Variant(
        "uniform weights from the global generator, the operator @",
        changes=(
            (
                "rng.standard_normal((in_features, out_features)) * scale",
                "np.random.uniform(-1, 1, (in_features, out_features)) * np.sqrt(3) * scale",
            ),
            ("x.matmul(self.weight)", "x @ self.weight"),
            ("rng.random(shape) < 1 - self.p", "np.random.random(shape) >= self.p"),
        ),
    ),
    Variant(
        "dropout as a product of shares, a copy in evaluation",
        added="""
class Dropout(Layer):
    def __init__(self, p=0.5):
        if p < 0 or p > 1:
            raise ValueError("p")
        self.p = p

    def _should_apply_dropout(self, training):
        return bool(training) and self.p != 0

    def _generate_dropout_mask(self, shape):
        keep = 1.0 - self.p
        drawn = rng.binomial(1, keep, size=shape)
        return Tensor(drawn / keep if keep > 0 else drawn * 0.0)

    def forward(self, x, training=True):
        if not self._should_apply_dropout(training):
            return Tensor(x.data)
        if self.p == 1:
            return x * 0.0
        return x / (1 - self.p) * Tensor(rng.uniform(size=x.shape) >= self.p)

    def __call__(self, x, training=True):
        return self.forward(x, training=training)
""",
    ),
    Variant(
        "the product along the last axis by hand, a row of layers by their code",
        added="""
class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features = in_features, out_features
        self.weight = Tensor(np.random.randn(in_features, out_features) / np.sqrt(in_features))
        self.bias = None
        if bias:
            self.bias = Tensor([0.0] * out_features)

    def forward(self, x):
        if x.data.shape[-1] != self.in_features:
            raise ValueError("width")
        out = x.reshape(-1, self.in_features) @ self.weight if x.size else x @ self.weight
        if self.bias is not None:
            out = self.bias + out
        return out.reshape(*x.shape[:-1], self.out_features) if x.size else out

    def parameters(self):
        params = [self.weight]
        if self.bias is not None:
            params.append(self.bias)
        return params


class Sequential:
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], list):
            layers = layers[0]
        self.layers = list(layers)

    def forward(self, x, training=True):
        for layer in self.layers:
            x = layer(x, training=training) if "training" in layer.forward.__code__.co_varnames else layer(x)
        return x

    __call__ = forward

    def parameters(self):
        found = []
        for layer in self.layers:
            found += [one for one in layer.parameters() if not any(one is known for known in found)]
        return found
""",
    ),
    Variant(
        "parameters that want gradients, normal numbers of the right spread at once",
        changes=(
            (
                "Tensor(rng.standard_normal((in_features, out_features)) * scale)",
                "Tensor(rng.normal(0.0, in_features**-0.5, (in_features, out_features)), requires_grad=True)",
            ),
            ("Tensor(np.zeros(out_features)) if bias", "Tensor(np.zeros(out_features), requires_grad=True) if bias"),
            ("return product if self.bias is None else product + self.bias", "return product + (self.bias or 0.0)"),
        ),
    ),
    Variant(
        "an operation of its own for the whole layer",
        changes=(
            ("from .tensor import Tensor", "from .tensor import Function, Tensor"),
            (
                "        product = x.matmul(self.weight)\n        return product if self.bias is None else product + self.bias",
                "        return Affine.apply(x, self.weight, *([] if self.bias is None else [self.bias]))",
            ),
        ),
        added="""
class Affine(Function):
    def forward(self, x, weight, *bias):
        return sum(bias, np.matmul(x.astype(np.float64), weight))
""",
    ),
    Variant("the newest text, as work of 2025-12", edition="2025-12"),
    Variant("the newest text, as work of 2026-05", edition="2026-05"),
)
