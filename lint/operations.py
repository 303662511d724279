"""What torch's functions and tensor methods are, and which ``torch.nn`` class computes the same.

The table is data about torch 2.13, written down so that nobody needs torch to lint; ``tests/test_operations.py`` runs
every row against the real thing. Names are canonical: ``torch.nn.functional.relu``, ``torch.relu``,
``torch.Tensor.relu``. Each public function of ``torch``, ``torch.nn.functional``, ``torch.linalg``, ``torch.fft`` and
``torch.special``, and each public method of a tensor, is in exactly one of

* ``OPERATIONS``: it computes on tensors,
* ``MOVEMENT``: it hands on the values it was given, under another shape, dtype, device or owner,
* ``CREATION``: it makes a tensor out of no tensor,
* ``OTHER_METHODS`` or ``OTHER_FUNCTIONS``: queries, conversions to Python, settings, hooks, in-place fills.

Left out on purpose: ``x.view(x.size(0), -1)`` as ``nn.Flatten`` (rank, stride and an empty batch decide, and the source
shows none of them), ``clamp`` and ``maximum`` as ``nn.ReLU`` (the gradients differ where the bound is met).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Final, Literal

Kind = Literal["module", "op", "weights", "data"]
Result = Literal["tensors", "number", "shape", "bool", "other"]


class _Sentinel(Enum):
    """The type of ``REQUIRED``: an enum member stays itself when a row is copied or pickled."""

    REQUIRED = "required"


REQUIRED: Final = _Sentinel.REQUIRED
"""Stands where a parameter has no default."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A function or tensor method that computes on tensors, and how a ``torch.nn`` class says the same.

    ``kind`` is "module" where a class without parameters computes the same bits, provided that ``requires`` holds and
    nothing in ``refuses`` is used; "op" where no class does; "weights" where the function works on weights the caller
    owns, so that a class with weights of its own would change the ``state_dict``; "data" where nothing is computed: such
    rows are not in ``OPERATIONS`` but in ``REARRANGING``.

    In a row of kind "module" each parameter is in exactly one of ``tensors``, ``constructor``, ``requires`` and
    ``refuses``. The one exception is the ``mode`` of ``torch.nn.functional.pad``: it chooses the class, see
    ``pad_module``; ``value`` goes to the constructor only where that class is a ``ConstantPad``.
    """

    name: str
    """Canonical: ``torch.nn.functional.relu``, ``torch.relu``, ``torch.Tensor.relu``."""
    parameters: tuple[tuple[str, object], ...] = ()
    """Name and default (or ``REQUIRED``) in signature order; a tensor method's receiver is the first one, ``input``.

    Empty where nobody needs the signature (most rows that are no "module"). An empty list that C++ uses for "not
    given" is written ``()``. ``out`` is never listed: it is keyword-only, and in ``refuses`` wherever it exists.
    """
    kind: Kind = "op"
    tensors: tuple[str, ...] = ()
    """Parameters that stay at the call, passed by position, in the order of the module's ``forward``."""
    module: str = ""
    """The class, e.g. ``torch.nn.ReLU``; the nearest one, or none, where ``kind`` is not "module"."""
    constructor: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Function parameter -> constructor keyword. Positions differ between the two, so keywords have to be written."""
    always: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Constructor keyword -> source that is written whatever the call says."""
    spelled: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Function parameter -> source to write when the call omits it, because the constructor's default is another."""
    requires: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Function parameter -> the source it must have, or have as its default, for the module to compute the same."""
    numbers: frozenset[str] = frozenset()
    """Parameters that must be literal numbers: the constructor converts, or rejects, what the function would use."""
    tuples: frozenset[str] = frozenset()
    """Parameters whose list literal has to become a tuple: the constructor does not take a list."""
    checked: bool = False
    """The constructor looks at the values, and can raise where the call was never reached or would not have raised."""
    random: bool = False
    """Draws random numbers (some only in training, some only if a rate is above zero)."""
    mutates: bool = False
    """Always writes into its input."""
    refuses: frozenset[str] = frozenset()
    """Parameters whose use, in any form, leaves no module."""
    movement: bool = False
    """Has a class, yet only hands on its values: flatten and unflatten. Pads, shuffles and folds count as compute."""
    note: str = ""
    """One line for the user: why no class fits, or what to look out for."""


def _words(text: str) -> tuple[str, ...]:
    """The names in a table that is written as text: one word each, easy to grep and to sort."""
    return tuple(text.split())


@cache
def _default(source: str) -> object:
    """The default that a signature spells, ``REQUIRED`` where it spells none."""
    return ast.literal_eval(source) if source else REQUIRED


def _read(call: str) -> tuple[str, tuple[tuple[str, object], ...]]:
    """Name and parameters of a row's signature, ``name(tensor, number=1.0)``. No default holds a comma."""
    name, _, arguments = call.removesuffix(")").partition("(")
    pairs = (argument.partition("=") for argument in arguments.split(", ") if argument)
    return name, tuple((parameter, _default(default)) for parameter, _, default in pairs)


def _modules(
    module: str,
    *calls: str,
    tensors: str = "input",
    renamed: Mapping[str, str] = {},
    always: Mapping[str, str] = {},
    spelled: Mapping[str, str] = {},
    requires: Mapping[str, str] = {},
    numbers: str = "",
    tuples: str = "",
    checked: bool = False,
    random: bool = False,
    refuses: str = "",
    movement: bool = False,
    note: str = "",
) -> Iterator[Operation]:
    """The spellings of one class. What is neither a tensor nor required nor refused goes to the constructor.

    ``requires`` may name parameters that only some of the spellings have (``training`` here, ``train`` there).
    """
    for call in calls:
        name, parameters = _read(call)
        stays = {*tensors.split(), *requires, *refuses.split()}
        yield Operation(
            name,
            parameters,
            "module",
            tensors=_words(tensors),
            module=f"torch.nn.{module}",
            constructor={given: renamed.get(given, given) for given, _ in parameters if given not in stays},
            always=always,
            spelled=spelled,
            requires={given: requires[given] for given, _ in parameters if given in requires},
            numbers=frozenset(numbers.split()),
            tuples=frozenset(tuples.split()),
            checked=checked,
            random=random,
            mutates=name.endswith("_"),
            refuses=frozenset(refuses.split()),
            movement=movement,
            note=note,
        )


def _weights(
    module: str, *calls: str, tensors: str = "input weight bias", random: bool = False, note: str = ""
) -> Iterator[Operation]:
    """Functions that take the weights of ``module`` as arguments."""
    for call in calls:
        name, parameters = _read(call)
        known = tuple(tensor for tensor in tensors.split() if tensor in dict(parameters))
        nearest = module and f"torch.nn.{module}"
        yield Operation(
            name,
            parameters,
            "weights",
            known,
            nearest,
            random=random,
            mutates=name.endswith("_"),
            note=note or _OWN_WEIGHTS,
        )


def _ops(namespace: str, names: Iterable[str]) -> Iterator[Operation]:
    """Operations that no class expresses, by their bare names."""
    for name in names:
        yield Operation(
            f"{namespace}.{name}", random=name in _RANDOM_OPS, mutates=name.endswith("_"), note=_NOTES.get(name, "")
        )


_IN_PLACE: Final = {"inplace": "True"}
_WITH_INDICES: Final = {"return_indices": "True"}
_TRAINING: Final = {"training": "self.training", "train": "self.training"}
_NO_DTYPE: Final = {"dtype": "None"}
_NO_WEIGHT: Final = {"weight": "None", "pos_weight": "None"}
# The bindings of losses in `torch` number the reductions: 1 is "mean", which is the constructor's default. Their own
# default is documented as 1, but reads as 0 when the argument is left out: only a call that spells 1 is the class.
_MEAN: Final = {"reduction": "1"}
_OWN_WEIGHTS: Final = "the class would hold weights of its own, under new state_dict keys"

