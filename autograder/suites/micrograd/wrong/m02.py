"""Mistakes seen in small networks; each must lose points in the skill it names."""

from __future__ import annotations

from autograder.authoring.case import Variant

WRONG = (
    Variant("bias left out", "neuron", (("        total = self.b\n", "        total = Value(0.0)\n"),)),
    Variant("always linear", "neuron", (("return total.relu() if self.nonlin else total", "return total"),)),
    Variant("bias before the weights", "neuron", (("return [*self.w, self.b]", "return [self.b, *self.w]"),)),
    Variant("the last layer is bent too", "layers", (("nonlin=at != last", "nonlin=True"),)),
    Variant("a layer of one neuron", "layers", (("for _ in range(nout)]", "for _ in range(min(nout, 1))]"),)),
    Variant("zero_grad does nothing", "training", (("            one.grad = 0.0", "            pass"),)),
)
