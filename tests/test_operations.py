"""The table of operations against torch itself: every row with a class is run, every list is compared with torch's own.

A row is applied the way a fixer would: ``build`` writes the constructor call from the table alone.
"""

from __future__ import annotations

import ast
import collections
import datetime
import decimal
import fractions
import importlib
import inspect
import logging
import pathlib
import random
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

torch = pytest.importorskip("torch", minversion="2.13")

from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from modulint.lint import operations  # noqa: E402
from modulint.lint.operations import (  # noqa: E402
    CONTAINERS,
    CREATION,
    DISTINCTIVE_METHODS,
    MODULE_ATTRIBUTES,
    MODULES,
    MOVEMENT,
    OPERATIONS,
    OTHER_FUNCTIONS,
    OTHER_METHODS,
    PAIR_WITH_DIMENSION,
    RANDOM,
    REQUIRED,
    RESULT_NOT_TENSOR,
    STATEFUL_WITH,
    STATELESS,
    TENSOR_ATTRIBUTES,
    Operation,
    method,
    pad_module,
)

pytestmark = pytest.mark.filterwarnings("ignore")

PAD = "torch.nn.functional.pad"
ROWS = [row for row in OPERATIONS.values() if row.kind == "module" and row.name != PAD]
Inputs = tuple[Any, ...]


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """The tensors are tiny: threads only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def resolve(name: str) -> Any:
    """The torch object of a canonical name."""
    value: Any = torch
    for part in name.split(".")[1:]:
        value = getattr(value, part)
    return value


def image(*shape: int) -> Any:
    """Values on both sides of every threshold, and exactly on some of them."""
    values = torch.randn(*shape, generator=torch.Generator().manual_seed(7)) * 4
    values.view(-1)[:6] = torch.tensor([0.0, -1.0, 1.0, 6.0, 0.5, -0.5])
    return values


def labels(*shape: int, classes: int = 2) -> Any:
    """Class numbers."""
    return torch.randint(classes, shape, generator=torch.Generator().manual_seed(8))


def signs(*shape: int) -> Any:
    """Targets of 1 and -1."""
    return labels(*shape).float() * 2 - 1


def pooled(rank: int) -> Inputs:
    """Values and the indices they were pooled from."""
    values = image(2, 3, *[8] * rank)
    return tuple(getattr(functional, f"max_pool{rank}d")(values, 2, return_indices=True))


LEGACY: list[dict[str, Any]] = [{}, {"reduction": "sum"}, {"size_average": False}, {"reduce": False}]
WINDOW: list[dict[str, Any]] = [
    {"kernel_size": 3},
    {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2, "ceil_mode": True},
]
RATIO: list[dict[str, Any]] = [{"p": 0.3}, {"p": 0.8, "inplace": True}]
SCALE: list[dict[str, Any]] = [{"size": (5, 7)}, {"scale_factor": 2}, {"scale_factor": [1.5, 2.0]}]
MARGIN: list[dict[str, Any]] = [{"margin": 0.3}, *LEGACY]

# Class -> variations of the arguments. Those that a spelling does not have are left out of its call.
VARIATIONS: Mapping[str, list[dict[str, Any]]] = {
    "CELU": [{}, {"alpha": 0.7, "inplace": True}],
    "ELU": [{}, {"alpha": 0.7, "inplace": True}],
    "LeakyReLU": [{}, {"negative_slope": 0.3, "inplace": True}],
    "RReLU": [{}, {"lower": 0.2, "upper": 0.9, "inplace": True}],
    "Hardtanh": [{}, {"min_val": -0.5, "max_val": 6, "inplace": True}],
    "Threshold": [{"threshold": 0.5, "value": 3.0}, {"threshold": -1, "value": 2, "inplace": True}],
    "GELU": [{}, {"approximate": "tanh"}],
    "GLU": [{}, {"dim": 1}],
    "Hardshrink": [{}, {"lambd": 1.0}],
    "Softshrink": [{}, {"lambd": 1.0}],
    "Softplus": [{}, {"beta": 2, "threshold": 3}],
    "Softmax": [{"dim": 1}, {"dim": -1}],
    "LogSoftmax": [{"dim": 1}, {"dim": -1}],
    "Softmin": [{"dim": 1}, {"dim": -1}, {}],
    "Flatten": [{}, {"start_dim": 1}, {"start_dim": 1, "end_dim": 2}],
    "Unflatten": [{"dim": 3, "sizes": (2, 4)}, {"dim": -1, "sizes": [4, 2]}],
    "PixelShuffle": [{"upscale_factor": 2}],
    "PixelUnshuffle": [{"downscale_factor": 2}, {"downscale_factor": 4}],
    "ChannelShuffle": [{"groups": 2}, {"groups": 4}],
    "Unfold": [{"kernel_size": 3}, {"kernel_size": (3, 2), "dilation": 2, "padding": 1, "stride": 2}],
    "Fold": [
        {"output_size": (5, 5), "kernel_size": 2},
        {"output_size": 8, "kernel_size": 2, "stride": 2},
        {"output_size": 6, "kernel_size": 3, "dilation": 2, "padding": 1},
    ],
    "Upsample": [*SCALE, {"scale_factor": 1.7, "mode": "bilinear", "align_corners": True}]
    + [{"scale_factor": (1.7, 1.3), "mode": "bicubic", "recompute_scale_factor": True}],
    "UpsamplingNearest2d": SCALE,
    "UpsamplingBilinear2d": SCALE,
    "LocalResponseNorm": [{"size": 2}, {"size": 3, "alpha": 0.1, "beta": 0.5, "k": 2.0}],
    "CosineSimilarity": [{}, {"dim": -1, "eps": 0.1}],
    "PairwiseDistance": [{}, {"p": 1.0, "eps": 0.1, "keepdim": True}],
    "SmoothL1Loss": [*LEGACY, {"beta": 0.3}],
    "HuberLoss": [{}, {"reduction": "sum", "delta": 0.3}],
    "NLLLoss": [*LEGACY, {"ignore_index": 1}],
    "CrossEntropyLoss": [*LEGACY, {"ignore_index": 1, "label_smoothing": 0.2}],
    "MultiMarginLoss": [*MARGIN, {"p": 2}],
    "KLDivLoss": [*LEGACY, {"reduction": "batchmean", "log_target": True}],
    "PoissonNLLLoss": [{"log_input": True, "full": False, "eps": 1e-8, **legacy} for legacy in LEGACY]
    + [{"log_input": False, "full": True, "eps": 0.1}],
    "GaussianNLLLoss": [{}, {"full": True, "eps": 0.1, "reduction": "sum"}],
    "HingeEmbeddingLoss": MARGIN,
    "MarginRankingLoss": MARGIN,
    "CosineEmbeddingLoss": MARGIN,
    "TripletMarginLoss": [*LEGACY, {"margin": 5.0, "p": 1.0, "eps": 0.1, "swap": True}],
    "TripletMarginWithDistanceLoss": [{}, {"margin": 5.0, "swap": True, "reduction": "sum"}],
    "CTCLoss": [{}, {"blank": 1, "reduction": "sum", "zero_infinity": True}],
    **{name: LEGACY for name in ("L1Loss", "MSELoss", "BCELoss", "BCEWithLogitsLoss", "MultiLabelSoftMarginLoss")},
    **{name: LEGACY for name in ("MultiLabelMarginLoss", "SoftMarginLoss")},
    **{
        name: RATIO
        for name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")
    },
    **{name: [{}, {"inplace": True}] for name in ("ReLU", "ReLU6", "SELU", "Hardsigmoid", "Hardswish", "SiLU", "Mish")},
    **{name: [{}] for name in ("Sigmoid", "Tanh", "LogSigmoid", "Softsign", "Tanhshrink")},
}
for rank_ in (1, 2, 3):
    VARIATIONS = {
        **VARIATIONS,
        f"MaxPool{rank_}d": [*WINDOW, {"kernel_size": 2, "return_indices": True}],
        f"AvgPool{rank_}d": [
            {"kernel_size": 3},
            {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False},
            {"kernel_size": 3, "divisor_override": 2},
        ],
        f"LPPool{rank_}d": [
            {"norm_type": 2, "kernel_size": 3},
            {"norm_type": 3.0, "kernel_size": 2, "stride": 1, "ceil_mode": True},
        ],
        f"AdaptiveAvgPool{rank_}d": [{"output_size": 1}, {"output_size": 3}],
        f"AdaptiveMaxPool{rank_}d": [{"output_size": 1}, {"output_size": 3, "return_indices": True}],
        f"FractionalMaxPool{rank_}d": [
            {"kernel_size": 2, "output_size": 3},
            {"kernel_size": 2, "output_ratio": (0.5,) * rank_, "return_indices": True},
        ],
        f"MaxUnpool{rank_}d": [{"kernel_size": 2}, {"kernel_size": 2, "stride": 2, "padding": 0}],
    }


def inputs(module: str) -> Inputs:
    """The tensors that a class, by its bare name, is called with."""
    logits, target = image(4, 5), image(4, 5).flip(0)
    probabilities = logits.sigmoid()
    known: dict[str, Inputs] = {
        "Fold": (image(2, 36, 16),),
        "PixelShuffle": (image(2, 8, 4, 4),),
        "CosineSimilarity": (logits, target),
        "PairwiseDistance": (logits, target),
        "BCELoss": (probabilities, labels(4, 5).float()),
        "BCEWithLogitsLoss": (logits, labels(4, 5).float()),
        "NLLLoss": (logits.log_softmax(1), labels(4, classes=5)),
        "CrossEntropyLoss": (logits, labels(4, classes=5)),
        "MultiMarginLoss": (logits, labels(4, classes=5)),
        "MultiLabelMarginLoss": (logits, torch.tensor([[3, 0, -1, 0, 1], [1, -1, 0, 0, 0]] * 2)),
        "MultiLabelSoftMarginLoss": (logits, labels(4, 5).float()),
        "SoftMarginLoss": (logits, signs(4, 5).long()),
        "KLDivLoss": (logits.log_softmax(1), target.softmax(1)),
        "PoissonNLLLoss": (probabilities, probabilities.flip(0) * 3),
        "GaussianNLLLoss": (logits, target, probabilities),
        "HingeEmbeddingLoss": (logits, signs(4, 5)),
        "MarginRankingLoss": (logits[:, 0], target[:, 0], signs(4)),
        "CosineEmbeddingLoss": (logits, target, signs(4)),
        "TripletMarginLoss": (logits, target, logits.flip(1)),
        "TripletMarginWithDistanceLoss": (logits, target, logits.flip(1)),
        "CTCLoss": (
            image(6, 2, 5).log_softmax(2),
            labels(2, 3, classes=3) + 2,
            torch.tensor([6, 6]),
            torch.tensor([3, 2]),
        ),
        **{name: (logits, target) for name in ("L1Loss", "MSELoss", "SmoothL1Loss", "HuberLoss")},
    }
    if module in known:
        return known[module]
    if found := re.fullmatch(r"MaxUnpool(\d)d", module):
        return pooled(int(found[1]))
    if found := re.fullmatch(r"(?:.*Pool|Dropout)(\d)d", module):
        return (image(2, 3, *[8] * int(found[1])),)
    return (image(2, 4, 8, 8),)


def bare(row: Operation) -> str:
    """The class name of a row without its namespace."""
    return row.module.removeprefix("torch.nn.")


def variations(row: Operation) -> Iterator[dict[str, Any]]:
    """The arguments each spelling has, with what the table requires of them left to the caller."""
    names = dict(row.parameters)
    for arguments in VARIATIONS[bare(row)]:
        yield {name: value for name, value in arguments.items() if name in names and name in row.constructor}


def build(row: Operation, arguments: Mapping[str, Any]) -> Any:
    """The module a fixer would construct for a call with these arguments."""
    keywords = {row.constructor[name]: ast.literal_eval(source) for name, source in row.spelled.items()}
    for name, value in arguments.items():
        keywords[row.constructor[name]] = tuple(value) if name in row.tuples and isinstance(value, list) else value
    return resolve(row.module)(**keywords, **{key: ast.literal_eval(source) for key, source in row.always.items()})


def required(row: Operation, training: bool) -> dict[str, Any]:
    """Arguments that satisfy ``requires``, where a default does not do so already."""
    defaults = dict(row.parameters)
    return {
        name: training if source == "self.training" else ast.literal_eval(source)
        for name, source in row.requires.items()
        if repr(defaults[name]) != source
    }


def calling(row: Operation, arguments: Mapping[str, Any]) -> Callable[..., Any]:
    """The function of a row, given the tensors in the order of ``tensors``: by name, so that a wrong order shows."""
    function = resolve(row.name)
    if row.name.startswith("torch.Tensor."):
        return lambda *given: function(*given, **arguments)
    return lambda *given: function(**dict(zip(row.tensors, given, strict=False)), **arguments)


Result = tuple[list[Any], list[Any], bool]


def run(call: Callable[..., Any], tensors: Inputs) -> Result:
    """Outputs, then gradients and inputs as the call left them, and whether it drew random numbers."""
    leaves = [tensor.clone().requires_grad_(tensor.is_floating_point()) for tensor in tensors]
    given = [leaf.clone() for leaf in leaves]
    torch.manual_seed(3)
    before = torch.get_rng_state()
    result = call(*given)
    drew = not torch.equal(before, torch.get_rng_state())
    outputs = list(result) if isinstance(result, tuple) else [result]
    for output in outputs:
        if output.requires_grad:
            weights = torch.linspace(0.5, 1.5, output.numel()).view(output.shape)
            (output * weights).sum().backward(retain_graph=True)
    gradients = [leaf.grad for leaf in leaves if leaf.grad is not None]
    return [*outputs, *gradients], given, drew


def same(first: Result, second: Result) -> bool:
    """Whether two runs agree in every bit, dtype and number of outputs."""
    pairs = [(a, b) for one, other in zip(first[:2], second[:2]) for a, b in zip(one, other, strict=False)]
    counts = [len(part) for part in first[:2]] == [len(part) for part in second[:2]]
    equal = (a.dtype == b.dtype and torch.equal(a.nan_to_num(), b.nan_to_num()) for a, b in pairs)
    return counts and all(equal) and first[2] == second[2]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_class_computes_the_same_bits(row: Operation) -> None:
    tensors = inputs(bare(row))
    drew = set()
    for arguments in variations(row):
        for training in (True, False):
            expected = run(calling(row, {**arguments, **required(row, training)}), tensors)
            module = build(row, arguments).train(training)
            actual = run(module, tensors)
            assert same(expected, actual), (arguments, training)
            assert not module.state_dict()
            drew.add(actual[2])
    assert row.random == (True in drew)


@pytest.mark.parametrize("row", [row for row in ROWS if row.mutates], ids=lambda row: row.name)
def test_in_place_rows_write_into_their_input(row: Operation) -> None:
    (tensor,) = inputs(bare(row))
    for module in (build(row, arguments) for arguments in variations(row)):
        given = tensor.clone()
        assert module(given) is given and not torch.equal(given, tensor)


# Another value than the one the table requires, for each parameter it requires something of.
VIOLATIONS: Mapping[str, Any] = {
    "dtype": torch.float64,
    "antialias": True,
    "inplace": True,
    "reduction": 2,
    "distance_function": lambda first, second: (first - second).abs().sum(-1),
    "pos_weight": 3.0,
}


@pytest.mark.parametrize(
    ("row", "parameter"),
    [(row, name) for row in ROWS for name in row.requires],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_is_required_is_needed(row: Operation, parameter: str) -> None:
    """The call with another value is no longer what the class computes, so a row without the requirement is wrong."""
    tensors = inputs(bare(row))
    source = row.requires[parameter]
    arguments = next(iter(variations(row)))
    if parameter == "antialias":
        arguments = {"scale_factor": 0.5, "mode": "bilinear"}
    if source == "self.training":
        value: Any = True
    elif parameter == "weight":
        classes = bare(row) in ("NLLLoss", "CrossEntropyLoss", "MultiMarginLoss")
        value = torch.linspace(0.5, 2.0, 5) if classes else torch.rand(4, 5)
    elif parameter == "_random_samples":
        value = torch.full((2, 3, int(row.module[-2])), 0.1)
    else:
        value = VIOLATIONS[parameter]
        value = torch.tensor(value) if parameter == "pos_weight" else value
    training = parameter == "inplace"  # alpha dropouts write nothing in eval
    call = {**arguments, **required(row, training), parameter: value}
    assert repr(value) != source
    module = build(row, arguments).train(training)
    assert not same(run(calling(row, call), tensors), run(module, tensors))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_parameter_has_one_place(row: Operation) -> None:
    keywords = set(inspect.signature(resolve(row.module).__init__).parameters)
    names = [name for name, _ in row.parameters]
    places = [*row.tensors, *row.constructor, *row.requires, *(row.refuses & {*names})]
    assert sorted(places) == sorted(names)
    assert {*row.constructor.values(), *row.always} <= keywords
    assert {*row.spelled, *row.numbers, *row.tuples} <= {*row.constructor}
    assert row.refuses.isdisjoint(keywords - {*row.always})
    assert row.module in STATELESS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_tensors_stand_in_the_order_of_forward(row: Operation) -> None:
    forward = list(inspect.signature(resolve(row.module).forward).parameters)[1:]
    assert len(forward) == len(row.tensors)
    optional = [name for name, default in row.parameters if name in row.tensors and default is not REQUIRED]
    assert [*row.tensors][len(row.tensors) - len(optional) :] == optional


def constructor_checks(module: type) -> bool:
    """Whether the constructor's own source can raise."""
    for base in inspect.getmro(module):
        if base is nn.Module or not inspect.isfunction(vars(base).get("__init__")):
            continue
        tree = ast.parse(textwrap.dedent(inspect.getsource(vars(base)["__init__"])))
        for node in ast.walk(tree):
            if isinstance(node, (ast.Raise, ast.Assert)) or (
                isinstance(node, ast.Attribute) and "require" in node.attr
            ):
                return True
    return False