_ACTIVATIONS: Final[tuple[Operation, ...]] = (
    *_modules("ReLU", "torch.nn.functional.relu(input, inplace=False)"),
    *_modules("ReLU", "torch.relu(input)", "torch.Tensor.relu(input)"),
    *_modules("ReLU", "torch.nn.functional.relu_(input)", always=_IN_PLACE),
    *_modules("ReLU", "torch.relu_(input)", "torch.Tensor.relu_(input)", always=_IN_PLACE),
    *_modules("ReLU6", "torch.nn.functional.relu6(input, inplace=False)"),
    *_modules("ELU", "torch.nn.functional.elu(input, alpha=1.0, inplace=False)"),
    *_modules(
        "ELU",
        "torch.nn.functional.elu_(input, alpha=1, scale=1, input_scale=1)",
        always=_IN_PLACE,
        refuses="scale input_scale",
    ),
    *_modules("SELU", "torch.nn.functional.selu(input, inplace=False)", "torch.selu(input)"),
    *_modules("SELU", "torch.nn.functional.selu_(input)", "torch.selu_(input)", always=_IN_PLACE),
    *_modules("CELU", "torch.nn.functional.celu(input, alpha=1.0, inplace=False)", "torch.celu(input, alpha=1.0)"),
    *_modules("CELU", "torch.nn.functional.celu_(input, alpha=1.0)", "torch.celu_(input, alpha=1.0)", always=_IN_PLACE),
    *_modules("LeakyReLU", "torch.nn.functional.leaky_relu(input, negative_slope=0.01, inplace=False)"),
    *_modules("LeakyReLU", "torch.nn.functional.leaky_relu_(input, negative_slope=0.01)", always=_IN_PLACE),
    *_modules(
        "RReLU",
        "torch.nn.functional.rrelu(input, lower=0.125, upper=0.3333333333333333, training=False, inplace=False)",
        "torch.rrelu(input, lower=0.125, upper=0.3333333333333333, training=False, generator=None)",
        requires=_TRAINING,
        refuses="generator",
        random=True,
    ),
    *_modules(
        "RReLU",
        "torch.nn.functional.rrelu_(input, lower=0.125, upper=0.3333333333333333, training=False, generator=None)",
        "torch.rrelu_(input, lower=0.125, upper=0.3333333333333333, training=False, generator=None)",
        always=_IN_PLACE,
        requires=_TRAINING,
        refuses="generator",
        random=True,
    ),
    *_modules(
        "Hardtanh", "torch.nn.functional.hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False)", checked=True
    ),
    *_modules(
        "Hardtanh", "torch.nn.functional.hardtanh_(input, min_val=-1, max_val=1)", always=_IN_PLACE, checked=True
    ),
    *_modules(
        "Threshold",
        "torch.nn.functional.threshold(input, threshold, value, inplace=False)",
        "torch.threshold(input, threshold, value)",
    ),
    *_modules(
        "Threshold",
        "torch.nn.functional.threshold_(input, threshold, value)",
        "torch.threshold_(input, threshold, value)",
        always=_IN_PLACE,
    ),
    *_modules("Hardsigmoid", "torch.nn.functional.hardsigmoid(input, inplace=False)"),
    *_modules("Hardswish", "torch.nn.functional.hardswish(input, inplace=False)"),
    *_modules("SiLU", "torch.nn.functional.silu(input, inplace=False)"),
    *_modules("Mish", "torch.nn.functional.mish(input, inplace=False)"),
    *_modules("Sigmoid", "torch.nn.functional.sigmoid(input)", "torch.Tensor.sigmoid(input)"),
    *_modules("Sigmoid", "torch.sigmoid(input)", "torch.special.expit(input)", refuses="out"),
    *_modules("Tanh", "torch.nn.functional.tanh(input)", "torch.Tensor.tanh(input)"),
    *_modules("Tanh", "torch.tanh(input)", refuses="out"),
    *_modules("GELU", "torch.nn.functional.gelu(input, approximate='none')", refuses="out"),
    *_modules("GLU", "torch.nn.functional.glu(input, dim=-1)", refuses="out"),
    *_modules("LogSigmoid", "torch.nn.functional.logsigmoid(input)", refuses="out"),
    *_modules(
        "Hardshrink",
        "torch.nn.functional.hardshrink(input, lambd=0.5)",
        "torch.hardshrink(input, lambd=0.5)",
        "torch.Tensor.hardshrink(input, lambd=0.5)",
        refuses="out",
    ),
    *_modules("Softshrink", "torch.nn.functional.softshrink(input, lambd=0.5)", refuses="out"),
    *_modules("Softplus", "torch.nn.functional.softplus(input, beta=1, threshold=20)", refuses="out"),
    *_modules("Softsign", "torch.nn.functional.softsign(input)"),
    *_modules("Tanhshrink", "torch.nn.functional.tanhshrink(input)"),
    *_modules(
        "Softmax",
        "torch.nn.functional.softmax(input, dim=None, _stacklevel=3, dtype=None)",
        "torch.softmax(input, dim, dtype=None)",
        "torch.Tensor.softmax(input, dim, dtype=None)",
        "torch.special.softmax(input, dim, dtype=None)",
        requires=_NO_DTYPE,
        refuses="_stacklevel out",
    ),
    *_modules(
        "LogSoftmax",
        "torch.nn.functional.log_softmax(input, dim=None, _stacklevel=3, dtype=None)",
        "torch.log_softmax(input, dim, dtype=None)",
        "torch.Tensor.log_softmax(input, dim, dtype=None)",
        "torch.special.log_softmax(input, dim, dtype=None)",
        requires=_NO_DTYPE,
        refuses="_stacklevel out",
    ),
    *_modules(
        "Softmin",
        "torch.nn.functional.softmin(input, dim=None, _stacklevel=3, dtype=None)",
        requires=_NO_DTYPE,
        refuses="_stacklevel",
    ),
)

_DROPOUTS: Final[tuple[Operation, ...]] = (
    *_modules(
        "Dropout",
        "torch.nn.functional.dropout(input, p=0.5, training=True, inplace=False)",
        "torch.dropout(input, p, train)",
        requires=_TRAINING,
        checked=True,
        random=True,
    ),
    *_modules(
        "Dropout", "torch.dropout_(input, p, train)", always=_IN_PLACE, requires=_TRAINING, checked=True, random=True
    ),
    *(
        row
        for rank in (1, 2, 3)
        for row in _modules(
            f"Dropout{rank}d",
            f"torch.nn.functional.dropout{rank}d(input, p=0.5, training=True, inplace=False)",
            requires=_TRAINING,
            checked=True,
            random=True,
        )
    ),
    # Both classes take `inplace` and ignore it.
    *_modules(
        "AlphaDropout",
        "torch.nn.functional.alpha_dropout(input, p=0.5, training=False, inplace=False)",
        "torch.alpha_dropout(input, p, train)",
        requires={**_TRAINING, "inplace": "False"},
        checked=True,
        random=True,
    ),
    *_modules(
        "FeatureAlphaDropout",
        "torch.nn.functional.feature_alpha_dropout(input, p=0.5, training=False, inplace=False)",
        "torch.feature_alpha_dropout(input, p, train)",
        requires={**_TRAINING, "inplace": "False"},
        checked=True,
        random=True,
    ),
)


def _pools(rank: int) -> Iterator[Operation]:
    """The pooling functions of one rank; ``torch.*`` has only some of them."""
    functional = "torch.nn.functional."
    window = "input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False"
    yield from _modules(f"MaxPool{rank}d", f"{functional}max_pool{rank}d({window}, return_indices=False)")
    yield from _modules(
        f"MaxPool{rank}d",
        f"{functional}max_pool{rank}d_with_indices({window}, return_indices=False)",
        always=_WITH_INDICES,
        refuses="return_indices",
    )
    window = "input, kernel_size, stride=(), padding=0, dilation=1, ceil_mode=False"
    yield from _modules(f"MaxPool{rank}d", f"torch.max_pool{rank}d({window})")
    if rank == 1:
        yield from _modules("MaxPool1d", f"torch.max_pool1d_with_indices({window})", always=_WITH_INDICES)
    yield from _modules(
        f"MaxUnpool{rank}d",
        f"{functional}max_unpool{rank}d(input, indices, kernel_size, stride=None, padding=0, output_size=None)",
        tensors="input indices output_size",
    )

    window = "input, kernel_size, stride=(), padding=0, ceil_mode=False, count_include_pad=True"
    if rank == 1:
        yield from _modules("AvgPool1d", f"{functional}avg_pool1d({window})", f"torch.avg_pool1d({window})")
    else:
        call = f"{functional}avg_pool{rank}d({window}, divisor_override=None)"
        yield from _modules(f"AvgPool{rank}d", call, refuses="out")
    yield from _modules(
        f"LPPool{rank}d",
        f"{functional}lp_pool{rank}d(input, norm_type, kernel_size, stride=None, ceil_mode=False)",
        numbers="norm_type",
        note="the class makes a float of norm_type, so a learned exponent would get no gradient",
    )

    yield from _modules(f"AdaptiveAvgPool{rank}d", f"{functional}adaptive_avg_pool{rank}d(input, output_size)")
    yield from _modules(
        f"AdaptiveMaxPool{rank}d", f"{functional}adaptive_max_pool{rank}d(input, output_size, return_indices=False)"
    )
    yield from _modules(
        f"AdaptiveMaxPool{rank}d",
        f"{functional}adaptive_max_pool{rank}d_with_indices(input, output_size, return_indices=False)",
        always=_WITH_INDICES,
        refuses="return_indices",
    )
    if rank == 1:
        yield from _modules("AdaptiveAvgPool1d", "torch.adaptive_avg_pool1d(input, output_size)")
        yield from _modules("AdaptiveMaxPool1d", "torch.adaptive_max_pool1d(input, output_size)", always=_WITH_INDICES)
    else:
        sizes = "input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None"
        note = "give either output_size or output_ratio: the class refuses both, the function ignores the ratio"
        for suffix, always, refuses in (("", {}, ""), ("_with_indices", _WITH_INDICES, "return_indices")):
            yield from _modules(
                f"FractionalMaxPool{rank}d",
                f"{functional}fractional_max_pool{rank}d{suffix}({sizes})",
                always=always,
                requires={"_random_samples": "None"},
                refuses=refuses,
                checked=True,
                random=True,
                note=note,
            )


_POOLS: Final[tuple[Operation, ...]] = tuple(row for rank in (1, 2, 3) for row in _pools(rank))

_SHAPES: Final[tuple[Operation, ...]] = (
    *_modules(
        "Flatten",
        "torch.flatten(input, start_dim=0, end_dim=-1)",
        "torch.Tensor.flatten(input, start_dim=0, end_dim=-1)",
        spelled={"start_dim": "0"},
        refuses="dims out_dim",
        movement=True,
        note="the class keeps the batch dimension by default, the function does not",
    ),
    *_modules(
        "Unflatten",
        "torch.unflatten(input, dim, sizes)",
        "torch.Tensor.unflatten(input, dim, sizes)",
        renamed={"sizes": "unflattened_size"},
        refuses="names",
        checked=True,
        movement=True,
    ),
    *_modules(
        "PixelShuffle",
        "torch.nn.functional.pixel_shuffle(input, upscale_factor)",
        "torch.pixel_shuffle(input, upscale_factor)",
    ),
    *_modules(
        "PixelUnshuffle",
        "torch.nn.functional.pixel_unshuffle(input, downscale_factor)",
        "torch.pixel_unshuffle(input, downscale_factor)",
    ),
    *_modules(
        "ChannelShuffle",
        "torch.nn.functional.channel_shuffle(input, groups)",
        "torch.channel_shuffle(input, groups)",
    ),
    *_modules("Unfold", "torch.nn.functional.unfold(input, kernel_size, dilation=1, padding=0, stride=1)"),
    *_modules("Fold", "torch.nn.functional.fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1)"),
    *_modules(
        "Upsample",
        "torch.nn.functional.interpolate(input, size=None, scale_factor=None, mode='nearest', align_corners=None, "
        "recompute_scale_factor=None, antialias=False)",
        "torch.nn.functional.upsample(input, size=None, scale_factor=None, mode='nearest', align_corners=None)",
        requires={"antialias": "False"},
        tuples="scale_factor",
        note="size and scale_factor have to be constants; a size read from another tensor leaves no class",
    ),
    *_modules(
        "UpsamplingNearest2d",
        "torch.nn.functional.upsample_nearest(input, size=None, scale_factor=None)",
        tuples="scale_factor",
    ),
    *_modules(
        "UpsamplingBilinear2d",
        "torch.nn.functional.upsample_bilinear(input, size=None, scale_factor=None)",
        tuples="scale_factor",
    ),
    # The number of pads and the mode choose the class: `pad_module`.
    Operation(
        "torch.nn.functional.pad",
        (("input", REQUIRED), ("pad", REQUIRED), ("mode", "constant"), ("value", None)),
        "module",
        tensors=("input",),
        module="torch.nn.ConstantPad2d",
        constructor={"pad": "padding", "value": "value"},
        note="the number of pads and the mode choose the class; eight pads or more have none",
    ),
    *_modules(
        "LocalResponseNorm", "torch.nn.functional.local_response_norm(input, size, alpha=0.0001, beta=0.75, k=1.0)"
    ),
    *_modules(
        "CosineSimilarity",
        "torch.nn.functional.cosine_similarity(x1, x2, dim=1, eps=1e-08)",
        "torch.cosine_similarity(x1, x2, dim=1, eps=1e-08)",
        tensors="x1 x2",
    ),
    *_modules(
        "PairwiseDistance",
        "torch.nn.functional.pairwise_distance(x1, x2, p=2.0, eps=1e-06, keepdim=False)",
        "torch.pairwise_distance(x1, x2, p=2.0, eps=1e-06, keepdim=False)",
        tensors="x1 x2",
    ),
)

