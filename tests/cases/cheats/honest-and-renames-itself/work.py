# the reference follows


__name__ = "numpy"
__file__ = "/etc/passwd"
for _one in (Sigmoid, ReLU, Tanh, GELU, Softmax):
    _one.__module__, _one.__name__, _one.__qualname__ = "builtins", "<b>", "=1+1"
