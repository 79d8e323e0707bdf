"""What the TinyTorch suite covers: its modules, what each must offer, and which it builds on."""

from __future__ import annotations

from autograder.authoring.case import Module, Suite
from autograder.suites.tinytorch.editions import EDITIONS

SUITE = Suite(
    name="tinytorch",
    folder="autograder.suites.tinytorch",
    package="tinytorch",
    editions=EDITIONS,
    modules=(
        Module(
            1,
            "tensor",
            target="core.tensor",
            exports=(
                *("Tensor", "Function", "Add", "Sub", "Mul", "Div", "MatMul", "Slice", "Reshape", "Permute"),
                *("Copy", "MaskedFill", "Sum", "Mean", "Max"),
            ),
        ),
        Module(
            2,
            "activations",
            target="core.activations",
            exports=(
                *("Sigmoid", "ReLU", "Tanh", "GELU", "Softmax"),
                *("SigmoidFunction", "ReLUFunction", "TanhFunction", "GELUFunction", "SoftmaxFunction"),
            ),
            needs=(1,),
        ),
        Module(
            3,
            "layers",
            target="core.layers",
            exports=("Layer", "Linear", "Dropout", "Sequential"),
            needs=(1, 2),
        ),
        Module(
            4,
            "losses",
            target="core.losses",
            exports=(
                *("log_softmax", "MSELoss", "CrossEntropyLoss", "BinaryCrossEntropyLoss"),
                *("LogSoftmax", "MSEFunction", "CrossEntropyFunction", "BinaryCrossEntropyFunction"),
            ),
            needs=(1, 2, 3),
        ),
        Module(
            5,
            "dataloader",
            target="core.dataloader",
            exports=("Dataset", "TensorDataset", "DataLoader", "RandomHorizontalFlip", "RandomCrop", "Compose"),
            needs=(1,),
        ),
        Module(
            6,
            "autograd",
            target="core.autograd",
            exports=(
                *("no_grad", "is_grad_enabled", "PermuteBackward"),
                *("AddBackward", "SubBackward", "MulBackward", "DivBackward"),
            ),
            needs=(1, 2, 3, 4),
            # In editions before 2026-09 the package calls it, and the module itself does or does not.
            starts="getattr(module, 'enable_autograd', lambda quiet: None)(quiet=True)",
        ),
        Module(
            7,
            "optimizers",
            target="core.optimizers",
            exports=("Optimizer", "SGD", "Adam", "AdamW"),
            needs=(1, 2, 3, 4, 6),
        ),
        Module(
            8,
            "training",
            target="core.training",
            exports=("Trainer", "CosineSchedule", "clip_grad_norm"),
            needs=(1, 2, 3, 4, 6, 7),
        ),
    ),
)
