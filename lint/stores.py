"""Which attributes a file sets on objects that are not ``self``, and of which class these objects are. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from modulint.lint.assignments import NAMING, Function, dotted
from modulint.lint.scopes import bound_names, children, walk

# The text says where something is set, which is fast; the tree is only asked for the object.
_STORE = re.compile(r"\.(\w+)[ \t]*(?:[-+*/%@|&^]|//|\*\*)?=(?!=)")
_SET = re.compile(r"""attr\(\s*([^,\n]+?)\s*,\s*["'](\w+)["']""")
_METHOD = re.compile(
    r"""\.(?:__setattr__|__delattr__|add_module|register_module|set_submodule)\(\s*(?:([\w.]+)\s*,\s*)?["'](?:[\w.]*\.)?(\w+)["']"""
)
_FREE_FUNCTION = re.compile(r"\ndef[ \t]+\w+\(\s*(?:self|cls)\b")
_OWNER_BEFORE = re.compile(r"(?<![\w.)\]])(?:self\.)?\w+$")
_OWN = re.compile(r"(?<![\w.])(?:self|cls)$")

_SIMPLE = frozenset({ast.Expr, ast.Return, ast.AugAssign, ast.Raise, ast.Assert, ast.Pass, ast.Import, ast.ImportFrom})
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_SEQUENCES = frozenset({"Iterable", "List", "Sequence", "list"})
_BY_NAME = NAMING | {"setattr", "__setattr__", "set_submodule"}
_COPIES = frozenset({"copy.copy", "copy.deepcopy"})


def stores(text: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each attribute that is set, with a class that the object may be of, as written there: ``self.block`` where instances hold
    the object under that name, which this file does not give them; "" where any object may be meant."""
    makers = _Makers(tree)
    for match in _STORE.finditer(text):
        start = match.start()
        if not (text.endswith(("self", "cls"), 0, start) and _OWN.search(text, max(start - 80, 0), start)):
            owner = _OWNER_BEFORE.search(text, max(start - 80, 0), start)
            if owner is not None and owner[0].startswith("self."):
                yield from ((match[1], maker) for maker in makers.of(owner[0].removeprefix("self.")))
            else:
                yield from _on(text, tree, start, owner[0] if owner else "", match[1])
    for match in _SET.finditer(text):
        if text.endswith(("set", "del"), 0, match.start()) and match[1] != "self":
            yield from _on(text, tree, match.start(), match[1] if match[1].isidentifier() else "", match[2])
    for match in _METHOD.finditer(text):
        owner = _OWNER_BEFORE.search(text, max(match.start() - 80, 0), match.start())
        on = match[1] or (owner[0] if owner else "")
        if on.startswith("self."):
            yield from ((match[2], maker) for maker in makers.of(on.removeprefix("self.")))
        elif on != "self":
            yield from _on(text, tree, match.start(), on if on.isidentifier() else "", match[2])
    yield from ((attribute, "") for attribute in _bound_among_others(tree.body))
    if _FREE_FUNCTION.search(text):
        yield from ((attribute, "") for attribute in _of_free_functions(tree))


class _Makers:
    """What a file calls for the values of the attributes of ``self``."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree

    def __contains__(self, attribute: str) -> bool:
        return attribute in self._made

    def of(self, attribute: str) -> Iterable[str]:
        """What is called for the values of an attribute, "" where one may be anything, ``self.attribute`` where the file sets
        none. Nothing for what is a ``Sequential`` somewhere: it is that one which gets children by name, and it is no class of
        the tree."""
        made = self._made.get(attribute, [f"self.{attribute}"])
        return () if any(maker.rpartition(".")[2] == "Sequential" for maker in made) else dict.fromkeys(made)

    @cached_property
    def _made(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for attribute, value, local in _set_on_self(self._tree.body):
            maker = dotted(value.func) if isinstance(value, ast.Call) else ""
            found.setdefault(attribute, []).append("" if maker.partition(".")[0] in local else maker)
        return found


def makers(tree: ast.Module, attribute: str) -> Iterable[str]:
    """What a file calls for the values that instances hold under a name, "" where one may be anything; nothing where it
    gives them none."""
    if any(_may_name(node, attribute) for node in walk(tree)):
        return ("",)
    found = _Makers(tree)
    return found.of(attribute) if attribute in found else ()


def _may_name(node: ast.AST, attribute: str) -> bool:
    """Whether code may set an attribute by its name, or for all instances."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return name == attribute
        case ast.Call(func=ast.Name(id=function) | ast.Attribute(attr=function)) if function in _BY_NAME:
            names = [each for each in (*node.args[:2], *(keyword.value for keyword in node.keywords)) if not isinstance(each, ast.Name)]
            shown = [each.value for each in names if isinstance(each, ast.Constant)]
            return attribute in shown or not any(isinstance(each, str) for each in shown)
    return False


def _set_on_self(
    body: Sequence[ast.stmt], local: frozenset[str] = frozenset()
) -> Iterator[tuple[str, ast.expr | None, frozenset[str]]]:
    """The attributes of ``self`` that statements set, each with its value, None where that is not written out, and the
    names that the functions around it bind."""
    for statement in body:
        parts: list[tuple[ast.expr, ast.expr | None]] = []
        match statement:
            case ast.Assign(targets=targets, value=value):
                parts = [(target, value) for target in targets]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                parts = [(target, value)]
            case ast.For(target=target) | ast.AsyncFor(target=target):
                parts = [(target, None)]
            case ast.With(items=items) | ast.AsyncWith(items=items):
                parts = [(item.optional_vars, None) for item in items if item.optional_vars is not None]
        for part, given in parts:
            yield from ((attribute, each, local) for attribute, each in _parts_on_self(part, given))
        inner = local
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner |= bound_names(statement)
        for _, block in _blocks(statement):
            yield from _set_on_self(block, inner)


def _parts_on_self(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    match target:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            yield name, value
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _parts_on_self(part, None)
        case ast.Starred(value=part):
            yield from _parts_on_self(part, None)


def _bound_among_others(body: Sequence[ast.stmt]) -> Iterator[str]:
    """What is set by targets that the text does not tell: those side by side or with an annotation, of `for` and `with`."""
    for statement in body:
        kind = type(statement)
        if kind is ast.Assign:
            assert isinstance(statement, ast.Assign)
            for target in statement.targets:
                if type(target) is not ast.Name and type(target) is not ast.Attribute:
                    yield from _set_on_others(target)
        elif isinstance(statement, ast.AnnAssign):
            yield from _set_on_others(statement.target)
        elif kind not in _SIMPLE:
            if isinstance(statement, (ast.For, ast.AsyncFor)):
                yield from _set_on_others(statement.target)
            elif isinstance(statement, (ast.With, ast.AsyncWith)):
                for item in statement.items:
                    if item.optional_vars is not None:
                        yield from _set_on_others(item.optional_vars)
            for _, block in _blocks(statement):
                yield from _bound_among_others(block)


def _set_on_others(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            pass
        case ast.Attribute(attr=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _set_on_others(part)
        case ast.Starred(value=part):
            yield from _set_on_others(part)


def _of_free_functions(tree: ast.Module) -> Iterator[str]:
    """What functions at module level set on what they call ``self``: it may be any object."""
    for function in tree.body:
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in walk(function):
                if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                    yield node.attr


def _on(text: str, tree: ast.Module, position: int, name: str, attribute: str) -> Iterator[tuple[str, str]]:
    classes = _classes(tree, text.count("\n", 0, position) + 1, name, attribute) if name else ()
    for shown in classes or ("",):
        yield attribute, shown


@dataclass(frozen=True, slots=True)
class _Place:
    """A statement around a line: what stands before it in its block, and whether that is the first block of its owner."""

    before: Sequence[ast.stmt]
    statement: ast.stmt
    first: bool


def _classes(tree: ast.Module, line: int, name: str, attribute: str) -> tuple[str, ...]:
    """The classes that the object ``name`` may be of where its ``attribute`` is set, () where it may be anything."""
    way = _way(tree, line)
    functions = [place.statement for place in way if isinstance(place.statement, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if not functions or not _sets(way[-1].statement, name, attribute):
        return ()
    found = _narrowed(way, functions[-1], name)
    local = frozenset().union(*map(bound_names, functions))
    return found if all(shown and shown.partition(".")[0] not in local for shown in found) else ()


def _way(tree: ast.Module, line: int) -> list[_Place]:
    """The statements around a line, outermost first; up to where two of one block share it."""
    way: list[_Place] = []
    node: ast.AST = tree
    while True:
        found = [
            _Place(block[:index], statement, first)
            for first, block in _blocks(node)
            for index, statement in enumerate(block)
            if statement.lineno <= line <= (statement.end_lineno or 0)
        ]
        if len(found) != 1:
            return way
        way += found
        node = found[0].statement


def _blocks(node: ast.AST) -> Iterator[tuple[bool, Sequence[ast.stmt]]]:
    for field in ("body", "orelse", "finalbody"):
        yield field == "body", getattr(node, field, ())
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield False, part.body


def _sets(statement: ast.stmt, name: str, attribute: str) -> bool:
    """Whether a statement, and nothing inside it, sets ``name.attribute``."""
    match statement:
        case ast.Assign(targets=written) | ast.Delete(targets=written):
            pass
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            written = [target]
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="add_module" | "register_module"))):
            return owner == name and not _binds(statement, name)
        case ast.Expr(value=ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[owner, *_])):
            return dotted(owner) == name and not _binds(statement, name)
        case _:
            return False
    return any(dotted(each) == f"{name}.{attribute}" for each in written) and not _binds(statement, name)


def _narrowed(way: Sequence[_Place], function: Function, name: str) -> tuple[str, ...]:
    """What the nearest statement before the last of ``way`` says of ``name``, going outwards to the parameters."""
    if any(isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names for node in walk(function)):
        return ()
    for depth in range(len(way) - 1, 0, -1):
        outer, place = way[depth - 1], way[depth]
        for index, statement in reversed(list(enumerate(place.before))):
            if _binds(statement, name):
                original = _copied(statement, name)
                there = _Place(place.before[:index], statement, place.first)
                return _narrowed([*way[:depth], there], function, original) if original else _made(statement, name)
            if shown := _passed_only_by(statement, name):
                return shown
        around = outer.statement
        if around is function:
            break
        if isinstance(around, ast.For) and dotted(around.target) == name:
            return _elements(around, function, name)
        # Any other statement than a plain `if` may run its parts in another order than they stand in.
        if _binds(around.test if isinstance(around, ast.If) else around, name):
            return ()
        if isinstance(around, ast.If) and place.first and (shown := _tested(around.test, name)):
            return shown
    annotation = _annotation(function, name)
    return tuple(_annotated(annotation)) if annotation is not None else ()


def _annotation(function: Function, name: str) -> ast.expr | None:
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return next((each.annotation for each in arguments if each.arg == name), None)


def _elements(loop: ast.For, function: Function, name: str) -> tuple[str, ...]:
    """The classes of a loop's variable, where it runs over a parameter that is annotated as a sequence of them."""
    annotation = _annotation(function, dotted(loop.iter))
    written = [_binds(part, name) for part in loop.body] + [_binds(part, dotted(loop.iter)) for part in function.body]
    if annotation is None or any(written):
        return ()
    match annotation:
        case ast.Subscript(value=value, slice=inner) if dotted(value).rpartition(".")[2] in _SEQUENCES:
            return tuple(_annotated(inner))
    return ()


def _copied(statement: ast.stmt, name: str) -> str:
    """``other`` in ``name = copy.copy(other)``, "" for another statement."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call(func=made, args=[ast.Name(id=other)])) if target == name:
            return other if dotted(made) in _COPIES else ""
    return ""


def _binds(node: ast.AST, name: str) -> bool:
    """Whether code gives a name a value, also in a function inside."""
    queue = [node]
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Name):
            if node.id == name and not isinstance(node.ctx, ast.Load):
                return True
        elif name in (getattr(node, "name", None), getattr(node, "rest", None), getattr(node, "asname", None)):
            return True  # a definition, an import, an exception, a pattern
        else:
            queue += children(node)
    return False


def _made(statement: ast.stmt, name: str) -> tuple[str, ...]:
    """The class of ``name = Class(...)``."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call(func=made)) if target == name:
            return (dotted(made),)
        case ast.AnnAssign(target=ast.Name(id=target), value=ast.Call(func=made)) if target == name:
            return (dotted(made),)
    return ()


def _passed_only_by(statement: ast.stmt, name: str) -> tuple[str, ...]:
    """The classes that get past ``assert isinstance(name, Class)`` and ``if not isinstance(name, Class): return``."""
    match statement:
        case ast.Assert(test=test):
            return _tested(test, name)
        case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=test), body=body, orelse=[]) if isinstance(body[-1], _LEAVES):
            return _tested(test, name)
    return ()


def _tested(test: ast.expr, name: str) -> tuple[str, ...]:
    """The classes that ``name`` may be of where a condition holds, () where it says nothing of that."""
    match test:
        case ast.BoolOp(op=ast.And(), values=parts):
            return next(filter(None, (_tested(part, name) for part in parts)), ())
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=tested), classes], keywords=[]) if tested == name:
            return tuple(_union(classes))
    return ()


def _union(node: ast.expr) -> Iterator[str]:
    """The classes of ``(A, B)`` or ``A | B``, "" for what is no name."""
    match node:
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from _union(part)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _union(left)
            yield from _union(right)
        case ast.Constant(value=None):
            pass
        case _:
            yield dotted(node)


def _annotated(node: ast.expr) -> Iterable[str]:
    match node:
        case ast.Subscript(value=value, slice=inner) if dotted(value).rpartition(".")[2] in ("Optional", "Union"):
            return _union(inner)
    return _union(node)