def test_checked_is_what_the_constructors_do() -> None:
    fixed_range = {"torch.nn.ReLU6"}
    for row in ROWS:
        assert row.checked == (constructor_checks(resolve(row.module)) and row.module not in fixed_range), row.name


def test_the_default_reduction_of_bindings_is_none() -> None:
    """What the registry says (1, "mean") is not what leaving the argument out does."""
    for row in ROWS:
        if row.requires.get("reduction") == "1" and dict(row.parameters)["reduction"] is not REQUIRED:
            function, tensors = resolve(row.name), inputs(bare(row))
            omitted, none, mean = (function(*tensors, **given) for given in ({}, {"reduction": 0}, {"reduction": 1}))
            assert dict(row.parameters)["reduction"] == 0
            assert torch.equal(omitted, none) and mean.dim() == 0 < none.dim(), row.name


def test_numbers_have_to_be_numbers() -> None:
    assert {row.name for row in ROWS if row.numbers} == {
        "torch.nn.functional.huber_loss",
        *(f"torch.nn.functional.lp_pool{rank}d" for rank in (1, 2, 3)),
    }
    with pytest.raises((ValueError, RuntimeError, TypeError)):
        nn.HuberLoss(delta=torch.tensor([1.0, 2.0]))
    exponent = nn.Parameter(torch.tensor(2.0))
    pool, tensor = nn.LPPool2d(exponent, 2), image(1, 1, 4, 4)
    assert not pool(tensor).requires_grad and functional.lp_pool2d(tensor, exponent, 2).requires_grad


