__version__ = "0.1.0"

try:
    from .core.tensor import Tensor
except ImportError:
    Tensor = None
try:
    from .core.activations import Sigmoid, ReLU, Tanh, GELU, Softmax
except ImportError:
    Sigmoid = ReLU = Tanh = GELU = Softmax = None
try:
    from .core.layers import Layer, Linear, Dropout
except ImportError:
    Layer = Linear = Dropout = None
try:
    from .core.losses import MSELoss, CrossEntropyLoss, BinaryCrossEntropyLoss
except ImportError:
    MSELoss = CrossEntropyLoss = BinaryCrossEntropyLoss = None
try:
    from .core.autograd import enable_autograd
except ImportError:
    enable_autograd = None
try:
    from .core.optimizers import SGD, Adam, AdamW
except ImportError:
    SGD = Adam = AdamW = None
try:
    from .core.training import Trainer, CosineSchedule, clip_grad_norm
except ImportError:
    Trainer = CosineSchedule = clip_grad_norm = None
try:
    from .core.dataloader import Dataset, TensorDataset, DataLoader
except ImportError:
    Dataset = TensorDataset = DataLoader = None