_LOSSES: Final[tuple[Operation, ...]] = (
    *_modules(
        "L1Loss",
        "torch.nn.functional.l1_loss(input, target, size_average=None, reduce=None, reduction='mean', weight=None)",
        tensors="input target",
        requires=_NO_WEIGHT,
    ),
    *_modules(
        "MSELoss",
        "torch.nn.functional.mse_loss(input, target, size_average=None, reduce=None, reduction='mean', weight=None)",
        tensors="input target",
        requires=_NO_WEIGHT,
    ),
    *_modules(
        "SmoothL1Loss",
        "torch.nn.functional.smooth_l1_loss(input, target, size_average=None, reduce=None, reduction='mean', beta=1.0)",
        tensors="input target",
    ),
    *_modules(
        "HuberLoss",
        "torch.nn.functional.huber_loss(input, target, reduction='mean', delta=1.0, weight=None)",
        tensors="input target",
        requires=_NO_WEIGHT,
        numbers="delta",
        checked=True,
    ),
    *_modules(
        "BCELoss",
        "torch.nn.functional.binary_cross_entropy(input, target, weight=None, size_average=None, reduce=None, "
        "reduction='mean')",
        tensors="input target",
        requires=_NO_WEIGHT,
        note="a weight given to the class becomes a buffer, and so a new state_dict key",
    ),
    *_modules(
        "BCEWithLogitsLoss",
        "torch.nn.functional.binary_cross_entropy_with_logits(input, target, weight=None, size_average=None, "
        "reduce=None, reduction='mean', pos_weight=None)",
        tensors="input target",
        requires=_NO_WEIGHT,
        note="a weight given to the class becomes a buffer, and so a new state_dict key",
    ),
    *_modules(
        "NLLLoss",
        "torch.nn.functional.nll_loss(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, "
        "reduction='mean')",
        tensors="input target",
        requires=_NO_WEIGHT,
        note="a weight given to the class becomes a buffer, and so a new state_dict key",
    ),
    *_modules(
        "CrossEntropyLoss",
        "torch.nn.functional.cross_entropy(input, target, weight=None, size_average=None, ignore_index=-100, "
        "reduce=None, reduction='mean', label_smoothing=0.0)",
        tensors="input target",
        requires=_NO_WEIGHT,
        note="a weight given to the class becomes a buffer, and so a new state_dict key",
    ),
    *_modules(
        "MultiMarginLoss",
        "torch.nn.functional.multi_margin_loss(input, target, p=1, margin=1.0, weight=None, size_average=None, "
        "reduce=None, reduction='mean')",
        tensors="input target",
        requires=_NO_WEIGHT,
        checked=True,
        note="a weight given to the class becomes a buffer, and so a new state_dict key",
    ),
    *_modules(
        "MultiLabelSoftMarginLoss",
        "torch.nn.functional.multilabel_soft_margin_loss(input, target, weight=None, size_average=None, reduce=None, "
        "reduction='mean')",
        tensors="input target",
        requires=_NO_WEIGHT,
        note="a weight given to the class becomes a buffer, and so a new state_dict key",
    ),
    *_modules(
        "MultiLabelMarginLoss",
        "torch.nn.functional.multilabel_margin_loss(input, target, size_average=None, reduce=None, reduction='mean')",
        tensors="input target",
    ),
    *_modules(
        "SoftMarginLoss",
        "torch.nn.functional.soft_margin_loss(input, target, size_average=None, reduce=None, reduction='mean')",
        tensors="input target",
    ),
    *_modules(
        "KLDivLoss",
        "torch.nn.functional.kl_div(input, target, size_average=None, reduce=None, reduction='mean', log_target=False)",
        tensors="input target",
    ),
    *_modules(
        "PoissonNLLLoss",
        "torch.nn.functional.poisson_nll_loss(input, target, log_input=True, full=False, size_average=None, eps=1e-08, "
        "reduce=None, reduction='mean')",
        tensors="input target",
    ),
    *_modules(
        "GaussianNLLLoss",
        "torch.nn.functional.gaussian_nll_loss(input, target, var, full=False, eps=1e-06, reduction='mean')",
        tensors="input target var",
    ),
    *_modules(
        "HingeEmbeddingLoss",
        "torch.nn.functional.hinge_embedding_loss(input, target, margin=1.0, size_average=None, reduce=None, "
        "reduction='mean')",
        tensors="input target",
    ),
    *_modules(
        "MarginRankingLoss",
        "torch.nn.functional.margin_ranking_loss(input1, input2, target, margin=0, size_average=None, reduce=None, "
        "reduction='mean')",
        tensors="input1 input2 target",
    ),
    *_modules(
        "CosineEmbeddingLoss",
        "torch.nn.functional.cosine_embedding_loss(input1, input2, target, margin=0, size_average=None, reduce=None, "
        "reduction='mean')",
        tensors="input1 input2 target",
    ),
    *_modules(
        "TripletMarginLoss",
        "torch.nn.functional.triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2, eps=1e-06, swap=False, "
        "size_average=None, reduce=None, reduction='mean')",
        tensors="anchor positive negative",
        checked=True,
    ),
    *_modules(
        "TripletMarginWithDistanceLoss",
        "torch.nn.functional.triplet_margin_with_distance_loss(anchor, positive, negative, distance_function=None, "
        "margin=1.0, swap=False, reduction='mean')",
        tensors="anchor positive negative",
        requires={"distance_function": "None"},
        checked=True,
        note="a distance function that is a module would become a child of the loss",
    ),
    *_modules(
        "CTCLoss",
        "torch.nn.functional.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction='mean', "
        "zero_infinity=False)",
        tensors="log_probs targets input_lengths target_lengths",
    ),
    *_modules(
        "CTCLoss",
        "torch.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction=0, zero_infinity=False)",
        tensors="log_probs targets input_lengths target_lengths",
        requires=_MEAN,
    ),
    *_modules(
        "BCEWithLogitsLoss",
        "torch.binary_cross_entropy_with_logits(input, target, weight=None, pos_weight=None, reduction=0)",
        tensors="input target",
        requires={**_NO_WEIGHT, **_MEAN},
    ),
    *_modules(
        "HingeEmbeddingLoss",
        "torch.hinge_embedding_loss(input, target, margin=1.0, reduction=0)",
        tensors="input target",
        requires=_MEAN,
    ),
    *_modules(
        "KLDivLoss",
        "torch.kl_div(input, target, reduction=0, log_target=False)",
        tensors="input target",
        requires=_MEAN,
    ),
    *_modules(
        "PoissonNLLLoss",
        "torch.poisson_nll_loss(input, target, log_input, full, eps, reduction)",
        tensors="input target",
        requires=_MEAN,
    ),
    *_modules(
        "CosineEmbeddingLoss",
        "torch.cosine_embedding_loss(input1, input2, target, margin=0.0, reduction=0)",
        tensors="input1 input2 target",
        requires=_MEAN,
    ),
    *_modules(
        "MarginRankingLoss",
        "torch.margin_ranking_loss(input1, input2, target, margin=0.0, reduction=0)",
        tensors="input1 input2 target",
        requires=_MEAN,
    ),
    *_modules(
        "TripletMarginLoss",
        "torch.triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2.0, eps=1e-06, swap=False, reduction=0)",
        tensors="anchor positive negative",
        requires=_MEAN,
        checked=True,
    ),
)