def test_tuples_are_not_lists() -> None:
    for row in ROWS:
        for name in row.tuples:
            with pytest.raises(TypeError):
                resolve(row.module)(**{row.constructor[name]: [2.0, 2.0]})


def schemas(name: str) -> list[Any]:
    """What torch's own registry says of a name: its overloads, without those that write into ``out``."""
    namespace, _, own = name.rpartition(".")
    prefix = {"torch.linalg": "linalg_", "torch.fft": "fft_", "torch.special": "special_"}.get(namespace, "")
    found = torch._C._jit_get_schemas_for_operator(f"aten::{prefix}{own}")
    return [schema for schema in found if not any(argument.is_out for argument in schema.arguments)]


def plain(default: Any) -> Any:
    """A default of C++ as the table writes it: one number for a window, () for none."""
    if default is inspect.Parameter.empty:
        return REQUIRED
    if isinstance(default, (list, tuple)):
        return plain(default[0]) if default else ()
    return default


def signatures(name: str) -> list[list[tuple[str, Any]]]:
    """Parameters and defaults, as far as they can be read."""
    function = resolve(name)
    if inspect.isfunction(function) and "*args" in str(inspect.signature(function)):
        # Chosen at run time by `return_indices`: the form without indices has the signature.
        function = getattr(functional, f"_{name.rpartition('.')[2]}", None)
    if inspect.isfunction(function):
        return [
            [
                (parameter.name.replace("self", "input"), plain(parameter.default))
                for parameter in inspect.signature(function).parameters.values()
                if parameter.name != "out"
            ]
        ]
    return [
        [
            (a.name.replace("self", "input"), plain(a.default_value) if a.has_default_value() else REQUIRED)
            for a in schema.arguments
        ]
        for schema in schemas(name)
    ]


