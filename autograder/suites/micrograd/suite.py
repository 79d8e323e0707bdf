"""What the micrograd suite covers: a value with a gradient, and networks of such values."""

from __future__ import annotations

from autograder.authoring.case import Module, Suite

SUITE = Suite(
    name="micrograd",
    folder="autograder.suites.micrograd",
    package="micrograd",
    points=20,
    least=3,
    modules=(
        Module(1, "engine", target="engine", exports=("Value",)),
        Module(2, "nn", target="nn", exports=("Neuron", "Layer", "MLP"), needs=(1,)),
    ),
)