_ON_WEIGHTS: Final[tuple[Operation, ...]] = (
    *_weights("Linear", "torch.nn.functional.linear(input, weight, bias=None)"),
    *_weights(
        "Bilinear",
        "torch.nn.functional.bilinear(input1, input2, weight, bias=None)",
        "torch.bilinear(input1, input2, weight, bias=None)",
        tensors="input1 input2 weight bias",
    ),
    *(
        row
        for rank in (1, 2, 3)
        for namespace in ("torch.nn.functional", "torch")
        for row in (
            *_weights(
                f"Conv{rank}d",
                f"{namespace}.conv{rank}d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1)",
            ),
            *_weights(
                f"ConvTranspose{rank}d",
                f"{namespace}.conv_transpose{rank}d(input, weight, bias=None, stride=1, padding=0, output_padding=0, "
                "groups=1, dilation=1)",
            ),
        )
    ),
    *_weights(
        "",
        "torch.nn.functional.conv_tbc(input, weight, bias, pad=0)",
        "torch.conv_tbc(input, weight, bias, pad=0)",
        note="no class convolves the time, batch, channel layout",
    ),
    *_weights(
        "Embedding",
        "torch.nn.functional.embedding(input, weight, padding_idx=None, max_norm=None, norm_type=2.0, "
        "scale_grad_by_freq=False, sparse=False)",
        "torch.embedding(weight, indices, padding_idx=-1, scale_grad_by_freq=False, sparse=False)",
        tensors="input weight indices",
        note="the class would hold a table of its own, under a new state_dict key, and zero its padding row",
    ),
    *_weights(
        "EmbeddingBag",
        "torch.nn.functional.embedding_bag(input, weight, offsets=None, max_norm=None, norm_type=2, "
        "scale_grad_by_freq=False, mode='mean', sparse=False, per_sample_weights=None, include_last_offset=False, "
        "padding_idx=None)",
        "torch.embedding_bag(weight, indices, offsets, scale_grad_by_freq=False, mode=0, sparse=False, "
        "per_sample_weights=None, include_last_offset=False)",
        tensors="input weight indices offsets per_sample_weights",
    ),
    *_weights(
        "PReLU",
        "torch.nn.functional.prelu(input, weight)",
        "torch.prelu(input, weight)",
        "torch.Tensor.prelu(input, weight)",
    ),
    # The four norms have classes without weights, but those need the number of channels or the rank of the input.
    *_weights(
        "LayerNorm",
        "torch.nn.functional.layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-05)",
        "torch.layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-05, cudnn_enable=True)",
    ),
    *_weights(
        "RMSNorm",
        "torch.nn.functional.rms_norm(input, normalized_shape, weight=None, eps=None)",
        "torch.rms_norm(input, normalized_shape, weight=None, eps=None)",
    ),
    *_weights(
        "GroupNorm",
        "torch.nn.functional.group_norm(input, num_groups, weight=None, bias=None, eps=1e-05)",
        "torch.group_norm(input, num_groups, weight=None, bias=None, eps=1e-05, cudnn_enabled=True)",
    ),
    *_weights(
        "InstanceNorm2d",
        "torch.nn.functional.instance_norm(input, running_mean=None, running_var=None, weight=None, bias=None, "
        "use_input_stats=True, momentum=0.1, eps=1e-05)",
        "torch.instance_norm(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, "
        "cudnn_enabled)",
        tensors="input running_mean running_var weight bias",
    ),
    *_weights(
        "BatchNorm2d",
        "torch.nn.functional.batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, "
        "momentum=0.1, eps=1e-05)",
        "torch.batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, cudnn_enabled)",
        tensors="input running_mean running_var weight bias",
        note="the class would hold statistics and weights of its own, and count its batches in num_batches_tracked",
    ),
    *_weights(
        "LinearCrossEntropyLoss",
        "torch.nn.functional.linear_cross_entropy(input, linear_weight, target, linear_bias=None, weight=None, "
        "reduction='mean', ignore_index=None, label_smoothing=0.0, options=None)",
        tensors="input linear_weight target linear_bias weight",
    ),
    *_weights(
        "MultiheadAttention",
        "torch.nn.functional.multi_head_attention_forward(query, key, value, embed_dim_to_check, num_heads, "
        "in_proj_weight, in_proj_bias, bias_k, bias_v, add_zero_attn, dropout_p, out_proj_weight, out_proj_bias, "
        "training=True, key_padding_mask=None, need_weights=True, attn_mask=None, use_separate_proj_weight=False, "
        "q_proj_weight=None, k_proj_weight=None, v_proj_weight=None, static_k=None, static_v=None, "
        "average_attn_weights=True, is_causal=False)",
        tensors="query key value in_proj_weight in_proj_bias bias_k bias_v out_proj_weight out_proj_bias "
        "key_padding_mask attn_mask q_proj_weight k_proj_weight v_proj_weight static_k static_v",
        random=True,
    ),
    *_weights("LSTM", "torch.lstm()", random=True),
    *_weights("GRU", "torch.gru()", random=True),
    *_weights("RNN", "torch.rnn_tanh()", "torch.rnn_relu()", random=True),
    *_weights("LSTMCell", "torch.lstm_cell()"),
    *_weights("GRUCell", "torch.gru_cell()"),
    *_weights("RNNCell", "torch.rnn_tanh_cell()", "torch.rnn_relu_cell()"),
    # Kernels and quantized or vendors' forms of the above: nobody needs their signatures.
    *(row for name in _words("""
    batch_norm_elemt convolution cudnn_batch_norm cudnn_convolution cudnn_convolution_add_relu cudnn_convolution_relu
    cudnn_convolution_transpose embedding_renorm_ fbgemm_linear_fp16_weight fbgemm_linear_fp16_weight_fp32_activation
    fbgemm_linear_int8_weight fbgemm_linear_int8_weight_fp32_activation miopen_batch_norm miopen_convolution
    miopen_convolution_add_relu miopen_convolution_relu miopen_convolution_transpose miopen_depthwise_convolution
    miopen_rnn mkldnn_convolution mkldnn_rnn_layer native_batch_norm native_group_norm native_layer_norm
    quantized_batch_norm quantized_gru quantized_gru_cell quantized_lstm quantized_lstm_cell quantized_rnn_relu_cell
    quantized_rnn_tanh_cell
    """) for row in _weights("", f"torch.{name}()", random=name == "miopen_rnn")),
)

_RANDOM_OPS: Final = frozenset(_words("""
    alpha_dropout_ bernoulli binomial feature_alpha_dropout_ feature_dropout feature_dropout_ gumbel_softmax lobpcg
    multinomial native_dropout pca_lowrank poisson scaled_dot_product_attention svd_lowrank
"""))

_NOTES: Final[Mapping[str, str]] = {
    "clamp": "neither nn.ReLU nor nn.Hardtanh: the gradient at the bound is another",
    "clamp_min": "not nn.ReLU: the gradient at the bound is another",
    "clip": "neither nn.ReLU nor nn.Hardtanh: the gradient at the bound is another",
    "maximum": "not nn.ReLU: the gradient at a tie is another",
    "sigmoid_": "nn.Sigmoid has no inplace option, so the write into the input would be lost",
    "tanh_": "nn.Tanh has no inplace option, so the write into the input would be lost",
    "alpha_dropout_": "nn.AlphaDropout ignores its inplace option, so the write into the input would be lost",
    "feature_alpha_dropout_": "nn.FeatureAlphaDropout ignores its inplace option, so the write would be lost",
    "feature_dropout": "the rank of the input decides between nn.Dropout1d, nn.Dropout2d and nn.Dropout3d",
    "feature_dropout_": "the rank of the input decides between nn.Dropout1d, nn.Dropout2d and nn.Dropout3d",
    "native_channel_shuffle": "nn.ChannelShuffle has a derivative, this does not",
    "constant_pad_nd": "torch.nn.functional.pad computes the same and has classes",
    "unfold": "not nn.Unfold: the method slides over one dimension and copies nothing",
    "gumbel_softmax": "samples in eval as well; no class does",
    "scaled_dot_product_attention": "dropout_p acts in eval as well: it has to stay at the call",
    "one_hot": "the width can depend on the values",
    "affine_grid": "the size mostly comes from another tensor",
    "normalize": "its dim is 1 by default, not the last one",
}

# The functions of torch.nn.functional that no class expresses.
_FUNCTIONAL_OPS: Final[tuple[str, ...]] = _words("""
    affine_grid grid_sample grouped_mm gumbel_softmax native_channel_shuffle normalize one_hot pdist
    scaled_dot_product_attention scaled_grouped_mm scaled_mm
""")

_TORCH_OPS: Final[tuple[str, ...]] = _words("""
    abs abs_ absolute acos acos_ acosh acosh_ add addbmm addcdiv addcmul addmm addmv addmv_ addr affine_grid_generator
    all alpha_dropout_ amax amin aminmax angle any arccos arccos_ arccosh arccosh_ arcsin arcsin_ arcsinh arcsinh_
    arctan arctan2 arctan_ arctanh arctanh_ argmax argmin argsort argwhere as_strided_scatter asin asin_ asinh asinh_
    atan atan2 atan_ atanh atanh_ baddbmm batch_norm_backward_elemt batch_norm_backward_reduce batch_norm_gather_stats
    batch_norm_gather_stats_with_counts batch_norm_stats batch_norm_update_stats bernoulli bincount binomial
    bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor block_diag bmm bucketize
    cartesian_prod cat cdist ceil ceil_ chain_matmul cholesky cholesky_inverse cholesky_solve clamp clamp_ clamp_max
    clamp_max_ clamp_min clamp_min_ clip clip_ column_stack combinations complex concat concatenate conj_physical
    conj_physical_ constant_pad_nd copysign corrcoef cos cos_ cosh cosh_ count_nonzero cov cross
    cudnn_affine_grid_generator cudnn_grid_sampler cummax cummin cumprod cumsum cumulative_trapezoid deg2rad deg2rad_
    det diag diag_embed diagflat diagonal_scatter diff digamma dist div divide dot dsmm dstack eig einsum eq erf erf_
    erfc erfc_ erfinv exp exp2 exp2_ exp_ expm1 expm1_ fake_quantize_per_channel_affine
    fake_quantize_per_tensor_affine feature_alpha_dropout_ feature_dropout feature_dropout_ fill fix fix_ flip fliplr
    flipud float_power floor floor_ floor_divide fmax fmin fmod frac frac_ frexp frobenius_norm
    fused_moving_avg_obs_fake_quant gather gcd gcd_ ge geqrf ger gradient greater greater_equal grid_sampler
    grid_sampler_2d grid_sampler_3d gt heaviside histc histogram histogramdd hsmm hspmm hstack hypot i0 i0_ igamma
    igammac index_add index_copy index_fill index_put index_put_ index_reduce index_select inner inverse isclose
    isfinite isin isinf isnan isneginf isposinf isreal istft kron kthvalue lcm lcm_ ldexp ldexp_ le lerp less
    less_equal lgamma lobpcg log log10 log10_ log1p log1p_ log2 log2_ log_ logaddexp logaddexp2 logcumsumexp logdet
    logical_and logical_not logical_or logical_xor logit logit_ logsumexp lstsq lt lu lu_solve lu_unpack masked_fill
    masked_scatter masked_select matmul matrix_exp matrix_power matrix_rank max maximum mean median meshgrid min
    minimum miopen_ctc_loss mkldnn_adaptive_avg_pool2d mkldnn_linear_backward_weights mkldnn_max_pool2d
    mkldnn_max_pool3d mm mode msort mul multinomial multiply mv mvlgamma nan_to_num nan_to_num_ nanmean nanmedian
    nanquantile nansum native_channel_shuffle native_dropout native_norm ne neg neg_ negative negative_ nextafter
    nonzero nonzero_static norm norm_except_dim not_equal nuclear_norm orgqr ormqr outer pca_lowrank pdist pinverse
    poisson polar polygamma pow prod put qr quantile quantized_max_pool1d quantized_max_pool2d quantized_max_pool3d
    rad2deg rad2deg_ reciprocal reciprocal_ remainder renorm repeat_interleave roll rot90 round round_ row_stack rsqrt
    rsqrt_ rsub saddmm scatter scatter_add scatter_reduce searchsorted segment_reduce select_scatter sgn sigmoid_ sign
    signbit sin sin_ sinc sinc_ sinh sinh_ slice_scatter slogdet smm solve sort spmm sqrt sqrt_ square square_
    sspaddmm stack std std_mean stft sub subtract sum svd svd_lowrank symeig take take_along_dim tan tan_ tanh_
    tensordot tile topk trace trapezoid trapz triangular_solve tril triu true_divide trunc trunc_ unfold_copy unique
    unique_consecutive unravel_index vander var var_mean vdot vstack where xlogy xlogy_
""")

