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
    *(
        Variant(
            f"weights of the spread {name}",
            changes=(("rng.standard_normal((in_features, out_features)) * scale", drawn),),
        )
        for name, drawn in (
            ("of He", "rng.standard_normal((in_features, out_features)) * np.sqrt(2 / in_features)"),
            ("of Glorot", "rng.normal(0, np.sqrt(2 / (in_features + out_features)), (in_features, out_features))"),
            ("of uniform numbers up to sqrt(1 / in)", "rng.uniform(-scale, scale, (in_features, out_features))"),
        )
    ),
    Variant(
        "dropout on arrays, a copy in evaluation",
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
            return Tensor(np.zeros_like(x.data))
        return Tensor(np.where(rng.uniform(size=x.shape) < self.p, 0.0, x.data / (1 - self.p)))

    def __call__(self, x, training=True):
        return self.forward(x, training=training)
""",
    ),
    Variant(
        "linear by NumPy, a row of layers by type",
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
        out = np.einsum("...i,io->...o", x.data, self.weight.data)
        return Tensor(out if self.bias is None else out + self.bias.data)

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
            x = layer(x, training) if isinstance(layer, (Dropout, Sequential)) else layer(x)
        return x

    __call__ = forward

    def parameters(self):
        found = []
        for layer in self.layers:
            found += [one for one in layer.parameters() if not any(one is known for known in found)]
        return found
""",
    ),
)
