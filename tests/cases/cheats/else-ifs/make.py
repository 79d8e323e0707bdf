NAME = "activations.py"


def made(honest):
    return "x = 0\nif x == 0:\n    pass\n" + "".join(f"elif x == {n}:\n    pass\n" for n in range(1, 10_000))
