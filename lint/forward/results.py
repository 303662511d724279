"""What operations and operators give: one tensor, several, or none; and what takes only tensors."""

from __future__ import annotations

import ast
from dataclasses import replace

from modulint.lint.operations import (
    CREATION,
    DISTINCTIVE_METHODS,
    MODULES,
    MOVEMENT,
    OPERATIONS,
    RESULT_NOT_TENSOR,
    Operation,
)
from modulint.lint.values import OTHER, OWN_TENSOR, TENSOR, TENSORS, UNKNOWN, Value, element, join, sequence

# Functions whose first argument may be a list, a number or a text.
_TAKE_OTHERS = frozenset(
    {"atleast_1d", "atleast_2d", "atleast_3d", "block_diag", "broadcast_tensors", "bucketize", "cartesian_prod", "cat"}
    | {"chain_matmul", "column_stack", "concat", "concatenate", "dstack", "einsum", "float_power", "hstack", "isin"}
    | {"meshgrid", "multi_dot", "pow", "remainder", "row_stack", "searchsorted", "stack", "tensor_split", "vstack"}
    | {"where", "xlog1py", "xlogy", "zeta", "pack_sequence", "pad_sequence", "block_diag", "result_type", "scalar_tensor"}
)
_PRODUCTS = frozenset({"bmm", "matmul", "mm", "baddbmm", "scaled_dot_product_attention", "addmm"})

# Modules that take something else than tensors as well: packed sequences, anything, other modules' outputs.
_OPEN_MODULES = frozenset(
    f"torch.nn.{name}"
    for name in ("GRU", "Identity", "LSTM", "Module", "ModuleDict", "ModuleList", "RNN", "Sequential", "DataParallel")
) | {f"torch.nn.{name}" for name in ("Container", "ParameterDict", "ParameterList", "GRUCell", "LSTMCell", "RNNCell")}


def takes_tensor(operation: Operation, position: int) -> bool:
    """Whether a function takes nothing but a tensor as its argument at this position."""
    last = operation.name.rpartition(".")[2]
    if last in _TAKE_OTHERS or (operation.kind == "data" and operation.name not in MOVEMENT):
        return False
    return position == 0 or (last in _PRODUCTS and position < 3) or (operation.kind == "weights" and position == 1)


def module_takes_tensor(name: str) -> bool:
    """Whether a torch module takes nothing but a tensor as its first argument."""
    return name in MODULES and name not in _OPEN_MODULES


def is_tensor_call(node: ast.Call, method: str) -> bool:
    """Whether a method call is one that only tensors take: by its name, or by arguments that others do not know."""
    if method in DISTINCTIVE_METHODS or any(keyword.arg in ("dim", "keepdim") for keyword in node.keywords):
        return True
    first = node.args[0] if node.args else None
    return method == "flatten" and isinstance(first, ast.Constant) and isinstance(first.value, int)


def arithmetic(operands: tuple[Value, ...], operator: ast.AST) -> Value:
    """What an operator gives on these operands."""
    kinds = {operand.kind for operand in operands}
    if "tuple" in kinds:
        if kinds == {"tuple"} and len(operands) == 2:
            return _joined(*operands)
        held = next(operand for operand in operands if operand.kind == "tuple")
        return sequence(element(held)) if kinds == {"tuple", "other"} else UNKNOWN  # `[x] * 3`, `shape + (1,)`
    if "tensor" in kinds:
        return OWN_TENSOR if any(operand.own for operand in operands) else TENSOR
    if kinds == {"other"}:
        return OTHER
    return TENSOR if _shows_tensor(operands, operator) else UNKNOWN


def _shows_tensor(operands: tuple[Value, ...], operator: ast.AST) -> bool:
    """Whether what modules give can only be a tensor here: lists of tensors know `+` and `==` at most."""
    if not any(operand.is_output for operand in operands) or isinstance(operator, (ast.Eq, ast.NotEq)):
        return False
    return not isinstance(operator, ast.Add) or all(operand.is_output or operand.kind == "other" for operand in operands)


def _joined(first: Value, second: Value) -> Value:
    if first.items is not None and second.items is not None:
        return replace(first, items=first.items + second.items)
    if () in (first.items, second.items):
        return second if first.items == () else first
    return sequence(join(element(first), element(second)))


def operation_result(name: str, values: tuple[Value, ...]) -> Value:
    """What an operation gives when it is called with these values."""
    kind = RESULT_NOT_TENSOR.get(name)
    if kind == "tensors":
        return TENSORS
    if kind in ("number", "shape", "bool"):
        return OTHER
    if kind == "other":
        return UNKNOWN
    return OWN_TENSOR if any(value.own for value in values) else TENSOR


def torch_result(name: str, values: tuple[Value, ...]) -> Value:
    """What a function of torch gives, by its canonical name."""
    if name in RESULT_NOT_TENSOR or name in OPERATIONS or name in MOVEMENT or name in CREATION:
        return operation_result(name, values)
    return UNKNOWN
