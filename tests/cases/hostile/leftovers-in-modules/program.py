"""What another student's program changed is not there."""

import builtins
import os
import sys

import numpy

reply = (
    " ".join(
        name
        for name, changed in {
            "builtins": hasattr(builtins, "left"),
            "numpy": numpy.dot is print,
            "modules": "left" in sys.modules,
            "environment": "LEFT" in os.environ,
            "path": "left" in sys.path,
        }.items()
        if changed
    )
    or "clean"
)
