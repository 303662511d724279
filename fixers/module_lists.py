"""Lists of modules that the ``__init__`` of a class makes, and whether they stay as long as they are then."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeAlias

from modulint.fixers.placement import contains, self_name
from modulint.lint.assignments import Assignment, Function, dotted, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.forward import assigned_value
from modulint.lint.names import ClassHeader
from modulint.lint.scopes import bindings_of, bound_names, walk

Turns: TypeAlias = tuple[str, frozenset[str]]
"""What an ``__init__`` can run over to make as many modules as a loop has turns, and the attributes that this reads."""

_READING = frozenset(
    {"all", "any", "enumerate", "filter", "id", "isinstance", "iter", "len", "list", "map", "max", "min", "print", "range"}
    | {"reversed", "sorted", "sum", "tuple", "type", "zip"}
)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LISTS = frozenset({"torch.nn.ModuleList", "torch.nn.Sequential", "torch.nn.ParameterList"})


def against_list(owner: ClassFacts, attribute: str) -> str:
    """Why ``self.attribute`` may hold more modules later than when ``__init__`` is over: one line, "" if it does not."""
    found = [assignment for _, assignment in owner.attribute(attribute) if not assignment.keeps_part]
    made = _made(owner, attribute)
    foreign = any(assignment not in owner.assignments.get(attribute, ()) for assignment in found)
    if not made or foreign or not all(_makes_list(owner, assignment) for assignment in made):
        return f"`{attribute}`, which the loop runs over, is no module list that this class makes"
    in_init = [assignment for assignment in found if assignment.method is owner.init]
    at_once = all(assignment.top for assignment in in_init) or made_under_conditions(owner, attribute)
    if not at_once or any(assignment not in in_init for assignment in made):
        return f"`{attribute}`, which the loop runs over, is not made in one place"
    if any(_may_run_in_init(owner, assignment.method) for assignment in found if assignment not in in_init):
        return f"`{attribute}`, which the loop runs over, may be taken away while `__init__` runs"
    return against_growth(owner, attribute)


def against_growth(owner: ClassFacts, attribute: str) -> str:
    """Why other code than the assignments of ``self.attribute`` may make it longer, or replace it: one line, "" if none may."""
    if owner.is_stored(attribute):
        return f"`{attribute}`, which the loop runs over, is replaced from outside somewhere in the tree"
    if attribute in owner.index.tree.summary.grown:
        return f"`{attribute}`, which the loop runs over, is lengthened from outside somewhere in the tree"
    for reference, header in owner.family.items():
        reads = attribute not in header.stores and _only_reads(owner.index.get(reference), header, attribute)
        if reference != owner.reference and not reads:
            return f"`{header.name}` may lengthen `{attribute}`, which the loop runs over"
    if any(owner.init is None or not contains(owner.init, node) for node in owner.lengthened.get(attribute, ())):
        return f"`{attribute}`, which the loop runs over, is lengthened outside of `__init__`"
    if owner.init is not None and _is_handed_on(owner, owner.init, attribute):
        return f"`{attribute}`, which the loop runs over, is handed to code that may lengthen it"
    return ""


def _only_reads(facts: ClassFacts | None, header: ClassHeader, attribute: str) -> bool:
    """Whether a class does not name ``self.attribute``, or only to read its entries, one by one or by index."""
    if attribute not in header.mentions:
        return True
    if facts is None:
        return False
    reads: list[ast.expr] = []
    for node in walk(facts.node):
        match node:
            case ast.For(iter=read) | ast.comprehension(iter=read) | ast.Subscript(value=read, ctx=ast.Load()):
                reads.append(read)
            case ast.Compare(left=read, ops=[ast.Is() | ast.IsNot()]):
                reads.append(read)
            case ast.Call(func=ast.Name(id="enumerate" | "len" | "zip"), args=several):
                reads += several
    return all(node in reads for node in walk(facts.node) if isinstance(node, ast.Attribute) and node.attr == attribute)


def is_list_of_modules(owner: ClassFacts, attribute: str) -> bool:
    """Whether ``self.attribute`` is a list of modules of torch's own class, or a sequence, wherever this class makes it."""
    made = _made(owner, attribute)
    names = {name for each in made for name in _list_names(owner, each)}
    if any(assigned_value(owner, each).facts is not None for each in made):
        return False
    return bool(names) and names <= {"torch.nn.ModuleList", "torch.nn.Sequential", "torch.nn.Identity", "None"}


def made_under_conditions(owner: ClassFacts, attribute: str) -> tuple[ast.stmt, ...]:
    """The statements of ``__init__`` that make a list, each under a condition, where the attribute is None otherwise."""
    made = _made(owner, attribute)
    if owner.init is None or any(each.top or each.via != "=" for each in made):
        return ()
    if len(made) > 1 and attribute in owner.lengthened:
        return ()
    possible = list(_under_conditions(owner.init.body))
    statements = tuple(each.statement for each in made)
    return statements if all(any(each is statement for each in possible) for statement in statements) else ()


def _made(owner: ClassFacts, attribute: str) -> list[Assignment]:
    """What makes the list, without what takes it away: None, a part of itself, or an empty list once ``__init__`` is over."""
    return [
        each
        for each in owner.assignments.get(attribute, ())
        if not (each.keeps_part or _is_none(each.value) or (each.method is not owner.init and _is_empty(each.value)))
    ]


