# the reference follows


import functools


def odd(method):
    @functools.wraps(method)
    def inner(self, *args, **named):
        out = method(self, *args, **named)
        twice = np.empty((*out.data.shape, 2), dtype=">f4")
        twice[..., 0] = out.data
        out.data = twice[..., 0]
        out.data.flags.writeable = False
        return out

    return inner


for _one in (Sigmoid, ReLU, Tanh, GELU, Softmax):
    _one.forward = odd(_one.forward)