def test_signatures_are_torch_s_own() -> None:
    compared = 0
    for row in OPERATIONS.values():
        known = signatures(row.name) if row.parameters else []
        if not known:
            continue
        compared += 1
        mean = row.requires.get("reduction") == "1"  # see test_the_default_reduction_of_bindings_is_none
        written = [
            (name, 1 if mean and name == "reduction" and default == 0 else plain(default))
            for name, default in row.parameters
        ]
        assert any(written == theirs for theirs in known), (row.name, written, known)
    assert compared >= 190


def test_the_pads() -> None:
    tensor = image(2, 3, 5, 5, 5)
    for count in (2, 4, 6):
        pads = [1, 2, 1, 0, 2, 1][:count]
        for mode, value in [
            ("constant", None),
            ("constant", 1.5),
            ("reflect", None),
            ("replicate", None),
            ("circular", None),
        ]:
            name = pad_module(count, mode, value is not None)
            assert name is not None
            module = resolve(name)(pads, *([] if value is None else [value]))
            for rank in range(1, 6):
                given = tensor[(0,) * (5 - rank)]
                try:
                    expected = functional.pad(given, pads, mode, value)
                except (NotImplementedError, RuntimeError):
                    with pytest.raises((NotImplementedError, RuntimeError, ValueError)):
                        module(given)
                else:
                    assert torch.equal(expected, module(given))
    assert (
        pad_module(8, "constant", False) is pad_module(3, "constant", False) is pad_module(2, "unknown", False) is None
    )
    assert pad_module(2, "reflect", True) is None
    with pytest.raises(Exception, match="value"):
        functional.pad(tensor, [1, 1], "reflect", 2.0)
    row = OPERATIONS[PAD]
    assert [*row.parameters] == [
        (name, REQUIRED if p.default is p.empty else p.default)
        for name, p in inspect.signature(functional.pad).parameters.items()
    ]


