from .core.tensor import Tensor
from .core.autograd import enable_autograd
enable_autograd(quiet=True)