def _may_run_in_init(owner: ClassFacts, method: Function | None) -> bool:
    """Whether an ``__init__`` of a class or of one above it names a method, or one that names it."""
    queue = [facts.init for facts in owner.mro if facts.init is not None]
    seen: set[Function] = set(queue)
    for function in queue:
        for node in walk(function):
            found = owner.method(node.attr) if isinstance(node, ast.Attribute) else None
            if found is not None and found[1] not in seen:
                seen.add(found[1])
                queue.append(found[1])
    return method in seen


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_empty(value: ast.expr | None) -> bool:
    return isinstance(value, (ast.List, ast.Tuple)) and not value.elts


def _under_conditions(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block, and those that run at most once, by the conditions around them alone."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If):
            yield from _under_conditions([*statement.body, *statement.orelse])


def is_list_at_times(owner: ClassFacts, attribute: str) -> bool:
    """Whether what makes the list gives an ``nn.Identity`` or None in its place under some condition."""
    return any("torch.nn.ModuleList" != name for each in _made(owner, attribute) for name in _given_back(owner, each))


def _makes_list(owner: ClassFacts, assignment: Assignment) -> bool:
    """Whether an assignment gives the attribute a list of torch's, or of a class that derives from one; or a method of the
    class does, where it does not leave it out."""
    names = _list_names(owner, assignment)
    return names <= LISTS or ("torch.nn.ModuleList" in names and names <= {"torch.nn.ModuleList", "torch.nn.Identity", "None"})


def _list_names(owner: ClassFacts, assignment: Assignment) -> set[str]:
    """The classes of torch that what an assignment gives is of or derives from, "" for one that is not known."""
    value = assigned_value(owner, assignment)
    name = value.facts.container_base if value.facts is not None else value.name
    return {name} if value.kind == "module" and name in LISTS else _given_back(owner, assignment) or {""}


def _given_back(owner: ClassFacts, assignment: Assignment) -> set[str]:
    """The classes of the modules that ``self.make(...)`` constructs where it returns, "None", and "" for anything else."""
    match assignment.value or assignment.whole:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=called)) if name == self_name(owner):
            method = owner.methods.get(called)
            if method is None or method.decorator_list or owner.may_be_replaced(called):
                return {""}
            nodes = list(walk(method))
            if any(isinstance(node, (ast.Yield, ast.YieldFrom, ast.Lambda, *_DEFINITIONS)) for node in nodes[1:]):
                return {""}
            ends = [] if isinstance(method.body[-1], ast.Return) else ["None"]
            returned = [node for node in nodes if isinstance(node, ast.Return)]
            return {*ends, *(_constructed(owner, method, node, _part(node.value, assignment)) for node in returned)}
    return set()


def _part(value: ast.expr | None, assignment: Assignment) -> ast.expr | None:
    """What an assignment takes of what a method returns: one element of a tuple, where it unpacks one, or all of it."""
    if assignment.value is not None:
        return value
    if isinstance(value, ast.Tuple) and not any(isinstance(each, ast.Starred) for each in value.elts):
        return value.elts[assignment.index] if assignment.index < len(value.elts) else ast.Tuple([], ast.Load())
    return ast.Tuple([], ast.Load())  # nobody knows


def _constructed(owner: ClassFacts, method: Function, end: ast.Return, value: ast.expr | None) -> str:
    """The class outside of the tree that an expression constructs where a method returns it, "None" for None, "" for
    anything else."""
    if isinstance(value, ast.Name):
        value = _last_given(method, value.id, end)
    if value is None or _is_none(value):
        return "None"
    name = dotted(value.func) if isinstance(value, ast.Call) else ""
    if not name or name.partition(".")[0] in bound_names(method):
        return ""
    made = owner.resolve(name)
    return made.name if made.kind == "external" else ""


def _last_given(method: Function, name: str, end: ast.Return) -> ast.expr:
    """What a local name stands for where a method returns it: the name itself, if that depends."""
    given: ast.expr = ast.Name(name, ast.Load())
    for statement in method.body:
        if statement.lineno >= end.lineno or contains(statement, end):
            break
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                given = value
            case _ if bindings_of(statement, name):
                given = ast.Name(name, ast.Load())
    around = next((each for each in method.body if contains(each, end)), end)
    return ast.Name(name, ast.Load()) if bindings_of(around, name) else given


def _is_handed_on(owner: ClassFacts, init: Function, attribute: str) -> bool:
    """Whether ``__init__`` gives ``self.attribute`` to a function that is neither Python's nor torch's."""
    name = f"{first_argument(init)}.{attribute}"
    for node in walk(init):
        if isinstance(node, ast.Call) and any(dotted(each) == name for each in (*node.args, *(k.value for k in node.keywords))):
            function = dotted(node.func)
            if function not in _READING and not owner.resolve(function or "?").name.startswith("torch."):
                return True
    return False


def may_shrink(owner: ClassFacts, attribute: str) -> bool:
    """Whether some code may take modules out of the list."""
    taken_out = re.compile(rf"\bdel\b[^\n]*\.{re.escape(attribute)}\b|\.{re.escape(attribute)}\.(?:pop|clear|remove)\(")
    related = map(owner.index.get, owner.family)
    return any(facts is None or taken_out.search(facts.text) for facts in related)