def public(namespace: Any) -> set[str]:
    """The names of what can be called."""
    return {
        name
        for name in dir(namespace)
        if not name.startswith("_") and callable(value := getattr(namespace, name)) and not inspect.isclass(value)
    }


FUNCTIONAL_HELPERS = {
    "Callable",
    "DType",
    "Optional",
    "assert_int_or_pair",
    "boolean_dispatch",
    "handle_torch_function",
} | {
    "has_torch_function",
    "has_torch_function_unary",
    "has_torch_function_variadic",
}


@pytest.mark.parametrize(
    "namespace", ["torch", "torch.nn.functional", "torch.linalg", "torch.fft", "torch.special", "torch.Tensor"]
)
def test_every_public_name_is_in_exactly_one_place(namespace: str) -> None:
    groups = [{*OPERATIONS}, {*MOVEMENT}, {*CREATION}, {*OTHER_METHODS}, {*OTHER_FUNCTIONS}]
    counts = collections.Counter(name for group in groups for name in group)
    assert not [name for name, count in counts.items() if count > 1]
    listed = {name.rpartition(".")[2] for name in counts if name.rpartition(".")[0] == namespace}
    known = public(resolve(namespace)) - (FUNCTIONAL_HELPERS if namespace == "torch.nn.functional" else set())
    assert listed == known


