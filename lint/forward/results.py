"""What operations give: one tensor, several, or none."""

from __future__ import annotations

import ast
from dataclasses import replace

from modulint.lint.operations import DISTINCTIVE_METHODS, MOVEMENT, RESULT_NOT_TENSOR
from modulint.lint.values import OTHER, TENSOR, TENSORS, UNKNOWN, Value


def is_tensor_call(node: ast.Call, method: str) -> bool:
    """Whether a method call is one that only tensors take: by its name, or by arguments that others do not know."""
    if method in DISTINCTIVE_METHODS or any(keyword.arg in ("dim", "keepdim") for keyword in node.keywords):
        return True
    first = node.args[0] if node.args else None
    return method == "flatten" and isinstance(first, ast.Constant) and isinstance(first.value, int)


def arithmetic(operands: tuple[Value, ...]) -> Value:
    """What an operator gives on these operands."""
    if any(operand.is_tensor for operand in operands):
        return replace(TENSOR, own=any(operand.own for operand in operands))
    return OTHER if all(operand.kind == "other" for operand in operands) else UNKNOWN


def operation_result(name: str, values: tuple[Value, ...]) -> Value:
    kind = RESULT_NOT_TENSOR.get(name)
    if kind == "tensors":
        return TENSORS
    if kind in ("number", "shape", "bool"):
        return OTHER
    if kind == "other":
        return UNKNOWN
    return replace(TENSOR, own=any(value.own for value in values))


def torch_result(name: str, values: tuple[Value, ...]) -> Value:
    if name in RESULT_NOT_TENSOR or name in MOVEMENT:
        return operation_result(name, values)
    last = name.rpartition(".")[2]
    return TENSOR if name.count(".") == 1 and last.islower() and not last.startswith(("is_", "set_", "get_")) else UNKNOWN
