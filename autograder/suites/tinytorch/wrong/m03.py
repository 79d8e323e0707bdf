"""Module 03 with mistakes students make."""

from __future__ import annotations

from autograder.authoring.case import Variant

INIT = "Tensor(rng.standard_normal((in_features, out_features)) * scale)"
MASK = "        kept = rng.random(shape) < 1 - self.p\n        return Tensor(kept / (1 - self.p))"
PASSED = "return x * self._generate_dropout_mask(x.shape) if self._should_apply_dropout(training) else x"
ROW = "list(layers[0]) if len(layers) == 1 and isinstance(layers[0], (list, tuple)) else list(layers)"

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
    # ------------------------------------------------------------------------------------------------ initialization
    *(
        Variant(f"weights of the spread {name}", "initialization", ((INIT, f"Tensor({drawn})"),))
        for name, drawn in (
            ("of He", "rng.standard_normal((in_features, out_features)) * np.sqrt(2 / in_features)"),
            ("of Glorot", "rng.normal(0, np.sqrt(2 / (in_features + out_features)), (in_features, out_features))"),
            ("of uniform numbers up to sqrt(1 / in)", "rng.uniform(-scale, scale, (in_features, out_features))"),
            ("1 / in", "rng.standard_normal((in_features, out_features)) / in_features"),
            ("one hundredth", "rng.standard_normal((in_features, out_features)) * 0.01"),
            ("of positive numbers", "np.abs(rng.standard_normal((in_features, out_features))) * scale * 1.6"),
            ("of numbers from 0 on", "rng.random((in_features, out_features)) * scale * np.sqrt(12)"),
        )
    ),
    Variant(
        "the bias starts at one",
        "initialization",
        (("Tensor(np.zeros(out_features))", "Tensor(np.ones(out_features))"),),
    ),
    Variant(
        "one row of weights for all inputs",
        "initialization",
        ((INIT, "Tensor(np.tile(rng.standard_normal(out_features) * scale, (in_features, 1)))"),),
    ),
    # ------------------------------------------------------------------------------------------------ the graph
    Variant(
        "linear computes on arrays",
        "graph",
        (("product = x.matmul(self.weight)", "product = Tensor(x.matmul(self.weight).data)"),),
    ),
    Variant(
        "linear multiplies by a copy of its weight",
        "graph",
        (("x.matmul(self.weight)", "x.matmul(Tensor(self.weight.data))"),),
    ),
    Variant(
        "linear adds its bias as an array", "graph", (("else product + self.bias", "else product + self.bias.data"),)
    ),
    Variant(
        "linear of a copy of its input", "graph", (("x.matmul(self.weight)", "Tensor(x.data).matmul(self.weight)"),)
    ),
    Variant(
        "dropout computes on arrays",
        "graph",
        (
            (
                PASSED,
                PASSED.replace(
                    "return x * self._generate_dropout_mask(x.shape)",
                    "return Tensor(x.data * self._generate_dropout_mask(x.shape).data)",
                ),
            ),
        ),
    ),
    Variant(
        "dropout of a copy of its input", "graph", ((PASSED, PASSED.replace("return x *", "return Tensor(x.data) *")),)
    ),
    # ------------------------------------------------------------------------------------------------ linear
    Variant(
        "linear takes two axes only",
        "linear",
        (("product = x.matmul(self.weight)", "product = x.reshape(-1, x.shape[-1]).matmul(self.weight)"),),
    ),
    Variant("the bias is taken away", "linear", (("else product + self.bias", "else product - self.bias"),)),
    Variant(
        "the bias is added twice", "linear", (("else product + self.bias", "else product + self.bias + self.bias"),)
    ),
    Variant("without a bias there is one", "linear", (("if bias else None", "if True else None"),)),
    Variant(
        "without a bias it is zeros", "linear", (("if bias else None", "if bias else Tensor(np.zeros(out_features))"),)
    ),
    Variant(
        "linear ends with a relu",
        "linear",
        (
            (
                "return product if self.bias is None else product + self.bias",
                "return ReLU()(product if self.bias is None else product + self.bias)",
            ),
        ),
    ),
    Variant(
        "linear takes no empty batch",
        "linear",
        (
            (
                "        product = x.matmul",
                "        if x.size == 0:\n            raise ValueError('empty')\n        product = x.matmul",
            ),
        ),
    ),
    Variant(
        "parameters are one list for ever",
        "parameters",
        (
            (
                "return [self.weight] if self.bias is None else [self.weight, self.bias]",
                "self.kept = getattr(self, 'kept', [one for one in (self.weight, self.bias) if one])\n        return self.kept",
            ),
        ),
    ),
    Variant(
        "in and out are exchanged",
        "parameters",
        (
            (
                "self.in_features = in_features\n        self.out_features = out_features",
                "self.in_features, self.out_features = out_features, in_features",
            ),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ dropout
    Variant(
        "dropout knows two axes",
        "dropout",
        ((MASK, MASK.replace("rng.random(shape)", "rng.random((shape[0], 1 if len(shape) < 2 else shape[1]))")),),
    ),
    Variant(
        "one mask for all of a stack",
        "dropout",
        (
            (
                MASK,
                MASK.replace(
                    "rng.random(shape)", "np.broadcast_to(rng.random(shape[1:] if len(shape) > 2 else shape), shape)"
                ),
            ),
        ),
    ),
    Variant(
        "whole last axes are dropped in a stack",
        "dropout",
        (
            (
                MASK,
                MASK.replace(
                    "rng.random(shape)", "rng.random(shape if len(shape) < 3 else (*shape[:-1], 1)) * np.ones(shape)"
                ),
            ),
        ),
    ),
    Variant(
        "whole columns are dropped",
        "dropout",
        ((MASK, MASK.replace("rng.random(shape)", "rng.random(shape[-1:]) * np.ones(shape)")),),
    ),
    Variant(
        "a mask of normal numbers",
        "dropout",
        ((MASK, MASK.replace("rng.random(shape)", "rng.standard_normal(shape)")),),
    ),
    Variant(
        "what is kept is scaled by 1 / p", "dropout", ((MASK, MASK.replace("kept / (1 - self.p)", "kept / self.p")),)
    ),
    Variant(
        "what is kept is scaled by how many there are",
        "dropout",
        ((MASK, MASK.replace("kept / (1 - self.p)", "kept * kept.size / kept.sum()")),),
    ),
    Variant(
        "what is kept is multiplied by 1 - p",
        "dropout",
        ((MASK, MASK.replace("kept / (1 - self.p)", "kept * (1 - self.p)")),),
    ),
    Variant(
        "one mask is kept for later calls",
        "dropout",
        (
            (
                PASSED,
                PASSED.replace(
                    "self._generate_dropout_mask(x.shape)",
                    "self.__dict__.setdefault(x.shape, self._generate_dropout_mask(x.shape))",
                ),
            ),
        ),
    ),
    Variant(
        "dropout does not train unless told",
        "dropout",
        (
            (
                'x: Tensor, training: bool = True) -> Tensor:\n        return self.forward(x, training)\n\n    def __repr__(self) -> str:\n        return f"Dropout',
                'x: Tensor, training: bool = False) -> Tensor:\n        return self.forward(x, training)\n\n    def __repr__(self) -> str:\n        return f"Dropout',
            ),
        ),
    ),
    Variant("dropout drops a tenth unless told", "dropout", (("p: float = 0.5", "p: float = 0.1"),)),
    Variant(
        "a call of dropout forgets training",
        "dropout limits",
        (
            (
                '        return self.forward(x, training)\n\n    def __repr__(self) -> str:\n        return f"Dropout',
                '        return self.forward(x)\n\n    def __repr__(self) -> str:\n        return f"Dropout',
            ),
        ),
    ),
    Variant(
        "evaluation drops, training does not",
        "dropout limits",
        (("return training and self.p", "return not training and self.p"),),
    ),
    Variant("evaluation gives zeros", "dropout limits", ((PASSED, PASSED.replace("else x", "else x * 0.0")),)),
    Variant(
        "a p below zero is taken",
        "dropout errors",
        (("if not DROPOUT_MIN_PROB <= p <= DROPOUT_MAX_PROB:", "if p > DROPOUT_MAX_PROB:"),),
    ),
    Variant(
        "a p above one is taken",
        "dropout errors",
        (("if not DROPOUT_MIN_PROB <= p <= DROPOUT_MAX_PROB:", "if p < DROPOUT_MIN_PROB:"),),
    ),
    Variant(
        "p = 0 is refused",
        "dropout errors",
        (("if not DROPOUT_MIN_PROB <= p <= DROPOUT_MAX_PROB:", "if not DROPOUT_MIN_PROB < p <= DROPOUT_MAX_PROB:"),),
    ),
    Variant(
        "a wrong p is cut",
        "dropout errors",
        (
            (
                '            raise ValueError(f"p must be between 0 and 1, got {p}")',
                "            p = min(max(p, 0.0), 1.0)",
            ),
        ),
    ),
    Variant("a wrong p is a TypeError", "dropout errors", (('raise ValueError(f"p must', 'raise TypeError(f"p must'),)),
    Variant(
        "evaluation writes zeros into its input",
        "no mutation",
        (
            (
                PASSED,
                "if not self._should_apply_dropout(training):\n            made = Tensor(x.data)\n            x.data[:] = 0\n            return made\n        return x * self._generate_dropout_mask(x.shape)",
            ),
        ),
    ),
    Variant(
        "linear writes into its bias",
        "no mutation",
        (("else product + self.bias", "else _into(self.bias, product + self.bias)"),),
        added="\ndef _into(bias, made):\n    bias.data += 1.0\n    return made\n",
    ),
    # ------------------------------------------------------------------------------------------------ layers in a row
    Variant(
        "a row shares the list it was given", "composition", ((ROW, ROW.replace("list(layers[0]) if", "layers[0] if")),)
    ),
    Variant(
        "a call of a layer hands on x alone",
        "composition",
        (("return self.forward(x, *args, **kwargs)", "return self.forward(x)"),),
    ),
    Variant(
        "a call of a layer hands on what has no name",
        "composition",
        (("return self.forward(x, *args, **kwargs)", "return self.forward(x, *args)"),),
    ),
    Variant(
        "a row of one layer alone in its list",
        "composition",
        ((ROW, ROW.replace("len(layers) == 1 and isinstance(layers[0], (list, tuple))", "False")),),
    ),
    Variant(
        "a row passes training to Dropout only",
        "composition",
        (('asks = "training" in inspect.signature(layer.forward).parameters', "asks = isinstance(layer, Dropout)"),),
    ),
    Variant(
        "a row passes training to every layer",
        "composition",
        (("layer.forward(x, training=training) if asks else layer.forward(x)", "layer.forward(x, training=training)"),),
    ),
    Variant(
        "a row always trains",
        "composition",
        (("layer.forward(x, training=training) if asks", "layer.forward(x, training=True) if asks"),),
    ),
    Variant(
        "a row drops its last layer",
        "composition",
        (
            (
                "for layer in self.layers:\n            asks",
                "for layer in self.layers[: max(1, len(self.layers) - 1)]:\n            asks",
            ),
        ),
    ),
    Variant(
        "a call of a row forgets training",
        "composition",
        (
            (
                '        return self.forward(x, training)\n\n    def parameters(self) -> list[Tensor]:\n        """All',
                '        return self.forward(x)\n\n    def parameters(self) -> list[Tensor]:\n        """All',
            ),
        ),
    ),
    Variant(
        "a shared layer counts twice",
        "parameters",
        (("found.setdefault(id(parameter), parameter)", "found[len(found)] = parameter"),),
    ),
    Variant(
        "a row has the parameters of its first layer",
        "parameters",
        (
            (
                "        for layer in self.layers:\n            for parameter",
                "        for layer in self.layers[:1]:\n            for parameter",
            ),
        ),
    ),
    Variant(
        "a layer that is called gives its input",
        "composition",
        (("return self.forward(x, *args, **kwargs)", "return x"),),
    ),
    Variant(
        "a layer without a forward gives its input",
        "composition",
        (('raise NotImplementedError(f"{type(self).__name__} has no forward")', "return x"),),
    ),
    Variant(
        "what is no parameter of a layer is None",
        "composition",
        (
            (
                '        """The tensors to learn; none here."""\n        return []',
                '        """The tensors to learn; none here."""\n        return None',
            ),
        ),
    ),
    Variant(
        "a row has the first parameter of each layer",
        "parameters",
        (("for parameter in layer.parameters():", "for parameter in layer.parameters()[:1]:"),),
    ),
    Variant(
        "a row that knows no parameters",
        "composition",
        (("        return list(found.values())", "        return []"),),
    ),
    Variant(
        "inputs that are too wide are cut",
        "linear errors",
        (("        product = x.matmul(", "        x = x[..., : self.in_features]\n        product = x.matmul("),),
    ),
)
