NAME = "activations.py"


def made(honest):
    return "x = a" + ".b" * 100_000 + "\n"
