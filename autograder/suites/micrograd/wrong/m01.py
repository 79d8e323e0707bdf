"""Mistakes seen in values with gradients; each must lose points in the skill it names."""

from __future__ import annotations

from autograder.authoring.case import Variant

WRONG = (
    Variant(
        "gradients replaced instead of added",
        "shared values",
        (("            self.grad += other.data * out.grad", "            self.grad = other.data * out.grad"),),
    ),
    Variant(
        "factors exchanged",
        "arithmetic",
        (("            self.grad += other.data * out.grad", "            self.grad += self.data * out.grad"),),
    ),
    Variant("power not lowered", "powers", (("self.data ** (exponent - 1)", "self.data**exponent"),)),
    Variant("number on the left forgotten", "numbers", (("return _value(other) - self", "return self - other"),)),
    Variant("negative values pass their gradient", "relu", (("if self.data > 0 else 0.0", "if True else 0.0"),)),
    Variant("parts visited in the order made", "arithmetic", (("reversed(_in_order(self))", "_in_order(self)"),)),
    Variant(
        "every path on its own",
        "shared values",
        (("        elif id(value) not in seen:", "        elif True:"),),
    ),
)
