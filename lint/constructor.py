"""Which module computes the same as a functional call, and with which constructor arguments; or why none does."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from modulint.lint.operations import REQUIRED, Operation, pad_module

_PAD = "torch.nn.functional.pad"
_PURE_CALLS = frozenset({"float", "int", "bool", "tuple", "max", "min", "abs"})


@dataclass(frozen=True, slots=True)
class Constructor:
    """``module(keywords)(*tensors)`` computes what the call computes. Keyword values are source text or nodes of the call."""

    module: str
    keywords: tuple[tuple[str, ast.expr | str], ...]
    tensors: tuple[ast.expr, ...]


@dataclass(frozen=True, slots=True)
class Inexpressible:
    """No module computes the same; ``reason`` says why in one line. ``always_on`` marks a dropout that ignores eval."""

    reason: str
    always_on: bool = False


Outcome: TypeAlias = Constructor | Inexpressible


def constructor_of(operation: Operation, call: ast.Call, local_names: frozenset[str], self_name: str) -> Outcome:
    """The module for ``call``, a call of ``operation``.

    Args:
        local_names: names that are bound inside the function in which the call stands, and so not when ``__init__`` runs.
        self_name: what that function calls its instance, "" where it has none.
    """
    receiver = call.func.value if isinstance(call.func, ast.Attribute) and operation.name.startswith("torch.Tensor.") else None
    given = bind(operation, call, receiver)
    if isinstance(given, Inexpressible):
        return given
    for name in given:
        if name in operation.refuses:
            return Inexpressible(f"no module takes `{name}`")
    for name, required in operation.requires.items():
        if (problem := _broken_requirement(operation, given, name, required, self_name)) is not None:
            return problem
    fixed = {name: value for name, value in given.items() if name not in operation.tensors and name not in operation.requires}
    for name, value in fixed.items():
        if (reason := not_fixed(value, local_names, self_name)) is not None:
            return Inexpressible(f"`{name}` {reason}")
        if name == "dim" and isinstance(value, ast.Constant) and isinstance(value.value, str):
            return Inexpressible("no module takes the name of a dimension")
        if name in operation.numbers and not _is_number(value):
            return Inexpressible(f"`{name}` is not a literal number")
    tensors = [name for name in operation.tensors if name in given]
    if tensors != list(operation.tensors[: len(tensors)]) or not tensors:
        return Inexpressible("a tensor is missing at the call")
    stays = tuple(given[name] for name in tensors)
    if operation.name == _PAD:
        return _pad(fixed, stays)
    keywords: list[tuple[str, ast.expr | str]] = []
    for name, keyword in operation.constructor.items():
        if name in fixed:
            value = fixed[name]
            if name in operation.tuples and isinstance(value, ast.List):
                value = ast.copy_location(ast.Tuple(value.elts, ast.Load()), value)
            if not _is_default(operation, name, value) or name in operation.spelled:
                keywords.append((keyword, value))
        elif name in operation.spelled:
            keywords.append((keyword, operation.spelled[name]))
    keywords += operation.always.items()
    return Constructor(operation.module, tuple(keywords), stays)


def bind(operation: Operation, call: ast.Call, receiver: ast.expr | None) -> dict[str, ast.expr] | Inexpressible:
    """The call's arguments by the operation's parameter names."""
    if any(isinstance(argument, ast.Starred) for argument in call.args) or any(k.arg is None for k in call.keywords):
        return Inexpressible("its arguments are unpacked with a star")
    positional = [*([receiver] if receiver is not None else []), *call.args]
    names = [name for name, _ in operation.parameters]
    if len(positional) > len(names):
        return Inexpressible("it has more arguments than the operation takes")
    given = dict(zip(names, positional))
    for keyword in call.keywords:
        assert keyword.arg is not None
        if keyword.arg in operation.refuses or keyword.arg == "out":
            return Inexpressible(f"no module takes `{keyword.arg}`")
        if keyword.arg not in names or keyword.arg in given:
            return Inexpressible(f"`{keyword.arg}` is not an argument that a module takes")
        given[keyword.arg] = keyword.value
    missing = [name for name, default in operation.parameters if default is REQUIRED and name not in given]
    if missing:
        return Inexpressible(f"`{missing[0]}` is missing at the call")
    return given


def not_fixed(value: ast.expr, local_names: frozenset[str], self_name: str) -> str | None:
    """Why an expression has no value yet when ``__init__`` runs, None where it has one as far as its form shows."""
    match value:
        case ast.Constant():
            return None
        case ast.Name(id=name):
            return f"is computed in forward (`{name}`)" if name in local_names else None
        case ast.Attribute(value=ast.Name(id=name), attr="training") if name == self_name:
            return "depends on the mode"
        case ast.Attribute():
            inner = value.value
            if isinstance(inner, ast.Name) and inner.id == self_name:
                return None
            return not_fixed(inner, local_names, self_name)
        case ast.UnaryOp(operand=operand):
            return not_fixed(operand, local_names, self_name)
        case ast.BinOp(left=left, right=right):
            return not_fixed(left, local_names, self_name) or not_fixed(right, local_names, self_name)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return next((reason for part in parts if (reason := not_fixed(part, local_names, self_name))), None)
        case ast.Subscript(value=owner, slice=index):
            return not_fixed(owner, local_names, self_name) or not_fixed(index, local_names, self_name)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _PURE_CALLS - local_names:
            return next((reason for part in arguments if (reason := not_fixed(part, local_names, self_name))), None)
        case ast.Starred():
            return "is unpacked with a star"
    return "is computed in forward"


def _broken_requirement(
    operation: Operation, given: Mapping[str, ast.expr], name: str, required: str, self_name: str
) -> Inexpressible | None:
    if name in given:
        written = ast.unparse(given[name])
        if self_name and self_name != "self" and written.startswith(f"{self_name}."):
            written = "self" + written.removeprefix(self_name)
        if written == required:
            return None
        if required == "self.training":
            return Inexpressible(f"`{name}={written}` does not follow the module's mode", written == "True")
        return Inexpressible(f"no module takes `{name}={written}`")
    default = dict(operation.parameters)[name]
    if repr(default) == required:
        return None
    if required == "self.training":
        return Inexpressible(f"without `{name}=self.training` it does not follow the module's mode", default is True)
    return Inexpressible(f"no module does the same without `{name}`")


def _pad(fixed: dict[str, ast.expr], tensors: tuple[ast.expr, ...]) -> Outcome:
    pads = fixed["pad"]
    if not isinstance(pads, (ast.Tuple, ast.List)):
        return Inexpressible("the number of pads does not show at the call, and it chooses the class")
    mode = fixed.get("mode", ast.Constant("constant"))
    if not isinstance(mode, ast.Constant) or not isinstance(mode.value, str):
        return Inexpressible("`mode` is not a literal, and it chooses the class")
    value = fixed.get("value")
    plain = value is None or (isinstance(value, ast.Constant) and (value.value is None or value.value == 0))
    module = pad_module(len(pads.elts), mode.value, not plain)
    if module is None:
        return Inexpressible(f"no module pads {len(pads.elts)} sides in mode {mode.value!r} for every rank")
    keywords: list[tuple[str, ast.expr | str]] = [("padding", pads)]
    if not plain and value is not None and "Constant" in module:
        keywords.append(("value", value))
    return Constructor(module, tuple(keywords), tensors)


def _is_default(operation: Operation, name: str, value: ast.expr) -> bool:
    """Whether the call spells out what is the default of function and class alike."""
    default = dict(operation.parameters)[name]
    return isinstance(value, ast.Constant) and default is not REQUIRED and repr(value.value) == repr(default)


def _is_number(value: ast.expr) -> bool:
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        value = value.operand
    return isinstance(value, ast.Constant) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool)
