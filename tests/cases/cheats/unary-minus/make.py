NAME = "activations.py"


def made(honest):
    return "x = " + "-" * 90_000 + "1\n"