def test_a_name_is_written_once() -> None:
    tables = [name for name in vars(operations) if name.endswith("_OPS")]
    assert len(tables) >= 6
    for name in tables:
        assert len(set(getattr(operations, name))) == len(getattr(operations, name)), name
    for row in OPERATIONS.values():
        assert row.mutates == row.name.endswith("_"), row.name
        assert {row.name: row}[row.name] is row and hash(row) == hash(row)


def test_method_looks_up_tensor_methods() -> None:
    assert method("softmax") is OPERATIONS["torch.Tensor.softmax"]
    assert method("view") is None and method("nothing") is None


def test_random_is_what_torch_tags() -> None:
    # These draw their samples in Python, where no tag tells.
    in_python = {f"torch.nn.functional.fractional_max_pool{rank}d" for rank in (2, 3)}
    for row in OPERATIONS.values():
        namespace, _, own = row.name.rpartition(".")
        prefix = {"torch.linalg": "linalg_", "torch.fft": "fft_", "torch.special": "special_"}.get(namespace, "")
        packet = getattr(torch.ops.aten, prefix + own, None)
        if packet is None or row.name in in_python:
            continue
        tags = {tag for overload in packet.overloads() for tag in getattr(packet, overload).tags}
        assert row.random == (torch.Tag.nondeterministic_seeded in tags), row.name


def test_results() -> None:
    """The registry's return types, where all overloads that take a tensor agree."""
    kinds = {"Tensor": "tensor", "bool": "bool", "int": "number", "float": "number"}
    listed = {*OPERATIONS} | MOVEMENT | OTHER_METHODS | OTHER_FUNCTIONS
    in_python = {
        "unique_consecutive",
        "quantize_per_tensor",
        "dequantize",
        "get_autocast_dtype",
        "promote_types",
        "result_type",
    }
    # A list where the registry's form returns the pair and the Python function drops a part of it.
    one_of_them = {f"{kind}_max_pool{rank}d" for kind in ("adaptive", "fractional") for rank in (1, 2, 3)} | {
        "embedding_bag"
    }
    compared = 0
    for name in listed:
        own = name.rpartition(".")[2]
        if own in in_python or (own in one_of_them and name.startswith("torch.nn.functional.")):
            continue
        found = set()
        for schema in schemas(name):
            if schema.arguments and str(schema.arguments[0].type) in ("Tensor", "List[Tensor]"):
                types = [str(value.type) for value in schema.returns]
                several = len(types) > 1 or types == ["List[Tensor]"]
                found.add("tensors" if several else kinds.get(types[0]) if types else None)
        if name in PAIR_WITH_DIMENSION:
            assert found == {"tensor", "tensors"}, name
        elif len(found) == 1 and None not in found:
            compared += 1
            assert found == {RESULT_NOT_TENSOR.get(name, "tensor")}, name
    assert compared > 700
    for name in RESULT_NOT_TENSOR:
        assert resolve(name) is not None


def test_attributes_of_a_tensor() -> None:
    for name in dir(torch.Tensor):
        if not name.startswith("_") and not callable(getattr(torch.Tensor, name)):
            assert (name in TENSOR_ATTRIBUTES) != (f"torch.Tensor.{name}" in RESULT_NOT_TENSOR), name


def test_modules() -> None:
    classes = {name for name, value in vars(nn).items() if inspect.isclass(value) and issubclass(value, nn.Module)}
    assert MODULES == {f"torch.nn.{name}" for name in classes}
    assert STATELESS | RANDOM | CONTAINERS <= MODULES
    assert RANDOM <= STATELESS and STATELESS.isdisjoint(CONTAINERS) and {*STATEFUL_WITH} <= STATELESS


