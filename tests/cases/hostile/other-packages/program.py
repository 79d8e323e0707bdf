"""No package but NumPy: not the grader, not what it stands on."""

import importlib

names = "pip pytest yaml click jinja2 blueprint.model generator autograder.authoring.case autograder.sandbox.jail setuptools tests".split()
reply = " ".join(name for name in names if not attempt(importlib.import_module, name))
