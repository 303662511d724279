"""Whether a number is shown to be an integer: slices take nothing else, where a quotient takes any number."""

from __future__ import annotations

import ast

from modulint.fixers.scripted import unpacked
from modulint.lint.assignments import Assignment, dotted
from modulint.lint.classes import ClassFacts
from modulint.lint.file import self_name_of
from modulint.lint.forward import Fraction
from modulint.lint.forward.parameters import takes_integer, takes_integers
from modulint.lint.scopes import AnyFunction, bindings_of, parameters, walk

_CONVOLUTIONS = frozenset(f"torch.nn.Conv{rank}d" for rank in (1, 2, 3))


def is_integer(step: Fraction, node: ast.expr, looking: frozenset[str] = frozenset()) -> bool:
    """Whether a divisor is written or annotated as an integer, is taken from what holds nothing else, or is a product of such."""
    match node:
        case ast.Constant(value=int()):
            return True
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return is_integer(step, left, looking) and is_integer(step, right, looking)
        case ast.Name(id=name) if not bindings_of(step.function, name):
            return takes_integer(step.function, name)
        case ast.Name(id=name):
            bindings, wholes = bindings_of(step.function, name), list(unpacked(step.function, name))
            if name in looking or name in parameters(step.function):
                return False
            values = [value for value in bindings if value is not None]
            every = len(values) + len(wholes) == len(bindings)
            return every and all(is_integer(step, each, looking | {name}) for each in values) and all(_holds_integers(step, each) for each in wholes)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if _is_self(step, owner):
            found = step.owner.attribute(name)
            return bool(found) and all(each.method is not None and _is_annotated(each.method, each.value) for _, each in found)
        case ast.Subscript(value=whole, slice=ast.Constant()):
            return _holds_integers(step, whole)
    return False


def _is_self(step: Fraction, name: str) -> bool:
    """Whether a name is that of the instance in the method around a step."""
    return isinstance(step.stands_in, ClassFacts) and name == self_name_of(step)


def _is_annotated(function: AnyFunction, node: ast.expr | None) -> bool:
    """Whether an expression is a parameter that is annotated as an integer, and nothing else in the function."""
    return isinstance(node, ast.Name) and not bindings_of(function, node.id) and takes_integer(function, node.id)


def _holds_integers(step: Fraction, node: ast.expr) -> bool:
    """Whether all that a tuple or list holds are integers."""
    match node:
        case ast.Name(id=name):
            return not bindings_of(step.function, name) and takes_integers(step.function, name)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if _is_self(step, owner):
            found = step.owner.attribute(name)
            return bool(found) and all(_is_of_integers(facts, each) for facts, each in found)
    return False


def _is_of_integers(facts: ClassFacts, assignment: Assignment) -> bool:
    """Whether an attribute is given a parameter that holds integers, or what a convolution takes for its kernel as well."""
    method, value = assignment.method, assignment.value
    if method is None or not isinstance(value, ast.Name):
        return False
    if not bindings_of(method, value.id):
        return takes_integers(method, value.id)
    stores = (node for node in walk(method) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
    last = max(node.lineno for node in stores if node.id == value.id)
    behind = [statement for statement in method.body if statement.lineno > last]
    return assignment.statement in behind and any(_is_kernel(facts, each, value.id) for each in behind)


def _is_kernel(facts: ClassFacts, statement: ast.stmt, name: str) -> bool:
    """Whether a statement makes a convolution with a name for its kernel's size."""
    match statement:
        case ast.Assign(value=ast.Call(func=function, keywords=keywords)):
            taken = (each.value for each in keywords if each.arg == "kernel_size")
            is_taken = any(isinstance(each, ast.Name) and each.id == name for each in taken)
            return is_taken and facts.resolve(dotted(function)).name in _CONVOLUTIONS
    return False