REQUIRED_ARGUMENTS: Mapping[str, dict[str, Any]] = {
    "AdaptiveLogSoftmaxWithLoss": {"in_features": 4, "n_classes": 6, "cutoffs": [2]},
    "FractionalMaxPool2d": {"kernel_size": 2, "output_size": 1},
    "FractionalMaxPool3d": {"kernel_size": 2, "output_size": 1},
    "RNNBase": {"mode": "LSTM", "input_size": 1, "hidden_size": 1},
    "RNNCellBase": {"input_size": 1, "hidden_size": 1, "bias": True, "num_chunks": 1},
    "Unflatten": {"dim": 1, "unflattened_size": (1, 1)},
    **{name: {"input_size": 1, "hidden_size": 1} for name in ("GRU", "LSTM", "RNN")},
    "TransformerDecoder": {"decoder_layer": nn.TransformerDecoderLayer(2, 1), "num_layers": 1},
    "TransformerEncoder": {"encoder_layer": nn.TransformerEncoderLayer(2, 1), "num_layers": 1},
    "Transformer": {"d_model": 2, "nhead": 1, "num_encoder_layers": 1, "num_decoder_layers": 1},
    "DataParallel": {"module": nn.Linear(1, 1)},
}


def holds_state(module: Any) -> bool:
    """Parameters or buffers, kept in the state_dict or not."""
    return bool([*module.parameters(), *module.buffers(), *module.state_dict()])


@pytest.mark.parametrize("name", sorted(MODULES - CONTAINERS - {"torch.nn.Module", "torch.nn.Container"}))
def test_stateless(name: str) -> None:
    factory = resolve(name)
    needed = {
        parameter.name: 1
        for parameter in inspect.signature(factory).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    }
    module = factory(**REQUIRED_ARGUMENTS.get(factory.__name__, needed))
    assert (name in STATELESS) == (not holds_state(module))
    if name in STATELESS:
        optional = {"weight", "pos_weight", "affine", "track_running_stats", "_random_samples", "distance_function"}
        written = {key for base in inspect.getmro(factory)[:-2] for key in inspect.signature(base).parameters}
        assert STATEFUL_WITH.get(name, frozenset()) == optional & written
    for keyword in STATEFUL_WITH.get(name, ()):
        value: Any = torch.ones(1, 1, 1)
        value = (
            torch.ones(1) if keyword == "weight" else nn.Bilinear(1, 1, 1) if keyword == "distance_function" else value
        )
        value = True if keyword in ("affine", "track_running_stats") else value
        assert holds_state(factory(**{**REQUIRED_ARGUMENTS.get(factory.__name__, needed), keyword: value}))


def test_random_classes_are_those_of_random_rows() -> None:
    assert RANDOM == {row.module for row in ROWS if row.random}


def test_module_attributes() -> None:
    # The attributes between double underscores depend on the version of Python.
    assert {name for name in MODULE_ATTRIBUTES if not name.startswith("__")} == {
        name for name in dir(nn.Module()) if not name.startswith("__")
    }
    assert {"__call__", "__init__", "__getattr__"} <= MODULE_ATTRIBUTES


# Words that loggers, plots, process groups, solvers and blocks have methods for.
EVERYDAY = frozenset("cross dist fix gather greater histogram inner inverse less log norm outer scatter solve".split())


def test_distinctive_methods() -> None:
    numpy, pandas = pytest.importorskip("numpy"), None
    try:
        pandas = importlib.import_module("pandas")
    except ImportError:
        pass
    others: list[type] = [
        str,
        list,
        dict,
        set,
        frozenset,
        int,
        float,
        complex,
        bytes,
        bytearray,
        tuple,
        range,
        memoryview,
    ]
    others += [decimal.Decimal, fractions.Fraction, collections.deque, collections.Counter, pathlib.Path, random.Random]
    others += [datetime.datetime, datetime.timedelta, re.Pattern, re.Match, logging.Logger]
    others += [numpy.ndarray, numpy.float32, numpy.ma.MaskedArray, numpy.matrix, numpy.random.Generator]
    others += [
        nn.Module,
        nn.Sequential,
        nn.ModuleDict,
        nn.ParameterList,
        torch.Size,
        torch.dtype,
        torch.optim.Optimizer,
    ]
    distributions = (torch.distributions, torch.distributions.transforms, torch.distributions.constraints)
    others += [
        value
        for module in distributions
        for value in vars(module).values()
        if inspect.isclass(value) and not issubclass(value, torch.Tensor)
    ]
    if pandas:
        others += [pandas.DataFrame, pandas.Series, pandas.Index]
    taken = EVERYDAY.union(*(dir(other) for other in others))
    methods = {name.rpartition(".")[2] for name in OPERATIONS if name.startswith("torch.Tensor.")}
    assert DISTINCTIVE_METHODS <= methods - taken
    if pandas:
        assert DISTINCTIVE_METHODS == methods - taken
    assert {"relu", "softmax", "sigmoid", "matmul", "bmm", "masked_fill", "add_"} <= DISTINCTIVE_METHODS


