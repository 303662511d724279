"""What torch's functions are called: one name for each, whichever way it was spelled at the call."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from torch.overrides import resolve_name

_OPERATORS: Final = {
    "abs": "abs",
    "add": "add",
    "and": "bitwise_and",
    "eq": "eq",
    "floordiv": "floor_divide",
    "ge": "ge",
    "gt": "gt",
    "invert": "bitwise_not",
    "le": "le",
    "lshift": "bitwise_left_shift",
    "lt": "lt",
    "matmul": "matmul",
    "mod": "remainder",
    "mul": "mul",
    "ne": "ne",
    "neg": "neg",
    "or": "bitwise_or",
    "pow": "pow",
    "rshift": "bitwise_right_shift",
    "sub": "sub",
    "truediv": "div",
    "xor": "bitwise_xor",
}

_METHOD: Final = "torch.Tensor."

TO_PYTHON: Final = frozenset(
    f"{_METHOD}{name}"
    for name in ("item", "tolist", "numpy", "__bool__", "__int__", "__float__", "__index__", "__complex__", "__len__")
)
"""Methods that turn a tensor's values into Python's."""


@cache
def canonical_name(function: Callable[..., Any]) -> str:
    """``torch.nn.functional.relu``, ``torch.einsum``, ``torch.Tensor.add`` (of ``x.add``, ``x + y`` and ``y + x``)."""
    name = resolve_name(function) or _own_name(function)
    name = name.removesuffix(".__get__").replace("torch.functional.", "torch.")
    return _plain(name) if name.startswith(_METHOD + "__") else name


def _own_name(function: Callable[..., Any]) -> str:
    module = getattr(function, "__module__", None) or "torch"
    return f"{module}.{getattr(function, '__qualname__', type(function).__name__)}"


def _plain(name: str) -> str:
    """The method that an operator's special method stands for; a special method of another kind as it is."""
    operator = name.removeprefix(_METHOD).strip("_")
    if operator in _OPERATORS:
        return _METHOD + _OPERATORS[operator]
    if operator[1:] in _OPERATORS and operator[0] in "ir":
        return _METHOD + _OPERATORS[operator[1:]] + "_" * (operator[0] == "i")
    return name
