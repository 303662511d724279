"""What the source of an argument shows of its type, for the annotations that TorchScript needs."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from modulint.fixers.op_modules.rows import NO_TENSOR, TENSOR, TENSORS, Form

_CALLS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("int", "len", "round"), "int"),
    **dict.fromkeys(("float", "math.sqrt", "math.log", "math.exp", "math.pow"), "float"),
    **dict.fromkeys(("list", "tuple"), "numbers"),
    "bool": "bool",
    "str": "str",
}
_CONSTANTS: Final[Mapping[type, str]] = {bool: "bool", int: "int", float: "float", str: "str", type(None): "none"}
_DTYPES: Final = frozenset("""
    float16 float32 float64 bfloat16 half float double long int short int8 int16 int32 int64 uint8 bool dtype
    complex64 complex128
""".split())
_TYPES: Final = frozenset({"bool", "float", "float or tensor", "int", "int or tensor", "numbers", "str"})
_FLOAT: Final = frozenset({"float"})
_INT: Final = frozenset({"int"})
_NUMBERS: Final = frozenset({"numbers"})
SEVERAL: Final = TENSORS | _NUMBERS
_SETS: Final = {"several": SEVERAL, "number": frozenset({"float", "int"})}


def form(node: ast.expr, kinds: Mapping[ast.expr, str]) -> Form:
    """The types that an argument may have, None where nothing is shown."""
    match node:
        case ast.Constant(value=value):
            return frozenset({_CONSTANTS[type(value)]}) if type(value) in _CONSTANTS else None
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as number):
            return form(number, kinds)
    kind = kinds.get(node, "unknown")
    if kind == "tensor":
        return TENSOR
    if kind == "tuple":
        return TENSORS
    if kind in _SETS:
        return _SETS[kind]
    if kind in _TYPES:
        return frozenset({kind})
    shown = _shown(node, kinds)
    return NO_TENSOR if shown is None and kind == "other" else shown


def _shown(node: ast.expr, kinds: Mapping[ast.expr, str]) -> Form:
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            forms = [form(part, kinds) for part in parts]
            if TENSOR in forms:
                return TENSORS
            if parts and all(part is not None and "tensor" not in part for part in forms):
                return _NUMBERS
            return SEVERAL
        case ast.ListComp():
            return SEVERAL
        case _ if _is_shape(node):
            return _NUMBERS
        case ast.Call(func=ast.Attribute(attr="size")):
            return _INT
        case ast.Subscript(value=owner, slice=index) if _shown(owner, kinds) == _NUMBERS:
            if isinstance(index, ast.Slice):
                return _NUMBERS
            return _INT if _is_shape(owner) else frozenset({"int", "float"})
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv() | ast.Mod(), right=right):
            return _INT if form(left, kinds) == form(right, kinds) == _INT else None
        case ast.Call(func=ast.Name(id="max" | "min"), args=parts, keywords=[]) if len(parts) > 1:
            alike = {form(part, kinds) for part in parts}
            return alike.pop() if alike <= {_INT} or alike <= {_FLOAT} else None
        case ast.BinOp(op=ast.Div()) if kinds.get(node) == "other":
            return frozenset({"float"})
        case ast.BinOp(op=ast.Pow(), right=exponent) if kinds.get(node) == "other" and _is_root(exponent):
            return frozenset({"float"})
        case ast.Attribute(value=ast.Name(), attr=name) if name in _DTYPES:
            return frozenset({"dtype"})
        case ast.Call(func=function) if (name := ast.unparse(function)) in _CALLS:
            return frozenset({_CALLS[name]})
    return None


def _is_shape(node: ast.expr) -> bool:
    """Whether it is the shape of a tensor."""
    match node:
        case ast.Attribute(attr="shape") | ast.Call(func=ast.Attribute(attr="size"), args=[], keywords=[]):
            return True
    return False


def _is_root(exponent: ast.expr) -> bool:
    """Whether a power of a number with this exponent is never an integer."""
    match exponent:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()) | ast.Constant(value=float()):
            return True
    return False
