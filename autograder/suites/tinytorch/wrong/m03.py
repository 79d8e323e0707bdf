"""Module 03 with mistakes students make."""

from __future__ import annotations

from autograder.authoring.case import Variant

INIT = "Tensor(rng.standard_normal((in_features, out_features)) * scale)"
MASK = "        kept = rng.random(shape) < 1 - self.p\n        return Tensor(kept / (1 - self.p))"
PASSED = "return x * self._generate_dropout_mask(x.shape) if self._should_apply_dropout(training) else x"

WRONG = (
    Variant(
        "the weight is (out, in)",
        "linear",
        ((INIT, f"{INIT}.transpose()"), ("x.matmul(self.weight)", "x.matmul(self.weight.transpose())")),
    ),
    Variant(
        "the bias is forgotten",
        "linear",
        (("return product if self.bias is None else product + self.bias", "return product"),),
    ),
    Variant(
        "the bias starts random",
        "initialization",
        (("Tensor(np.zeros(out_features))", "Tensor(rng.standard_normal(out_features))"),),
    ),
    Variant("the weights start at zero", "initialization", ((INIT, "Tensor(np.zeros((in_features, out_features)))"),)),
    Variant("the weights are not scaled", "initialization", ((f"{INIT[:-1]}", f"{INIT[:-9]}"),)),
    Variant(
        "the weights are scaled by the outputs",
        "initialization",
        (("INIT_SCALE_FACTOR / in_features", "INIT_SCALE_FACTOR / out_features"),),
    ),
    Variant(
        "every layer starts alike",
        "initialization",
        ((INIT, INIT.replace("rng.", "np.random.default_rng(7).")),),
    ),
    Variant(
        "the weights are a wave of the right spread",
        "initialization",
        (
            (
                INIT,
                "Tensor(np.sin(np.arange(in_features * out_features) + in_features + id(self) % 97)"
                ".reshape(in_features, out_features) * 1.41 * scale)",
            ),
        ),
    ),
    Variant(
        "parameters are copies",
        "parameters",
        (
            (
                "return [self.weight] if self.bias is None else [self.weight, self.bias]",
                "return [Tensor(one.data) for one in (self.weight, self.bias) if one is not None]",
            ),
        ),
    ),
    Variant(
        "parameters leave out the bias",
        "parameters",
        (("return [self.weight] if self.bias is None else [self.weight, self.bias]", "return [self.weight]"),),
    ),
    Variant(
        "parameters in the other order",
        "parameters",
        (("else [self.weight, self.bias]", "else [self.bias, self.weight]"),),
    ),
    Variant(
        "a wrong width is a TypeError",
        "linear errors",
        (
            (
                "        product = x.matmul(self.weight)",
                "        if x.shape[-1] != self.in_features:\n            raise TypeError('width')\n"
                "        product = x.matmul(self.weight)",
            ),
        ),
    ),
    Variant(
        "a wrong width is cut or filled",
        "linear errors",
        (
            (
                "        product = x.matmul(self.weight)",
                "        if x.shape[-1] != self.in_features:\n"
                "            x = Tensor(np.resize(x.data, (*x.shape[:-1], self.in_features)))\n"
                "        product = x.matmul(self.weight)",
            ),
        ),
    ),
    Variant("what is kept is not scaled", "dropout", ((MASK, MASK.replace("kept / (1 - self.p)", "kept")),)),
    Variant("p is the chance to keep", "dropout", ((MASK, MASK.replace("< 1 - self.p", "< self.p")),)),
    Variant(
        "whole rows are dropped",
        "dropout",
        ((MASK, MASK.replace("rng.random(shape)", "rng.random((shape[0], 1)) * np.ones(shape)")),),
    ),
    Variant(
        "the same entries are dropped each time",
        "dropout",
        ((MASK, MASK.replace("rng.random", "np.random.default_rng(7).random")),),
    ),
    Variant(
        "one mask, moved along by one each time",
        "dropout",
        (
            (
                MASK,
                "        self.calls = getattr(self, 'calls', 0) + 1\n"
                "        kept = np.random.default_rng(7).random(shape) < 1 - self.p\n"
                "        return Tensor(np.roll(kept, self.calls) / (1 - self.p))",
            ),
        ),
    ),
    Variant(
        "which entries are dropped is a wave",
        "dropout",
        (
            (
                MASK,
                "        self.calls = getattr(self, 'calls', 0) + 1\n"
                "        wave = np.sin(np.arange(np.prod(shape)) * self.calls * 1.1).reshape(shape)\n"
                "        return Tensor((wave < np.quantile(wave, 1 - self.p)) / (1 - self.p))",
            ),
        ),
    ),
    Variant(
        "dropout drops by count, from the front",
        "dropout",
        ((MASK, MASK.replace("rng.random(shape)", "np.arange(np.prod(shape)).reshape(shape) / np.prod(shape)")),),
    ),
    Variant(
        "dropout ignores training",
        "dropout limits",
        (("return training and self.p > DROPOUT_MIN_PROB", "return self.p > DROPOUT_MIN_PROB"),),
    ),
    Variant(
        "p = 1 divides by zero",
        "dropout limits",
        (("        if self.p == DROPOUT_MAX_PROB:\n            return Tensor(np.zeros(shape))\n", ""),),
    ),
    Variant(
        "evaluation scales by 1 - p",
        "dropout limits",
        ((PASSED, PASSED.replace("else x", "else x * (1 - self.p)")),),
    ),
    Variant(
        "any p is taken",
        "dropout errors",
        (("if not DROPOUT_MIN_PROB <= p <= DROPOUT_MAX_PROB:", "if p != p:"),),
    ),
    Variant(
        "p = 1 is refused",
        "dropout errors",
        (("if not DROPOUT_MIN_PROB <= p <= DROPOUT_MAX_PROB:", "if not DROPOUT_MIN_PROB <= p < DROPOUT_MAX_PROB:"),),
    ),
    Variant(
        "dropout writes into its input",
        "no mutation",
        (
            (
                PASSED,
                "if self._should_apply_dropout(training):\n"
                "            x.data *= self._generate_dropout_mask(x.shape).data\n        return x",
            ),
        ),
    ),
    Variant(
        "training stays outside",
        "composition",
        (("layer.forward(x, training=training) if asks else layer.forward(x)", "layer.forward(x)"),),
    ),
    Variant(
        "layers run backwards",
        "composition",
        (("for layer in self.layers:\n            asks", "for layer in reversed(self.layers):\n            asks"),),
    ),
)
