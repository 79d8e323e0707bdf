__version__ = "0.1.0"

try:
    from .foundation.tensor import Tensor
except ImportError:
    Tensor = None
try:
    from .foundation.activations import Sigmoid, ReLU, Tanh, GELU, Softmax
except ImportError:
    Sigmoid = ReLU = Tanh = GELU = Softmax = None
try:
    from .foundation.layers import Layer, Linear, Dropout
except ImportError:
    Layer = Linear = Dropout = None
try:
    from .foundation.losses import MSELoss, CrossEntropyLoss, BinaryCrossEntropyLoss
except ImportError:
    MSELoss = CrossEntropyLoss = BinaryCrossEntropyLoss = None
try:
    from .foundation.autograd import enable_autograd
except ImportError:
    enable_autograd = None
try:
    from .foundation.optimizers import SGD, Adam, AdamW
except ImportError:
    SGD = Adam = AdamW = None
try:
    from .foundation.training import Trainer, CosineSchedule, clip_grad_norm
except ImportError:
    Trainer = CosineSchedule = clip_grad_norm = None
try:
    from .foundation.dataloader import Dataset, TensorDataset, DataLoader
except ImportError:
    Dataset = TensorDataset = DataLoader = None
