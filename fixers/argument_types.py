"""Which type an argument of an operation has, as far as the code around it says: TorchScript asks for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from modulint.fixers.op_modules import SEVERAL, form
from modulint.fixers.placement import self_name
from modulint.lint.assignments import Assignment, dotted, first_argument
from modulint.lint.classes import ClassFacts, Owner
from modulint.lint.forward.parameters import default_of, parameter_of
from modulint.lint.operations import WINDOW_ATTRIBUTES
from modulint.lint.scopes import AnyFunction, bindings_of

_PLAIN = frozenset({"bool", "float", "int", "str"})
_SEVERAL = re.compile(r"(?:[Tt]uple|[Ll]ist|Sequence)\[(?:int|float)\b(?:, (?:int|float|\.\.\.))*\]|torch\.Size")
_OPTIONAL = re.compile(r"Optional\[(.*)\]|(.*) \| None")


def type_of(owner: Owner, function: AnyFunction, node: ast.expr, kind: str) -> str:
    """A plain type of Python, as :func:`modulint.fixers.op_modules.for_call` takes it; ``kind`` where no more is shown.

    ``int`` for ``self.stride`` where ``__init__`` gives it an argument that is annotated so, and for a parameter or a
    name that the function around it sets once. ``kind`` is "other" for what holds no tensor.
    """
    if isinstance(node, ast.Name):
        return _of_name(function, node.id, kind)
    name, _, attribute = dotted(node).partition(".")
    if not isinstance(owner, ClassFacts) or isinstance(function, ast.Lambda) or name != first_argument(function):
        return kind
    found = [assignment for _, assignment in owner.attribute(attribute)]
    if not found and attribute in WINDOW_ATTRIBUTES - {"padding"} and any(".Conv" in base for base in owner.outer_bases):
        return "numbers" if not owner.is_stored(attribute) else kind  # torch's convolutions repeat a single number
    return _alike((_of_assignment(owner, assignment, kind) for assignment in found), kind)


def takes_tensor(function: AnyFunction, node: ast.expr) -> bool:
    """Whether TorchScript takes an argument for a tensor: a parameter that has no annotation and no default."""
    if not isinstance(node, ast.Name) or default_of(function, node.id) is not None:
        return False
    parameter = parameter_of(function, node.id)
    return parameter is not None and parameter.annotation is None


def mixed_type(function: AnyFunction, node: ast.expr) -> str:
    """"int or tensor" for a name that has a number in one place of a function and a tensor in another, "" for all else."""
    if not isinstance(node, ast.Name):
        return ""
    numbers = {shown for value in bindings_of(function, node.id) if (shown := _of_value(None, value, "")) in ("float", "int")}
    return f"{numbers.pop()} or tensor" if len(numbers) == 1 else ""


def _of_assignment(owner: ClassFacts, assignment: Assignment, kind: str) -> str:
    """The type of what one assignment gives an attribute, perhaps as a part of what a method returns."""
    match assignment:
        case Assignment(whole=ast.Call(func=function), index=int(index)):
            found = owner.method(dotted(function).removeprefix(f"{self_name(owner)}."))
            returns = found[1].returns if found is not None else None
            match returns:
                case ast.Subscript(slice=ast.Tuple(elts=parts)) if index < len(parts):
                    return _written(parts[index]) or kind
            return kind
    return _of_value(assignment.method, assignment.value, kind)


def _of_value(function: AnyFunction | None, value: ast.expr | None, kind: str) -> str:
    """The type of what is assigned in a function, or in the body of a class."""
    if isinstance(value, ast.Name):
        if function is None or parameter_of(function, value.id) is None:
            return kind
        shown = _of_name(function, value.id, kind)
        return "number" if shown == "float" else shown  # Python takes an integer where `float` is written
    types = form(value, {value: kind}) if value is not None else None
    if types == SEVERAL:
        return "numbers" if kind == "other" else "several"
    return min(types) if types is not None and len(types) == 1 and types <= _PLAIN | {"numbers"} else kind


def _of_name(function: AnyFunction, name: str, kind: str) -> str:
    """The type of a parameter that keeps its value, or of a name of the function."""
    parameter, values = parameter_of(function, name), bindings_of(function, name)
    if parameter is not None:
        return not values and parameter.annotation is not None and _written(parameter.annotation) or kind
    return _alike((_of_value(function, value, kind) for value in values), kind) if None not in values else kind


def _alike(types: Iterable[str], kind: str) -> str:
    found = set(types)
    return found.pop() if len(found) == 1 else "several" if found == {"numbers", "several"} else kind


def _written(annotation: ast.expr) -> str:
    """The type that an annotation says."""
    text = ast.unparse(annotation).removeprefix("typing.")
    optional = _OPTIONAL.fullmatch(text)
    if optional is not None:
        text = (optional[1] or optional[2]).removeprefix("typing.")
    if _SEVERAL.fullmatch(text):
        return "numbers"
    return text if text in _PLAIN and optional is None else ""