# --- what makes a new tensor -----------------------------------------------------------------------------------------


def memory(value: Any) -> set[int]:
    """Where the values of the tensors in a result lie."""
    values = value if isinstance(value, (tuple, list)) else [value]
    return {part.untyped_storage().data_ptr() for part in values if isinstance(part, torch.Tensor)}


SQUARE, MASK, PICTURE, IMAGE = image(4, 4), image(4, 4) > 0, image(2, 4, 6), image(2, 4, 6, 6)
VOLUME, BATCH, ROW, INDEX = image(2, 4, 6, 6, 6), image(2, 4, 4), image(4, 4)[0].clone(), labels(4, 4)
REFUSALS = (ArithmeticError, AssertionError, AttributeError, IndexError, RuntimeError, TypeError, ValueError)
# Arguments of which one or another suits each function; those that leave a value as it is are the ones to look for.
ATTEMPTS: list[tuple[Any, ...]] = [
    (SQUARE,),
    ([SQUARE],),
    (SQUARE, 1),
    (SQUARE, 0),
    (SQUARE, SQUARE),
    (SQUARE, SQUARE, SQUARE),
    (SQUARE, (4,)),
    ((4, 4),),
    (4,),
    (0, 4),
    (0, 4, 5),
    (0, 4, (4, 4)),
    (4, (4, 4)),
    (SQUARE, SQUARE, 0),
    (SQUARE, SQUARE, 1.0),
    (SQUARE, 0, INDEX),
    (SQUARE, 0, INDEX[0]),
    (SQUARE, MASK, 0.0),
    (MASK, SQUARE, SQUARE),
    (MASK, MASK),
    (SQUARE, (4, 4), 1.0),
    (INDEX, SQUARE),
    (ROW, ROW),
    (PICTURE, 1),
    (PICTURE, PICTURE),
    (PICTURE, PICTURE, PICTURE),
    (PICTURE, image(4, 4, 2)),
    (SQUARE.abs() % 1,),
    (BATCH, BATCH),
    (BATCH, BATCH, BATCH),
    ((4, 4), 1.0),
    (IMAGE, 1),
    (IMAGE, image(4, 4, 2, 2)),
    (VOLUME, 1),
    (VOLUME, image(4, 4, 2, 2, 2)),
    (SQUARE, ROW, ROW.abs() + 1),
]


IN_PLACE = {name.rpartition(".")[2] for name, row in OPERATIONS.items() if "inplace" in dict(row.parameters)}


@pytest.mark.parametrize("name", sorted(operations._ALLOCATING))
def test_what_allocates_gives_a_new_tensor(name: str) -> None:
    found = 0
    for namespace in (torch, functional, torch.Tensor):
        function = getattr(namespace, name, None)
        for arguments in ATTEMPTS if function is not None else ():
            if len(arguments) > 1 and name in IN_PLACE:
                continue  # the second one says that it works in place
            try:
                result = function(*arguments)
            except REFUSALS:
                continue
            found += 1
            assert memory(result).isdisjoint(memory([*arguments, *(a[0] for a in arguments if isinstance(a, list))]))
    assert found


@pytest.mark.parametrize("mode", [True, False])
@pytest.mark.parametrize("name", sorted(operations.ALLOCATING_MODULES))
def test_modules_that_allocate_give_a_new_tensor(name: str, mode: bool) -> None:
    made = resolve(name)
    found = 0
    for arguments in [(), (1,), (4,), (4, 4), (4, 4, 1), (2, 4), (4, 4, 4)]:
        for given in [(SQUARE,), (PICTURE,), (IMAGE,), (VOLUME,), (INDEX,), (SQUARE, SQUARE)]:
            try:
                result = made(*arguments).train(mode)(*given)
            except REFUSALS:
                continue
            found += 1
            assert memory(result).isdisjoint(memory(given))
    assert found


def test_allocating_stops_at_arguments_that_say_otherwise() -> None:
    def allocating(code: str) -> bool:
        call = ast.parse(code, mode="eval").body
        assert isinstance(call, ast.Call)
        return operations.is_allocating(OPERATIONS["torch.nn.functional.silu"], call)

    assert allocating("F.silu(x)")
    assert not allocating("F.silu(x, inplace=flag)")
    assert not allocating("F.silu(x, True)")
    assert not allocating("F.silu(x, **options)")
