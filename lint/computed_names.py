"""Which attributes a class sets under names that it computes: ``setattr(self, f"layer{i}", layer)``. Pure.

Each is the source of an expression that shows what the names look like. A loop variable is followed to the strings that
the loop runs over, where they are written down in the class.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from modulint.lint.assignments import REGISTERING, Function, assignments, dotted, first_argument, statements
from modulint.lint.scopes import walk

if TYPE_CHECKING:
    from modulint.lint.names import ClassHeader

_FIELD = re.compile(r"\{(\w+)\}")
_MOST = 64  # names that one expression may be taken for
_HOPS = 4  # from a loop to the list of names


def computed_names(node: ast.ClassDef, text: str) -> tuple[str, ...]:
    """The names that a class computes, as source. ``text`` is that of the class."""
    if not ("setattr(" in text or "add_module(" in text or "register_" in text):
        return ()
    methods = [each for each in statements(node.body) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
    found = (source for method in methods for name in _names(method) for source in _spelled(node, method, name))
    return tuple(dict.fromkeys(found))


def _names(method: Function) -> Iterator[ast.expr]:
    """The expressions under whose values a method sets attributes of its instance."""
    owner = first_argument(method)
    for node in walk(method):
        match node:
            case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=target), name, *_]) if target == owner:
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=target), attr=verb), args=[name, *_]):
                if target == owner and verb in REGISTERING:
                    yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=target), attr=verb), keywords=[*keywords]):
                if target == owner and verb in REGISTERING:
                    yield from (keyword.value for keyword in keywords if keyword.arg == "name")


def _spelled(node: ast.ClassDef, method: Function, name: ast.expr) -> list[str]:
    """The sources that an expression may stand for: a loop variable, or one in a template, put in."""
    if isinstance(name, ast.Constant):
        return []  # an assignment like any other
    source = ast.unparse(name)
    for variable in [source] if isinstance(name, ast.Name) else _FIELD.findall(source):
        strings = _strings_of_variable(node, method, variable)
        if strings is None:
            continue
        if variable == source:
            return strings
        templates = [_inner(string) for string in strings]
        return [source.replace(f"{{{variable}}}", template) for template in templates if template is not None]
    return [source]


def _inner(source: str) -> str | None:
    """What stands between the quotes of a plain string or template."""
    match = re.fullmatch(r"f?(['\"])(.*)\1", source)
    return match[2] if match is not None else None


def _strings_of_variable(node: ast.ClassDef, method: Function, variable: str) -> list[str] | None:
    """The strings that a name stands for, where all that binds it in a method are loops over strings."""
    strings: list[str] = []
    stores = [each for each in walk(method) if isinstance(each, ast.Name) and each.id == variable and not _is_read(each)]
    if not stores or _is_argument(method, variable):
        return None
    for each in walk(method):
        if isinstance(each, (ast.For, ast.comprehension)):
            target, iterated = each.target, each.iter
            match target, iterated:
                case ast.Tuple(elts=[_, inner]), ast.Call(func=ast.Name(id="enumerate"), args=[counted]):
                    target, iterated = inner, counted
            if target in stores:
                held = _strings(node, method, iterated, _HOPS)
                if held is None:
                    return None
                strings += held
                stores.remove(target)
    return strings if not stores and len(strings) <= _MOST else None


def _strings(node: ast.ClassDef, method: Function, value: ast.expr, hops: int) -> list[str] | None:
    """The sources of the strings that an expression holds, None where they are not shown."""
    match value:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [ast.unparse(part) for part in parts] if all(map(_is_string, parts)) else None
        case ast.ListComp(elt=part) if _is_string(part):
            return [ast.unparse(part)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = _strings(node, method, left, hops), _strings(node, method, right, hops)
            return None if first is None or second is None else first + second
        case ast.Subscript(value=whole, slice=ast.Slice()):
            return _strings(node, method, whole, hops)
        case ast.Name() | ast.Attribute() if hops:
            held = [None if each is None else _strings(node, method, each, hops - 1) for each in _values(node, method, value)]
            return [string for each in held for string in each or ()] if held and None not in held else None
    return None


def _values(node: ast.ClassDef, method: Function, name: ast.expr) -> Iterator[ast.expr | None]:
    """All that a local name of a method, or an attribute of its instance, is given; None for what is no expression."""
    match name:
        case ast.Attribute(value=ast.Name(id=owner), attr=attribute) if owner == first_argument(method):
            yield from (each.value for each in assignments(node) if each.attribute == attribute and not each.keeps_part)
        case ast.Name(id=local) if not _is_argument(method, local):
            given = [each for each in walk(method) if isinstance(each, ast.Assign) and _is_only_target(each, local)]
            stores = (each for each in walk(method) if isinstance(each, ast.Name) and each.id == local)
            if len(given) < sum(not _is_read(each) for each in stores):
                yield None
            for each in given:
                # A slice of itself holds nothing more.
                if not (isinstance(each.value, ast.Subscript) and dotted(each.value.value) == local):
                    yield each.value
        case _:
            yield None


def _is_only_target(node: ast.Assign, name: str) -> bool:
    return len(node.targets) == 1 and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name


def _is_argument(method: Function, name: str) -> bool:
    return any(isinstance(each, ast.arg) and each.arg == name for each in walk(method))


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_open_name(name: str) -> bool:
    """Whether a computed attribute name shows nothing of the names that it can give."""
    return not re.search(r"['\"][^'\"]*\w[^'\"]*['\"]", name)


def may_be_computed(headers: Iterable[ClassHeader], name: str) -> bool:
    """Whether an attribute that a class sets under a computed name may be this one: ``f"layer{i}"`` for ``layer1``.

    Names that show nothing of themselves are not counted here: they make every fix of the class unsafe, see :func:`is_open_name`.
    """
    return any(may_give(source, name) for header in headers for source in header.computed)


def may_give(source: str, name: str) -> bool:
    """Whether the expression that a source stands for may have this name as its value."""
    literal = re.fullmatch(r"\s*[rRuU]?([fF]?)(['\"])(.*)\2\s*(?:%.*|\.format\(.*)?", source)
    if literal is not None:
        return re.fullmatch(_pattern(literal[3]), name) is not None
    return any(part in name for part in re.findall(r"['\"]([^'\"]*\w[^'\"]*)['\"]", source))


def _pattern(template: str) -> str:
    """A regular expression for what ``layer{i}``, ``layer%d`` or ``layer{}`` can become."""
    return "".join(
        r"\w+" if part.startswith(("{", "%")) else re.escape(part) for part in re.split(r"(\{[^{}]*\}|%\w)", template) if part
    )
