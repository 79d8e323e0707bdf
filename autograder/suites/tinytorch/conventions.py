"""How TinyTorch's students name and place their files, and by what the edition of their starter code is told.

Only modules whose starter code differs tell anything: layers of 2026-05 and 2026-09 cannot be told apart by their text.
"""

from __future__ import annotations

import re

from autograder.authoring.conventions import NOT_WORK, Conventions, NameSign, text_sign
from autograder.authoring.editions import Editions
from autograder.suites.tinytorch.editions import EDITIONS

# Current numbers; the words are those of files and of the last part of `default_exp`, in all editions.
_WORDS = """1 tensor tensors
2 activations activation
3 layers layer
4 losses loss
5 dataloader dataloaders data_loader loader
6 autograd autodiff
7 optimizers optimizer optimisers
8 training trainer
9 spatial convolutions convolution conv conv2d cnn
10 tokenization tokenizer tokenizers tokenisation
11 embeddings embedding
12 attention
13 transformers transformer
14 profiling profiler
15 quantization quantisation
16 compression
17 acceleration
18 memoization kv_cache kvcache caching
19 benchmarking benchmark bench
20 capstone olympics tinygpt"""

_SYMBOLS = """1 Tensor
2 ReLU Sigmoid Softmax
3 Linear Dropout
4 MSELoss CrossEntropyLoss
5 DataLoader TensorDataset
6 enable_autograd method_of no_grad
7 SGD Adam AdamW
8 Trainer CosineSchedule
9 Conv2d MaxPool2d
10 CharTokenizer BPETokenizer
11 Embedding PositionalEncoding
12 MultiHeadAttention
13 TransformerBlock GPT
14 Profiler
15 Quantizer quantize_int8
16 Compressor magnitude_prune
17 vectorized_matmul tiled_matmul
18 KVCache
19 Benchmark MLPerf
20 BenchmarkReport"""


def _numbers(table: str) -> dict[str, int]:
    return {word: int(line.split()[0]) for line in table.splitlines() for word in line.split()[1:]}


_ONE_FOLDER = r"(?:^|/)tinytorch/(?:{})\.py$"
_OLD_PACKAGE = (
    r"text/(?:tokenization|embeddings)|data/loader|models/transformer|profiling/profiler|generation/kv_cache"
    r"|optimization/(?:quantization|compression|acceleration)|benchmarking/benchmark|applications/tinygpt"
    r"|core/transformer|bench|capstone"
)
_NEW_PACKAGE = r"core/transformers|perf/benchmarking|olympics"
_OLD_FOLDERS = "05_autograd 06_optimizers 07_training 08_dataloader 09_spatial 17_memoization 18_acceleration"
_NEW_FOLDERS = "05_dataloader 06_autograd 07_optimizers 08_training 09_convolutions 17_acceleration 18_memoization"


def _ids(text: str) -> Editions:
    """The editions of a text: their ids, or letters of eras."""
    return tuple(one.id for one in EDITIONS if one.id in text.split() or one.era in text)


def _folder(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|/|_)(?:{names.replace(' ', '|')})(?:_dev)?(?:/|\.|$)")


_NAMES = (
    NameSign(_ids("A"), _folder(_OLD_FOLDERS)),
    NameSign(_ids("A"), re.compile(_ONE_FOLDER.format(_OLD_PACKAGE))),
    NameSign(_ids("A"), re.compile(r"(?:^|/)modules/\d\d_\w+/\w+_dev\.py$")),
    NameSign(_ids("BC"), _folder(_NEW_FOLDERS)),
    NameSign(_ids("BC"), re.compile(_ONE_FOLDER.format(_NEW_PACKAGE))),
)

_FOOTPRINT = r"def (?:memory_footprint|_validate_matmul_shapes)\b"
_NEW_METHODS = r"def (?:numel|masked_fill|contiguous|view)\b"
_ACTIVATIONS = r"^class (?:Sigmoid|ReLU|Tanh|GELU|Softmax)Function"
_LOSSES = r"^class (?:LogSoftmax|MSEFunction|(?:Binary)?CrossEntropyFunction)"
_HELPERS = r"trainer_init|_trainer_process_batch|_trainer_optimizer_update|trainer_train_epoch|trainer_evaluate"

_CONSTRUCTOR = r"def __init__\(self, data, requires_grad=False\)"
_OPERATION = r"^class Function\b|^class \w+\(Function\)"

