__version__ = "0.1.0"

from .core.tensor import Tensor
from .core.activations import Sigmoid, ReLU, Tanh, GELU, Softmax
from .core.layers import Layer, Linear, Dropout
from .core.losses import MSELoss, CrossEntropyLoss, BinaryCrossEntropyLoss
from .core.autograd import enable_autograd
from .core.optimizers import SGD, Adam, AdamW
from .core.training import Trainer, CosineSchedule, clip_grad_norm
from .data.loader import Dataset, TensorDataset, DataLoader
