"""The shapes that modules of torch give, as far as the arguments show that they are constructed with."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from math import prod

from modulint.lint.assignments import dotted
from modulint.lint.scopes import walk
from modulint.lint.sizes import MINUS_ONE, ONE, Size

Dims = tuple[Size, ...]

KEEPING = frozenset(
    f"torch.nn.{name}"
    for name in (
        "AlphaDropout BatchNorm1d BatchNorm2d BatchNorm3d CELU Dropout Dropout1d Dropout2d Dropout3d ELU GELU GroupNorm "
        "Hardsigmoid Hardswish Hardtanh Identity InstanceNorm1d InstanceNorm2d InstanceNorm3d LayerNorm LeakyReLU LogSigmoid "
        "LogSoftmax Mish PReLU RMSNorm ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmax2d Softplus Softsign Tanh Threshold"
    ).split()
)
_SPATIAL = frozenset(
    f"torch.nn.{name}{rank}d"
    for name in ("Conv", "ConvTranspose", "AvgPool", "AdaptiveAvgPool", "LPPool")
    for rank in (1, 2, 3)
)


def shape_behind(
    name: str, calls: Sequence[ast.Call], dims: Dims, fresh: Callable[[int], Size], known: Callable[[ast.expr], Size | None]
) -> Dims | None:
    """The shape of what a module of class ``name`` gives for one of the shape ``dims``, None where nothing is known.

    ``calls`` are the ones that may have constructed it, none where they are out of sight. ``fresh`` gives a size for an
    axis of which nothing is known, ``known`` what an argument stands for on the forward path.
    """
    if name in KEEPING:
        return dims
    shapes = {_shape(name, call, dims, fresh, known) for call in calls}
    return shapes.pop() if len(shapes) == 1 else _shape(name, None, dims, fresh, known)


def _shape(
    name: str, call: ast.Call | None, dims: Dims, fresh: Callable[[int], Size], known: Callable[[ast.expr], Size | None]
) -> Dims | None:
    if name == "torch.nn.Linear":
        return (*dims[:-1], _scaled(dims[-1], call, ("in_features", "out_features")) or fresh(len(dims) - 1))
    if name == "torch.nn.Embedding":
        return (*dims, fresh(len(dims)))
    if name in _SPATIAL and len(dims) == int(name[-2]) + 2:
        is_convolution = "Conv" in name
        channels = (_scaled(dims[1], call, ("in_channels", "out_channels")) or fresh(1)) if is_convolution else dims[1]
        kept = is_convolution and "Transpose" not in name and call is not None and _keeps_places(call)
        return (dims[0], channels, *(dims[2:] if kept else map(fresh, range(2, len(dims)))))
    if name == "torch.nn.Flatten" and call is not None:
        return _flattened(call, dims)
    if name == "torch.nn.Unflatten" and call is not None:
        return _unflattened(call, dims, known)
    return None


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """An argument as it is written, None where it is left out or out of sight."""
    if any(isinstance(part, ast.Starred) for part in call.args[: position + 1]):
        return None
    if position < len(call.args):
        return call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _scaled(size: Size, call: ast.Call | None, names: tuple[str, str]) -> Size | None:
    """The features that come out, where they are said to be those that go in, or a multiple: other ones do not run."""
    if call is None:
        return None
    taken, given = (_argument(call, position, name) for position, name in enumerate(names))
    if taken is None or given is None or not _only_reads(taken):
        return None
    match given:
        case ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant(value=int(times))) if _same(taken, left):
            return size * Size(times)
        case ast.BinOp(left=ast.Constant(value=int(times)), op=ast.Mult(), right=right) if _same(taken, right):
            return size * Size(times)
    return size if _same(taken, given) else None


def _same(first: ast.expr, second: ast.expr) -> bool:
    return ast.dump(first) == ast.dump(second)


def _only_reads(node: ast.expr) -> bool:
    return all(isinstance(part, (ast.Name, ast.Attribute, ast.Constant, ast.BinOp)) for part in walk(node))


def _keeps_places(call: ast.Call) -> bool:
    """Whether a convolution has as many places behind as before, by what is written."""
    if any(isinstance(part, ast.Starred) for part in call.args) or any(keyword.arg is None for keyword in call.keywords):
        return False
    numbers = [
        _number(_argument(call, position, name), default)
        for position, name, default in ((2, "kernel_size", None), (3, "stride", 1), (4, "padding", 0), (5, "dilation", 1))
    ]
    kernel, stride, padding, dilation = numbers
    return kernel is not None and padding is not None and stride == dilation == 1 and kernel == 2 * padding + 1


def _number(node: ast.expr | None, default: int | None) -> int | None:
    if node is None:
        return default
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def _axis(node: ast.expr | None, rank: int, default: int) -> int | None:
    try:
        axis = default if node is None else ast.literal_eval(node)
    except (TypeError, ValueError):
        return None
    return axis % rank if isinstance(axis, int) and -rank <= axis < rank else None


def _flattened(call: ast.Call, dims: Dims) -> Dims | None:
    first, last = _axis(_argument(call, 0, "start_dim"), len(dims), 1), _axis(_argument(call, 1, "end_dim"), len(dims), -1)
    if first is None or last is None or first > last or any(keyword.arg is None for keyword in call.keywords):
        return None
    return (*dims[:first], prod(dims[first : last + 1], start=ONE), *dims[last + 1 :])


def _unflattened(call: ast.Call, dims: Dims, known: Callable[[ast.expr], Size | None]) -> Dims | None:
    axis, sizes = _axis(_argument(call, 0, "dim"), len(dims), len(dims)), _argument(call, 1, "unflattened_size")
    if axis is None or not isinstance(sizes, (ast.Tuple, ast.List)):
        return None
    parts = split(dims[axis], list(map(known, sizes.elts)))
    return None if parts is None else (*dims[:axis], *parts, *dims[axis + 1 :])


def split(size: Size, parts: Sequence[Size | None]) -> Dims | None:
    """The sizes that an axis is split into, one of which may be left to torch."""
    known = [part for part in parts if part is not None and part.number > 0]
    if len(parts) - len(known) != parts.count(MINUS_ONE) or parts.count(MINUS_ONE) > 1:
        return None
    rest = size // prod(known, start=ONE)
    return tuple(rest if part is None or part == MINUS_ONE else part for part in parts)


def constructor_calls(values: Sequence[ast.expr | None], name: str) -> tuple[ast.Call, ...]:
    """The calls among some values if all of them are calls of this class."""
    last = name.rpartition(".")[2]
    calls = tuple(value for value in values if isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] == last)
    return calls if len(calls) == len(values) else ()