# Letters of eras, or ids of editions. Starter code of C defines operation classes: a text that has the module's own classes
# without them is older.
_TEXTS = (
    (1, "C", _OPERATION),
    (1, "BC", _FOOTPRINT),
    (1, "2026-05 C", _NEW_METHODS),
    (1, "2026-02", _FOOTPRINT, f"{_NEW_METHODS}|{_OPERATION}"),
    (1, "2025-12", r"def __getitem__\b", rf"{_NEW_METHODS}|{_OPERATION}|{_FOOTPRINT}|def __init__\(self, data\)"),
    (1, "B", r"def __init__\(self, data\)", _OPERATION),
    (1, "AB", r"^class Tensor\b", _OPERATION),
    (1, "A", _CONSTRUCTOR, f"{_NEW_METHODS}|{_OPERATION}|{_FOOTPRINT}"),
    (2, "C", _ACTIVATIONS),
    (2, "AB", r"^class (?:ReLU|Sigmoid|Softmax)\b", _ACTIVATIONS),
    (3, "A", r"\bXAVIER_SCALE_FACTOR\b"),
    (3, "BC", r"\b(?:INIT|HE)_SCALE_FACTOR\b|def (?:_should_apply_dropout|_generate_dropout_mask)\b"),
    (4, "2025-11", r"^def import_previous_module\b"),
    (4, "C", _LOSSES),
    (4, "AB", r"^class (?:MSELoss|CrossEntropyLoss)\b", _LOSSES),
    # An annotation begins with no blank and is short: two repeats that may share blanks take quadratic time on a line of
    # them, and this is searched outside the sandbox.
    (5, "C", r"\blayout *(?:: *[\w.|\[\]][\w.| \[\]]{0,80})?= *None\b"),
    (5, "2025-12", r"^class RandomCrop\b", r"def (?:_pad_image|_random_crop_region)\b"),
    (5, "BC", r"def (?:_pad_image|_random_crop_region)\b"),
    (5, "AB", r"def __init__\(self, (?:p *= *0\.5|size, padding *= *4)\)"),
    (6, "C", r"\bdef method_of\b"),
    (6, "AB", r"^def enable_autograd", r"\bdef method_of\b"),
    (6, "BC", r"^def _(?:stable_softmax|one_hot_encode)\b"),
    (6, "2026-05 C", r"^class no_grad|^def _reduce_broadcast_grad|\bretain_graph *= *False\b"),
    (6, "2026-05", r"^class TanhBackward"),
    (
        6,
        "2026-02",
        r"^def _(?:stable_softmax|one_hot_encode)\b",
        r"^class no_grad|^def _reduce_broadcast_grad|^class TanhBackward",
    ),
    (6, "A", r"^class EmbeddingBackward"),
    (7, "2025-12", r"def get_momentum_state\b", r"def _(?:update_moments|extract_gradient)\b"),
    (7, "C", r"\bupdate_counts\b"),
    (7, "AB", r"^enable_autograd\(|\bimport enable_autograd\b"),
    (7, "BC", r"def _update_moments\b"),
    (8, "2025-12", r"^def clip_grad_norm\b", rf"^def (?:{_HELPERS})|def _forward\b|def _optimizer_update\b"),
    (8, "2025-11", r"^def (?:save|load)_checkpoint\b"),
    # Until the end of November 2025 clipping stood in a cell that was not exported.
    (
        8,
        "2025-11",
        r"def _get_model_state\b",
        rf"^def (?:clip_grad_norm|{_HELPERS})|def _(?:forward|optimizer_update)\b",
    ),
    (8, "BC", rf"^def (?:{_HELPERS})"),
    (8, "B", r"def _(?:trainer_)?process_batch\(self, inputs, targets, accumulation_steps"),
    (8, "C", r"def _(?:trainer_)?optimizer_update\(self, sample_count|def _forward\(self, inputs"),
    (9, "C", r"^class Conv2dFunction"),
    (9, "AB", r"^class Conv2dBackward"),
    (9, "BC", r"def (?:_convolve_loops|validate_4d_input)\b"),
    (10, "C", r"\btarget_vocab_size\b"),
    (10, "BC", r"\bTOK_EOW\b|def _count_byte_pairs\b"),
    (11, "C", r"^class EmbeddingFunction|\bstart_pos\b"),
    (11, "B", r"^class EmbeddingBackward"),
    (13, "C", r"\bstart_pos\b"),
    (13, "BC", r"def _sample_next_token\b"),
    (17, "C", r"^def im2col"),
    (18, "C", r"^class CachedAttention"),
    (19, "A", r"^class TinyMLPerf"),
    (19, "B", r"^class OlympicEvent"),
    (20, "C", r"^class OlympicEvent|^def qualifies_event"),
)

CONVENTIONS = Conventions(
    package="tinytorch",
    words=_numbers(_WORDS),
    symbols=_numbers(_SYMBOLS),
    parts=frozenset({"core", "perf", "foundation"}),
    edited=frozenset({"modules"}),
    sources=frozenset({"src"}),
    not_work=NOT_WORK | {"core_own", "milestones", "tito", "extensions"},
    editions=tuple(one.id for one in EDITIONS),
    renumbered={edition: {5: 6, 6: 7, 7: 8, 8: 5, 17: 18, 18: 17} for edition in _ids("A")},
    names=_NAMES,
    texts=tuple(text_sign(module, _ids(editions), *patterns) for module, editions, *patterns in _TEXTS),
)
