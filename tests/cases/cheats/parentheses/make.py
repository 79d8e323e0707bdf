NAME = "activations.py"


def made(honest):
    return "x = " + "(" * 20_000 + "1" + ")" * 20_000 + "\n"