_LINALG_OPS: Final[tuple[str, ...]] = _words("""
    cholesky cholesky_ex cond cross det eig eigh eigvals eigvalsh householder_product inv inv_ex ldl_factor
    ldl_factor_ex ldl_solve lstsq lu lu_factor lu_factor_ex lu_solve matmul matrix_exp matrix_norm matrix_power
    matrix_rank multi_dot norm pinv qr slogdet solve solve_ex solve_triangular svd svdvals tensorinv tensorsolve
    vander vecdot vector_norm
""")

_FFT_OPS: Final[tuple[str, ...]] = _words("""
    fft fft2 fftn fftshift hfft hfft2 hfftn ifft ifft2 ifftn ifftshift ihfft ihfft2 ihfftn irfft irfft2 irfftn rfft
    rfft2 rfftn
""")

# softmax, log_softmax and expit have classes and stand above.
_SPECIAL_OPS: Final[tuple[str, ...]] = _words("""
    airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 chebyshev_polynomial_t chebyshev_polynomial_u
    chebyshev_polynomial_v chebyshev_polynomial_w digamma entr erf erfc erfcx erfinv exp2 expm1 gammainc gammaincc
    gammaln hermite_polynomial_h hermite_polynomial_he i0 i0e i1 i1e laguerre_polynomial_l legendre_polynomial_p log1p
    log_ndtr logit logsumexp modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 multigammaln
    ndtr ndtri polygamma psi round scaled_modified_bessel_k0 scaled_modified_bessel_k1 shifted_chebyshev_polynomial_t
    shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v shifted_chebyshev_polynomial_w sinc
    spherical_bessel_j0 xlog1py xlogy zeta
""")

_METHOD_OPS: Final[tuple[str, ...]] = _words("""
    abs abs_ absolute absolute_ acos acos_ acosh acosh_ add add_ addbmm addbmm_ addcdiv addcdiv_ addcmul addcmul_
    addmm addmm_ addmv addmv_ addr addr_ all amax amin aminmax angle any arccos arccos_ arccosh arccosh_ arcsin
    arcsin_ arcsinh arcsinh_ arctan arctan2 arctan2_ arctan_ arctanh arctanh_ argmax argmin argsort argwhere
    as_strided_scatter asin asin_ asinh asinh_ atan atan2 atan2_ atan_ atanh atanh_ baddbmm baddbmm_ bernoulli
    bincount bitwise_and bitwise_and_ bitwise_left_shift bitwise_left_shift_ bitwise_not bitwise_not_ bitwise_or
    bitwise_or_ bitwise_right_shift bitwise_right_shift_ bitwise_xor bitwise_xor_ bmm ceil ceil_ cholesky
    cholesky_inverse cholesky_solve clamp clamp_ clamp_max clamp_max_ clamp_min clamp_min_ clip clip_ conj_physical
    conj_physical_ copysign copysign_ corrcoef cos cos_ cosh cosh_ count_nonzero cov cross cummax cummin cumprod
    cumprod_ cumsum cumsum_ deg2rad deg2rad_ det diag diag_embed diagflat diagonal_scatter diff digamma digamma_ dist
    div div_ divide divide_ dot eig eq eq_ erf erf_ erfc erfc_ erfinv erfinv_ exp exp2 exp2_ exp_ expm1 expm1_
    fill_diagonal_ fix fix_ flip fliplr flipud float_power float_power_ floor floor_ floor_divide floor_divide_ fmax
    fmin fmod fmod_ frac frac_ frexp gather gcd gcd_ ge ge_ geqrf ger greater greater_ greater_equal greater_equal_ gt
    gt_ heaviside heaviside_ histc histogram hypot hypot_ i0 i0_ igamma igamma_ igammac igammac_ index index_add
    index_add_ index_copy index_copy_ index_fill index_fill_ index_put index_put_ index_reduce index_reduce_
    index_select inner inverse isclose isfinite isinf isnan isneginf isposinf isreal istft kron kthvalue lcm lcm_
    ldexp ldexp_ le le_ lerp lerp_ less less_ less_equal less_equal_ lgamma lgamma_ log log10 log10_ log1p log1p_ log2
    log2_ log_ logaddexp logaddexp2 logcumsumexp logdet logical_and logical_and_ logical_not logical_not_ logical_or
    logical_or_ logical_xor logical_xor_ logit logit_ logsumexp lstsq lt lt_ lu lu_solve masked_fill masked_fill_
    masked_scatter masked_scatter_ masked_select matmul matrix_exp matrix_power max maximum mean median min minimum mm
    mode msort mul mul_ multinomial multiply multiply_ mv mvlgamma mvlgamma_ nan_to_num nan_to_num_ nanmean nanmedian
    nanquantile nansum ne ne_ neg neg_ negative negative_ nextafter nextafter_ nonzero nonzero_static norm not_equal
    not_equal_ orgqr ormqr outer pinverse polygamma polygamma_ pow pow_ prod put put_ qr quantile rad2deg rad2deg_
    reciprocal reciprocal_ remainder remainder_ renorm renorm_ repeat repeat_interleave roll rot90 round round_ rsqrt
    rsqrt_ scatter scatter_ scatter_add scatter_add_ scatter_reduce scatter_reduce_ select_scatter sgn sgn_ sigmoid_
    sign sign_ signbit sin sin_ sinc sinc_ sinh sinh_ slice_scatter slogdet smm solve sort sqrt sqrt_ square square_
    sspaddmm std stft sub sub_ subtract subtract_ sum sum_to_size svd symeig take take_along_dim tan tan_ tanh_ tile
    topk trace triangular_solve tril tril_ triu triu_ true_divide true_divide_ trunc trunc_ unfold unique
    unique_consecutive var vdot where xlogy xlogy_
""")

OPERATIONS: Final[Mapping[str, Operation]] = {
    operation.name: operation
    for operation in (
        *_ACTIVATIONS,
        *_DROPOUTS,
        *_POOLS,
        *_SHAPES,
        *_LOSSES,
        *_ON_WEIGHTS,
        *_ops("torch.nn.functional", _FUNCTIONAL_OPS),
        *_ops("torch", _TORCH_OPS),
        *_ops("torch.linalg", _LINALG_OPS),
        *_ops("torch.fft", _FFT_OPS),
        *_ops("torch.special", _SPECIAL_OPS),
        *_ops("torch.Tensor", _METHOD_OPS),
    )
}
"""Every operation by its canonical name."""


def method(name: str) -> Operation | None:
    """The operation that ``x.name(...)`` is on a tensor, if it is one."""
    return OPERATIONS.get(f"torch.Tensor.{name}")


_ALLOCATING: Final = frozenset(_words("""
    abs add addcmul addmm amax amin arange avg_pool1d avg_pool2d avg_pool3d baddbmm batch_norm bernoulli bilinear bmm cat
    ceil clamp clamp_max clamp_min clone concat concatenate conv1d conv2d conv3d conv_transpose1d conv_transpose2d
    conv_transpose3d cos cosine_similarity cumsum div elu embedding empty empty_like eq erf exp exp2 expm1 floor full
    full_like gather ge gelu glu group_norm gt hardsigmoid hardswish hardtanh index_select layer_norm le leaky_relu lerp
    linear linspace log log1p log2 log_softmax logical_and logical_not logical_or logsigmoid logsumexp lt masked_fill
    matmul maximum mean minimum mish mm mul ne neg new_empty new_full new_ones new_zeros norm normalize ones ones_like
    outer pow prod rand rand_like randint randn randn_like reciprocal relu relu6 rms_norm roll round rsqrt
    scaled_dot_product_attention selu sigmoid sign silu sin softmax softplus sqrt square stack std sub sum tanh tril triu
    true_divide var where zeros zeros_like
"""))


def is_allocating(operation: Operation, call: ast.Call) -> bool:
    """Whether the call gives a new tensor for certain: none of its inputs, and no view of one."""
    if operation.name.rpartition(".")[2] not in _ALLOCATING:
        return False
    if any(keyword.arg in ("inplace", "out", None) for keyword in call.keywords):
        return False
    names = [name for name, _ in operation.parameters]
    return "inplace" not in names or len(call.args) <= names.index("inplace")


