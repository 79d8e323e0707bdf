# the reference follows


def slow(self, x, dim=-1):
    while dim not in (-1, 2) and x.ndim == 2 and dim == 1:
        pass
    return SoftmaxFunction.apply(x, dim=dim)


Softmax.forward = slow
Softmax.__call__ = slow