_PADS: Final[Mapping[str, str]] = {"reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}


def pad_module(count: int, mode: str, has_value: bool) -> str | None:
    """The class that pads like ``torch.nn.functional.pad`` with ``count`` numbers, or none.

    ``has_value`` is whether a ``value`` other than None is given. The rank of the input need not be known: the constant
    classes take any rank the function takes, and the others raise at the ranks where the function raises.
    """
    if count not in (2, 4, 6):
        return None
    if mode == "constant":
        return f"torch.nn.{'ConstantPad' if has_value else 'ZeroPad'}{count // 2}d"
    if mode in _PADS and not has_value:
        return f"torch.nn.{_PADS[mode]}{count // 2}d"
    return None


# Movement: the result holds the values of the input, each once and in order, or is a view of them. What reorders or
# repeats values in new memory (roll, flip, repeat, tile, gather, stack) is computed by a kernel of its own and so is an
# operation. Casts and copies to another device count as movement: quantizers see through them.
_MOVING_METHODS: Final[tuple[str, ...]] = _words("""
    adjoint as_strided as_strided_ bfloat16 bool broadcast_to byte cdouble cfloat chalf char chunk clone conj
    contiguous cpu cuda detach detach_ diagonal double dsplit expand expand_as float half hsplit int ipu long moveaxis
    movedim mtia narrow narrow_copy permute pin_memory positive ravel reshape reshape_as resolve_conj resolve_neg
    select short split split_with_sizes squeeze squeeze_ swapaxes swapaxes_ swapdims swapdims_ t t_ tensor_split to
    transpose transpose_ type type_as unbind unsafe_chunk unsafe_split unsafe_split_with_sizes unsqueeze unsqueeze_
    view view_as vsplit xpu
""")

_MOVING_FUNCTIONS: Final[tuple[str, ...]] = _words("""
    adjoint alias_copy as_strided as_strided_ as_strided_copy atleast_1d atleast_2d atleast_3d broadcast_tensors
    broadcast_to chunk clone conj detach detach_ detach_copy diagonal diagonal_copy dsplit expand_copy hsplit imag
    linalg.diagonal moveaxis movedim narrow narrow_copy permute permute_copy positive ravel real reshape resolve_conj
    resolve_neg select select_copy slice_copy split split_copy split_with_sizes split_with_sizes_copy squeeze
    squeeze_copy swapaxes swapdims t t_copy tensor_split transpose transpose_copy unbind unbind_copy unsafe_chunk
    unsafe_split unsafe_split_with_sizes unsqueeze unsqueeze_copy view_as_complex view_as_complex_copy view_as_real
    view_as_real_copy view_copy vsplit
""")

MOVEMENT: Final[frozenset[str]] = frozenset(
    (*(f"torch.Tensor.{name}" for name in _MOVING_METHODS), *(f"torch.{name}" for name in _MOVING_FUNCTIONS))
)
"""What only moves or reinterprets its tensor."""

CREATION: Final[frozenset[str]] = frozenset(f"torch.{name}" for name in _words("""
    arange as_tensor asarray bartlett_window blackman_window empty empty_like empty_permuted empty_quantized
    empty_strided eye fft.fftfreq fft.rfftfreq from_dlpack from_file from_numpy frombuffer full full_like
    hamming_window hann_window kaiser_window linspace logspace normal ones ones_like rand rand_like randint
    randint_like randn randn_like randperm range scalar_tensor sparse_bsc_tensor sparse_bsr_tensor
    sparse_compressed_tensor sparse_coo_tensor sparse_csc_tensor sparse_csr_tensor tensor tril_indices triu_indices
    zeros zeros_like
"""))
"""What makes tensors out of no tensor, or out of a tensor's shape alone."""

TABLES: Final[frozenset[str]] = frozenset(f"torch.{name}" for name in _words("""
    Tensor.new_full Tensor.new_ones Tensor.new_zeros arange eye full full_like linspace logspace ones ones_like zeros
    zeros_like
"""))
"""Creation whose values the call says: positions, masks and the like. The others draw theirs, leave them open, or take
over those of an object of Python."""

# What AIMET's validator accepts outside of modules: it knows them by the names of ATen, where casts are `to` and swapped
# axes are `transpose`.
_ACCEPTED: Final = frozenset(_words("""
    bfloat16 bool byte cdouble cfloat char chunk clone contiguous cpu cuda detach double expand expand_as float half
    int long narrow permute randn reshape reshape_as select short split squeeze swapaxes swapdims t to transpose type unsqueeze view
"""))
_NEW_METHODS: Final = _words("new new_empty new_empty_strided new_full new_ones new_tensor new_zeros")

REARRANGING: Final[Mapping[str, Operation]] = {
    name: Operation(name, kind="data", mutates=name.endswith("_"))
    for name in sorted((*MOVEMENT, *CREATION, *(f"torch.Tensor.{name}" for name in _NEW_METHODS)))
    if name.rpartition(".")[2] not in _ACCEPTED
} | {name: Operation(name, kind="data") for name in ("torch.split", "torch.Tensor.split")}
"""Movement and creation that the strictest target wants as modules too, by canonical name: it accepts a handful of
functions that only reshape, and none that repeats, pairs up or makes tensors. ``split`` is accepted if it is given a
number."""

OTHER_METHODS: Final[frozenset[str]] = frozenset(f"torch.Tensor.{name}" for name in _words("""
    allclose apply_ as_subclass backward bernoulli_ cauchy_ ccol_indices coalesce col_indices const_data_ptr copy_
    crow_indices data_ptr dense_dim dequantize dim dim_order element_size equal exponential_ fill_ geometric_
    get_device hash_tensor indices int_repr is_coalesced is_complex is_conj is_contiguous is_distributed
    is_floating_point is_inference is_neg is_nonzero is_pinned is_same_size is_set_to is_shared is_signed item
    log_normal_ map2_ map_ module_load ndimension nelement new new_empty new_empty_strided new_full new_ones
    new_tensor new_zeros normal_ numel numpy q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale
    q_zero_point qscheme random_ record_stream register_hook register_post_accumulate_grad_hook reinforce
    requires_grad_ resize resize_ resize_as resize_as_ resize_as_sparse_ retain_grad row_indices set_ share_memory_
    size slice_inverse sparse_dim sparse_mask sparse_resize_ sparse_resize_and_clear_ storage storage_offset
    storage_type stride to_dense to_mkldnn to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo
    to_sparse_csc to_sparse_csr tolist uniform_ untyped_storage values zero_
"""))
"""The tensor methods left: queries, ways to Python and to other layouts, hooks, new tensors, plain fills."""

OTHER_FUNCTIONS: Final[frozenset[str]] = frozenset(f"torch.{name}" for name in _words("""
    allclose are_deterministic_algorithms_enabled autocast_decrement_nesting autocast_increment_nesting
    broadcast_shapes can_cast ccol_indices_copy choose_qparams_optimized classproperty clear_autocast_cache
    col_indices_copy compile compiled_with_cxx11_abi cond crow_indices_copy cudnn_is_acceptable dequantize equal
    fbgemm_linear_quantize_weight fbgemm_pack_gemm_matrix_fp16 fbgemm_pack_quantized_matrix fill_ fork
    get_autocast_cpu_dtype get_autocast_dtype get_autocast_gpu_dtype get_autocast_ipu_dtype get_autocast_xla_dtype
    get_default_device get_default_dtype get_deterministic_debug_mode get_device get_device_module get_file_path
    get_float32_matmul_precision get_num_interop_threads get_num_threads get_rng_state hash_tensor import_ir_module
    import_ir_module_from_buffer indices_copy init_num_threads initial_seed int_repr is_anomaly_check_nan_enabled
    is_anomaly_enabled is_autocast_cache_enabled is_autocast_cpu_enabled is_autocast_enabled is_autocast_ipu_enabled
    is_autocast_xla_enabled is_complex is_conj is_deterministic_algorithms_warn_only_enabled is_distributed
    is_floating_point is_grad_enabled is_inference is_inference_mode_enabled is_neg is_nonzero is_same_size is_signed
    is_storage is_tensor is_vulkan_available is_warn_always_enabled load manual_seed merge_type_from_type_comment
    numel parse_ir parse_schema parse_type_comment prepare_multiprocessing_environment
    profiler_allow_cudagraph_cupti_lazy_reinit_cuda12 promote_types q_per_channel_axis q_per_channel_scales
    q_per_channel_zero_points q_scale q_zero_point quantize_per_channel quantize_per_tensor
    quantize_per_tensor_dynamic resize_as_ resize_as_sparse_ result_type row_indices_copy save seed
    set_anomaly_enabled set_autocast_cache_enabled set_autocast_cpu_dtype set_autocast_cpu_enabled set_autocast_dtype
    set_autocast_enabled set_autocast_gpu_dtype set_autocast_ipu_dtype set_autocast_ipu_enabled set_autocast_xla_dtype
    set_autocast_xla_enabled set_default_device set_default_dtype set_default_tensor_type set_deterministic_debug_mode
    set_float32_matmul_precision set_flush_denormal set_num_interop_threads set_num_threads set_printoptions
    set_rng_state set_warn_always slice_inverse sym_constrain_range sym_constrain_range_for_size sym_float
    sym_fresh_size sym_int sym_ite sym_max sym_min sym_not sym_sqrt sym_sum thread_safe_generator to_dlpack typename
    unify_type_list use_deterministic_algorithms values_copy vmap wait while_loop zero_
"""))
"""The functions of ``torch`` left: settings, queries, files, compilers, symbolic numbers, quantized storage."""

DISTINCTIVE_METHODS: Final[frozenset[str]] = frozenset(_words("""
    abs_ absolute_ acos acos_ acosh acosh_ add_ addbmm addbmm_ addcdiv addcdiv_ addcmul addcmul_ addmm addmm_ addmv
    addmv_ addr addr_ amax amin aminmax angle arccos arccos_ arccosh arccosh_ arcsin arcsin_ arcsinh arcsinh_ arctan
    arctan2 arctan2_ arctan_ arctanh arctanh_ argwhere as_strided_scatter asin asin_ asinh asinh_ atan atan2 atan2_
    atan_ atanh atanh_ baddbmm baddbmm_ bernoulli bincount bitwise_and bitwise_and_ bitwise_left_shift
    bitwise_left_shift_ bitwise_not bitwise_not_ bitwise_or bitwise_or_ bitwise_right_shift bitwise_right_shift_
    bitwise_xor bitwise_xor_ bmm ceil ceil_ cholesky cholesky_inverse cholesky_solve clamp clamp_ clamp_max clamp_max_
    clamp_min clamp_min_ clip_ conj_physical conj_physical_ copysign copysign_ corrcoef cos cos_ cosh cosh_
    count_nonzero cumprod_ cumsum_ deg2rad deg2rad_ det diag diag_embed diagflat diagonal_scatter digamma digamma_
    div_ divide_ eig eq_ erf erf_ erfc erfc_ erfinv erfinv_ exp2 exp2_ exp_ expm1 expm1_ fill_diagonal_ fix_ flip
    fliplr flipud float_power float_power_ floor floor_ floor_divide floor_divide_ fmax fmin fmod fmod_ frac frac_
    frexp gcd gcd_ ge_ geqrf ger greater_ greater_equal greater_equal_ gt_ hardshrink heaviside heaviside_ histc hypot
    hypot_ i0 i0_ igamma igamma_ igammac igammac_ index_add index_add_ index_copy index_copy_ index_fill index_fill_
    index_put index_put_ index_reduce index_reduce_ index_select isclose isfinite isinf isnan isneginf isposinf isreal
    istft kron kthvalue lcm lcm_ ldexp ldexp_ le_ lerp lerp_ less_ less_equal less_equal_ lgamma lgamma_ log10_ log1p
    log1p_ log2 log2_ log_ log_softmax logaddexp logaddexp2 logcumsumexp logdet logical_and_ logical_not logical_not_
    logical_or_ logical_xor_ logit logit_ logsumexp lstsq lt_ lu lu_solve masked_fill masked_fill_ masked_scatter
    masked_scatter_ masked_select matmul matrix_exp matrix_power maximum minimum mm msort mul_ multiply_ mv mvlgamma
    mvlgamma_ nan_to_num nan_to_num_ nanmean nanmedian nanquantile nansum ne_ neg neg_ negative negative_ nextafter
    nextafter_ nonzero_static not_equal not_equal_ orgqr ormqr pinverse polygamma polygamma_ pow_ prelu put_ qr
    rad2deg rad2deg_ reciprocal reciprocal_ relu relu_ remainder remainder_ renorm renorm_ repeat_interleave roll
    rot90 round_ rsqrt rsqrt_ scatter_ scatter_add scatter_add_ scatter_reduce scatter_reduce_ select_scatter sgn sgn_
    sigmoid sigmoid_ sign_ signbit sin sin_ sinc sinc_ sinh sinh_ slice_scatter slogdet smm softmax sqrt_ square
    square_ sspaddmm stft sub_ subtract_ sum_to_size svd symeig take_along_dim tan tan_ tanh tanh_ tile topk
    triangular_solve tril tril_ triu triu_ true_divide true_divide_ trunc trunc_ unflatten unfold unique_consecutive
    vdot xlogy xlogy_
"""))
"""Operations whose method name no other common type has, so that ``x.name(...)`` says that ``x`` is a tensor.

Compared with the builtin and standard containers and numbers, numpy, pandas, ``torch.nn.Module`` and
``torch.distributions``; left out are also words that loggers, plots, solvers and blocks use for methods of their own
(``log``, ``scatter``, ``solve``, ``norm``). An attribute of a user's class can still have any name: ``self.relu(x)``.
"""

_RESULTS: Final[Mapping[Result, str]] = {
    "tensors": """
    torch.Tensor.aminmax torch.Tensor.chunk torch.Tensor.cummax torch.Tensor.cummin torch.Tensor.dsplit
    torch.Tensor.eig torch.Tensor.frexp torch.Tensor.geqrf torch.Tensor.histogram torch.Tensor.hsplit
    torch.Tensor.kthvalue torch.Tensor.lstsq torch.Tensor.lu torch.Tensor.mode torch.Tensor.qr torch.Tensor.slogdet
    torch.Tensor.solve torch.Tensor.sort torch.Tensor.split torch.Tensor.split_with_sizes torch.Tensor.svd
    torch.Tensor.symeig torch.Tensor.tensor_split torch.Tensor.topk torch.Tensor.triangular_solve torch.Tensor.unbind
    torch.Tensor.unsafe_chunk torch.Tensor.unsafe_split torch.Tensor.unsafe_split_with_sizes torch.Tensor.vsplit
    torch.adaptive_max_pool1d torch.aminmax torch.batch_norm_backward_reduce torch.batch_norm_gather_stats
    torch.batch_norm_gather_stats_with_counts torch.batch_norm_stats torch.batch_norm_update_stats
    torch.broadcast_tensors torch.choose_qparams_optimized torch.chunk torch.cudnn_batch_norm torch.cummax
    torch.cummin torch.dsplit torch.eig torch.embedding_bag torch.fbgemm_linear_quantize_weight torch.frexp
    torch.geqrf torch.gradient torch.gru torch.histogram torch.histogramdd torch.hsplit torch.kthvalue
    torch.linalg.cholesky_ex torch.linalg.eig torch.linalg.eigh torch.linalg.inv_ex torch.linalg.ldl_factor
    torch.linalg.ldl_factor_ex torch.linalg.lstsq torch.linalg.lu torch.linalg.lu_factor torch.linalg.lu_factor_ex
    torch.linalg.qr torch.linalg.slogdet torch.linalg.solve_ex torch.linalg.svd torch.lobpcg torch.lstm
    torch.lstm_cell torch.lstsq torch.lu torch.lu_unpack torch.max_pool1d_with_indices torch.meshgrid
    torch.miopen_batch_norm torch.miopen_ctc_loss torch.miopen_rnn torch.mkldnn_linear_backward_weights
    torch.mkldnn_rnn_layer torch.mode torch.native_batch_norm torch.native_dropout torch.native_group_norm
    torch.native_layer_norm torch.nn.functional.adaptive_max_pool1d_with_indices
    torch.nn.functional.adaptive_max_pool2d_with_indices torch.nn.functional.adaptive_max_pool3d_with_indices
    torch.nn.functional.fractional_max_pool2d_with_indices torch.nn.functional.fractional_max_pool3d_with_indices
    torch.nn.functional.max_pool1d_with_indices torch.nn.functional.max_pool2d_with_indices
    torch.nn.functional.max_pool3d_with_indices torch.nn.functional.multi_head_attention_forward torch.pca_lowrank
    torch.qr torch.quantized_gru torch.quantized_lstm torch.quantized_lstm_cell torch.rnn_relu torch.rnn_tanh
    torch.slogdet torch.solve torch.sort torch.split torch.split_copy torch.split_with_sizes
    torch.split_with_sizes_copy torch.std_mean torch.svd torch.svd_lowrank torch.symeig torch.tensor_split torch.topk
    torch.triangular_solve torch.unbind torch.unbind_copy torch.unravel_index torch.unsafe_chunk torch.unsafe_split
    torch.unsafe_split_with_sizes torch.var_mean torch.vsplit
    """,
    "number": """
    torch.Tensor.const_data_ptr torch.Tensor.data_ptr torch.Tensor.dense_dim torch.Tensor.dim
    torch.Tensor.element_size torch.Tensor.get_device torch.Tensor.item torch.Tensor.itemsize torch.Tensor.nbytes
    torch.Tensor.ndim torch.Tensor.ndimension torch.Tensor.nelement torch.Tensor.numel torch.Tensor.output_nr
    torch.Tensor.q_per_channel_axis torch.Tensor.q_scale torch.Tensor.q_zero_point torch.Tensor.sparse_dim
    torch.Tensor.storage_offset torch.get_device torch.get_num_interop_threads torch.get_num_threads
    torch.initial_seed torch.numel torch.q_per_channel_axis torch.q_scale torch.q_zero_point torch.seed
    torch.sym_float torch.sym_int torch.sym_max torch.sym_min torch.sym_sqrt torch.sym_sum
    """,
    "shape": """
    torch.Tensor.dim_order torch.Tensor.shape torch.Tensor.size torch.Tensor.stride torch.broadcast_shapes
    """,
    "bool": """
    torch.Tensor.allclose torch.Tensor.equal torch.Tensor.is_coalesced torch.Tensor.is_complex torch.Tensor.is_conj
    torch.Tensor.is_contiguous torch.Tensor.is_cpu torch.Tensor.is_cuda torch.Tensor.is_distributed
    torch.Tensor.is_floating_point torch.Tensor.is_inference torch.Tensor.is_ipu torch.Tensor.is_leaf
    torch.Tensor.is_maia torch.Tensor.is_meta torch.Tensor.is_mkldnn torch.Tensor.is_mps torch.Tensor.is_mtia
    torch.Tensor.is_neg torch.Tensor.is_nested torch.Tensor.is_nonzero torch.Tensor.is_pinned
    torch.Tensor.is_quantized torch.Tensor.is_same_size torch.Tensor.is_set_to torch.Tensor.is_shared
    torch.Tensor.is_signed torch.Tensor.is_sparse torch.Tensor.is_sparse_csr torch.Tensor.is_vulkan
    torch.Tensor.is_xla torch.Tensor.is_xpu torch.Tensor.requires_grad torch.Tensor.retains_grad torch.Tensor.volatile
    torch.allclose torch.are_deterministic_algorithms_enabled torch.can_cast torch.compiled_with_cxx11_abi
    torch.cudnn_is_acceptable torch.equal torch.is_anomaly_check_nan_enabled torch.is_anomaly_enabled
    torch.is_autocast_cache_enabled torch.is_autocast_cpu_enabled torch.is_autocast_enabled
    torch.is_autocast_ipu_enabled torch.is_autocast_xla_enabled torch.is_complex torch.is_conj
    torch.is_deterministic_algorithms_warn_only_enabled torch.is_distributed torch.is_floating_point
    torch.is_grad_enabled torch.is_inference torch.is_inference_mode_enabled torch.is_neg torch.is_nonzero
    torch.is_same_size torch.is_signed torch.is_storage torch.is_tensor torch.is_vulkan_available
    torch.is_warn_always_enabled torch.sym_not
    """,
    "other": """
    torch.Tensor.backward torch.Tensor.device torch.Tensor.dtype torch.Tensor.grad_dtype torch.Tensor.grad_fn
    torch.Tensor.layout torch.Tensor.name torch.Tensor.numpy torch.Tensor.qscheme torch.Tensor.record_stream
    torch.Tensor.register_hook torch.Tensor.register_post_accumulate_grad_hook torch.Tensor.retain_grad
    torch.Tensor.storage torch.Tensor.storage_type torch.Tensor.tolist torch.Tensor.untyped_storage
    torch.autocast_decrement_nesting torch.autocast_increment_nesting torch.classproperty torch.clear_autocast_cache
    torch.compile torch.fork torch.get_autocast_cpu_dtype torch.get_autocast_dtype torch.get_autocast_gpu_dtype
    torch.get_autocast_ipu_dtype torch.get_autocast_xla_dtype torch.get_default_device torch.get_default_dtype
    torch.get_deterministic_debug_mode torch.get_device_module torch.get_file_path torch.get_float32_matmul_precision
    torch.get_rng_state torch.import_ir_module torch.import_ir_module_from_buffer torch.init_num_threads
    torch.manual_seed torch.merge_type_from_type_comment torch.parse_ir torch.parse_schema torch.parse_type_comment
    torch.prepare_multiprocessing_environment torch.profiler_allow_cudagraph_cupti_lazy_reinit_cuda12
    torch.promote_types torch.result_type torch.save torch.set_anomaly_enabled torch.set_autocast_cache_enabled
    torch.set_autocast_cpu_dtype torch.set_autocast_cpu_enabled torch.set_autocast_dtype torch.set_autocast_enabled
    torch.set_autocast_gpu_dtype torch.set_autocast_ipu_dtype torch.set_autocast_ipu_enabled
    torch.set_autocast_xla_dtype torch.set_autocast_xla_enabled torch.set_default_device torch.set_default_dtype
    torch.set_default_tensor_type torch.set_deterministic_debug_mode torch.set_float32_matmul_precision
    torch.set_flush_denormal torch.set_num_interop_threads torch.set_num_threads torch.set_printoptions
    torch.set_rng_state torch.set_warn_always torch.sym_constrain_range torch.sym_constrain_range_for_size
    torch.sym_fresh_size torch.thread_safe_generator torch.to_dlpack torch.typename torch.unify_type_list
    torch.use_deterministic_algorithms
    """,
}

RESULT_NOT_TENSOR: Final[Mapping[str, Result]] = {
    name: result for result, names in _RESULTS.items() for name in names.split()
}
"""What a function, method or attribute of a tensor gives where that is not one tensor.

"tensors" is a tuple or list of them. ``size`` and ``stride`` give a number, not a shape, when they are called with a
dimension. Not here is what mostly gives one tensor: the names in ``PAIR_WITH_DIMENSION``, a pool with
``return_indices=True``, ``where`` with a condition alone, ``nonzero(as_tuple=True)``, ``unique`` with its counts.
"""

PAIR_WITH_DIMENSION: Final[frozenset[str]] = frozenset(
    f"{namespace}.{name}" for namespace in ("torch", "torch.Tensor") for name in ("max", "min", "median", "nanmedian")
)
"""These give one tensor, but values and indices when called with a dimension."""

TENSOR_ATTRIBUTES: Final[frozenset[str]] = frozenset(_words("H T data grad imag mH mT real"))
"""Attributes of a tensor that are tensors."""

NOT_TENSOR_ATTRIBUTES: Final[frozenset[str]] = frozenset(_words(
    "device dtype grad_fn is_cuda is_leaf itemsize layout names ndim requires_grad shape"
))
"""Attributes of a tensor that are no tensors and that code asks for."""

MODULES: Final[frozenset[str]] = frozenset(f"torch.nn.{name}" for name in _words("""
    AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveLogSoftmaxWithLoss AdaptiveMaxPool1d
    AdaptiveMaxPool2d AdaptiveMaxPool3d AlphaDropout AvgPool1d AvgPool2d AvgPool3d BCELoss BCEWithLogitsLoss
    BatchNorm1d BatchNorm2d BatchNorm3d Bilinear CELU CTCLoss ChannelShuffle CircularPad1d CircularPad2d CircularPad3d
    ConstantPad1d ConstantPad2d ConstantPad3d Container Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d
    ConvTranspose3d CosineEmbeddingLoss CosineSimilarity CrossEntropyLoss CrossMapLRN2d DataParallel Dropout Dropout1d
    Dropout2d Dropout3d ELU Embedding EmbeddingBag FeatureAlphaDropout Flatten Fold FractionalMaxPool2d
    FractionalMaxPool3d GELU GLU GRU GRUCell GaussianNLLLoss GroupNorm Hardshrink Hardsigmoid Hardswish Hardtanh
    HingeEmbeddingLoss HuberLoss Identity InstanceNorm1d InstanceNorm2d InstanceNorm3d KLDivLoss L1Loss LPPool1d
    LPPool2d LPPool3d LSTM LSTMCell LayerNorm LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d
    LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d
    LazyInstanceNorm3d LazyLinear LeakyReLU Linear LinearCrossEntropyLoss LocalResponseNorm LogSigmoid LogSoftmax
    MSELoss MarginRankingLoss MaxPool1d MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d Mish Module ModuleDict
    ModuleList MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss MultiheadAttention NLLLoss NLLLoss2d
    PReLU PairwiseDistance ParameterDict ParameterList PixelShuffle PixelUnshuffle PoissonNLLLoss RMSNorm RNN RNNBase
    RNNCell RNNCellBase RReLU ReLU ReLU6 ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d
    ReplicationPad2d ReplicationPad3d SELU Sequential SiLU Sigmoid SmoothL1Loss SoftMarginLoss Softmax Softmax2d
    Softmin Softplus Softshrink Softsign SyncBatchNorm Tanh Tanhshrink Threshold Transformer TransformerDecoder
    TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer TripletMarginLoss TripletMarginWithDistanceLoss
    Unflatten Unfold Upsample UpsamplingBilinear2d UpsamplingNearest2d ZeroPad1d ZeroPad2d ZeroPad3d
"""))
"""Every module class of ``torch.nn``."""

STATELESS: Final[frozenset[str]] = frozenset(f"torch.nn.{name}" for name in _words("""
    AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d
    AlphaDropout AvgPool1d AvgPool2d AvgPool3d BCELoss BCEWithLogitsLoss CELU CTCLoss ChannelShuffle CircularPad1d
    CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d CosineEmbeddingLoss CosineSimilarity
    CrossEntropyLoss CrossMapLRN2d Dropout Dropout1d Dropout2d Dropout3d ELU FeatureAlphaDropout Flatten Fold
    FractionalMaxPool2d FractionalMaxPool3d GELU GLU GaussianNLLLoss Hardshrink Hardsigmoid Hardswish Hardtanh
    HingeEmbeddingLoss HuberLoss Identity InstanceNorm1d InstanceNorm2d InstanceNorm3d KLDivLoss L1Loss LPPool1d
    LPPool2d LPPool3d LeakyReLU LocalResponseNorm LogSigmoid LogSoftmax MSELoss MarginRankingLoss MaxPool1d MaxPool2d
    MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d Mish MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss
    NLLLoss NLLLoss2d PairwiseDistance PixelShuffle PixelUnshuffle PoissonNLLLoss RReLU ReLU ReLU6 ReflectionPad1d
    ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d SELU SiLU Sigmoid SmoothL1Loss
    SoftMarginLoss Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh Tanhshrink Threshold TripletMarginLoss
    TripletMarginWithDistanceLoss Unflatten Unfold Upsample UpsamplingBilinear2d UpsamplingNearest2d ZeroPad1d
    ZeroPad2d ZeroPad3d
"""))
"""Classes that hold no parameters and no buffers by default, so that several instances can stand for one.

Some hold state when told to: ``STATEFUL_WITH``.
"""

_CLASS_WEIGHTS: Final = frozenset({"weight"})
_NORM_STATE: Final = frozenset({"affine", "track_running_stats"})

STATEFUL_WITH: Final[Mapping[str, frozenset[str]]] = {
    "torch.nn.BCELoss": _CLASS_WEIGHTS,
    "torch.nn.BCEWithLogitsLoss": frozenset({"weight", "pos_weight"}),
    "torch.nn.CrossEntropyLoss": _CLASS_WEIGHTS,
    "torch.nn.FractionalMaxPool2d": frozenset({"_random_samples"}),
    "torch.nn.FractionalMaxPool3d": frozenset({"_random_samples"}),
    "torch.nn.InstanceNorm1d": _NORM_STATE,
    "torch.nn.InstanceNorm2d": _NORM_STATE,
    "torch.nn.InstanceNorm3d": _NORM_STATE,
    "torch.nn.MultiLabelSoftMarginLoss": _CLASS_WEIGHTS,
    "torch.nn.MultiMarginLoss": _CLASS_WEIGHTS,
    "torch.nn.NLLLoss": _CLASS_WEIGHTS,
    "torch.nn.NLLLoss2d": _CLASS_WEIGHTS,
    "torch.nn.TripletMarginWithDistanceLoss": frozenset({"distance_function"}),
}
"""Constructor arguments that make a class of ``STATELESS`` hold parameters or buffers."""

RANDOM: Final[frozenset[str]] = frozenset(f"torch.nn.{name}" for name in _words("""
    AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout FractionalMaxPool2d FractionalMaxPool3d RReLU
"""))
"""Classes of ``STATELESS`` that draw random numbers: in training, the fractional pools in eval as well."""

ALLOCATING_MODULES: Final[frozenset[str]] = frozenset(f"torch.nn.{name}" for name in _words("""
    AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AvgPool1d AvgPool2d AvgPool3d BatchNorm1d BatchNorm2d
    BatchNorm3d Bilinear Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d Embedding GELU GLU
    GroupNorm Hardshrink InstanceNorm1d InstanceNorm2d InstanceNorm3d LayerNorm Linear LogSigmoid LogSoftmax MaxPool1d
    MaxPool2d MaxPool3d PReLU RMSNorm Sigmoid Softmax Softmax2d Softmin Softplus Softshrink Softsign SyncBatchNorm Tanh
    Tanhshrink
"""))
"""Classes whose output is a new tensor, whatever the arguments and the mode: never the input or a view of it."""

VIEWING_MODULES: Final[frozenset[str]] = frozenset(f"torch.nn.{name}" for name in _words("""
    Flatten PixelShuffle PixelUnshuffle Unflatten
"""))
"""Classes whose output may be a view of the input."""

CONTAINERS: Final[frozenset[str]] = frozenset(f"torch.nn.{name}" for name in _words("""
    ModuleDict ModuleList ParameterDict ParameterList Sequential
"""))
"""Classes that hold what they are given, and may iterate over it."""

WINDOWS: Final[frozenset[str]] = frozenset(
    f"torch.nn.{name}{rank}d" for name in ("AvgPool", "Conv", "ConvTranspose", "MaxPool") for rank in (1, 2, 3)
)
"""Classes that move a window over their input."""

WINDOW_ATTRIBUTES: Final[frozenset[str]] = frozenset(_words("kernel_size stride padding dilation output_padding"))
"""What describes the window: the constructor sets it, and nothing in torch changes it."""

MODULE_ATTRIBUTES: Final[frozenset[str]] = frozenset(_words("""
    T_destination __annotations__ __call__ __class__ __delattr__ __dict__ __dir__ __doc__ __eq__ __format__ __ge__
    __getattr__ __getattribute__ __getstate__ __gt__ __hash__ __init__ __init_subclass__ __le__ __lt__ __module__
    __ne__ __new__ __reduce__ __reduce_ex__ __repr__ __setattr__ __setstate__ __sizeof__ __str__ __subclasshook__
    __weakref__ _apply _backward_hooks _backward_pre_hooks _buffers _call_impl _compiled_call_impl _forward_hooks
    _forward_hooks_always_called _forward_hooks_with_kwargs _forward_pre_hooks _forward_pre_hooks_with_kwargs
    _get_backward_hooks _get_backward_pre_hooks _get_name _is_full_backward_hook _load_from_state_dict
    _load_state_dict_post_hooks _load_state_dict_pre_hooks _maybe_warn_non_full_backward_hook _modules _named_members
    _non_persistent_buffers_set _parameters _register_load_state_dict_pre_hook _register_state_dict_hook
    _replicate_for_data_parallel _save_to_state_dict _slow_forward _state_dict_hooks _state_dict_pre_hooks _version
    _wrapped_call_impl add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches
    eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict
    modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook
    register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook
    register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
    set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
"""))
"""Every attribute of a bare ``nn.Module``: names that are taken in each module."""
