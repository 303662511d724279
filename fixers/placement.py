"""Where a definition stands: in ``__init__``, behind what it reads, near its kin, and never as the last child."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from modulint.fixers.proposal import Behind, Beside, Definition, Refusal
from modulint.fixers.surroundings import super_init
from modulint.lint.assignments import Function, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.forward import attribute_value, constructed_value
from modulint.lint.source import Located, Source


_SELF_CALL = re.compile(r"\bself\.(\w+)\(")


def insertion(facts: ClassFacts, place: Beside) -> tuple[int, str] | Refusal:
    """The offset in the file at which the definition's line starts, and its indentation."""
    init = facts.init
    assert init is not None
    body = init.body
    start = super_init(init, facts)
    if start is None:
        return Refusal("`__init__` does not call that of its base as a statement of its own")
    first = body.index(start) + 1
    for attribute in place.needs:
        first = max(first, _last_assignment(facts, body, attribute) + 1)
    if _base_runs_forward(facts, place.users):
        return Refusal("the `__init__` of a base runs the forward path before the module could be defined")
    running = _running(facts, facts, place.users)
    behind_start = range(body.index(start) + 1, len(body))
    last = next((i for i in behind_start if _returns(body[i]) or body[i] in running), len(body))
    if first > last:
        return Refusal("`__init__` returns or runs the forward path before the values are set that the module needs")
    position = _preferred(facts, body, place, first)

    def last_child_before(end: int) -> int:
        # What a module takes as its arguments is no child, as far as is known.
        return next((i for i in reversed(range(end)) if makes_children(facts, body[i], place.needs)), -1)

    if position > (child := last_child_before(len(body))) >= 0:
        # The last child stays the last one: people slice `list(model.children())[:-1]`.
        position = child
        if position < first:
            return Refusal("the module would be the last child, which code that slices `children()` cuts off")
    for index in range(position, len(body)):
        if _returns(body[index]) and position > (child := last_child_before(index)) >= first:
            position = child  # nor is it the last child where `__init__` returns early
    position = max(first, min(position, last))
    if any(node in running for node in body[: body.index(start)]):
        return Refusal("`__init__` runs the forward path before that of its base")
    return _between(facts.source, body, position)


def against_place(definition: Definition) -> str:
    """Why a definition has no place: one line, "" if it has one."""
    facts, place = definition.facts, definition.place
    answers: list[object]
    if isinstance(place, Behind):
        answers = [behind(facts, statement) for statement in place.statements]
    elif facts.init is None:
        answers = [new_init(facts, place.users)]
    else:
        answers = [insertion(facts, place)]
    return next((answer.reason for answer in answers if isinstance(answer, Refusal)), "")


def _preferred(facts: ClassFacts, body: list[ast.stmt], place: Beside, first: int) -> int:
    if place.before and (index := _last_assignment(facts, body, place.before)) >= 0:
        return max(first, index + 1)
    if place.after and (index := _last_assignment(facts, body, place.after)) >= 0:
        return max(first, index)
    return len(body) if not any(makes_children(facts, node, place.needs) for node in body) else first


def _last_assignment(facts: ClassFacts, body: list[ast.stmt], attribute: str) -> int:
    """The index of the last statement of ``body`` in which the attribute is set, or gets longer, -1 where there is none."""
    found: list[Located] = [a.statement for a in facts.assignments.get(attribute, ()) if a.method is not None]
    found += facts.lengthened.get(attribute, ())
    return max((i for i, node in enumerate(body) for s in found if s is node or contains(node, s)), default=-1)


def start_of(source: Source, statement: ast.stmt) -> int:
    """The start of a statement's first line, with its decorators and the comment right above it."""
    decorators = statement.decorator_list if isinstance(statement, (ast.ClassDef, ast.FunctionDef)) else []
    line = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    while line > 1 and source.line_text(line - 1).startswith("#"):
        line -= 1
    return source.line_starts[line - 1]


def contains(outer: Located, inner: Located) -> bool:
    """Whether a node is ``outer`` or stands in it."""
    return outer.lineno <= inner.lineno and (inner.end_lineno or 0) <= (outer.end_lineno or 0)


def makes_children(facts: ClassFacts, statement: ast.stmt, numbers: frozenset[str] = frozenset()) -> bool:
    """Whether a statement makes a child, as far as is known. Of ``numbers`` only what is shown to be a module is one."""
    init = facts.init
    for attribute, assignments in facts.assignments.items():
        for assignment in assignments:
            if assignment.method is init and (
                assignment.statement is statement or contains(statement, assignment.statement)
            ):
                if assignment.via in ("add_module", "register_module"):
                    return True
                value = assignment.value
                made = attribute_value(facts, attribute) if value is None else constructed_value(facts, init, value, attribute)
                if made.kind == "module" and (made.shown or attribute not in numbers):
                    return True
                if value is None:
                    return False
    return False


def _running(facts: ClassFacts, owner: ClassFacts, users: frozenset[str]) -> list[ast.stmt]:
    """The statements of ``__init__`` as ``owner`` has it that call the instance, or a method that leads to one of ``users``."""
    return [
        statement
        for statement, called in owner.init_calls
        if "" in called or any(_leads_to(facts, method, users, frozenset()) for method in sorted(called))
    ]


def _leads_to(facts: ClassFacts, method: str, users: frozenset[str], seen: frozenset[str]) -> bool:
    """Whether a method leads to one of ``users``, as this class has it or as a subclass of the tree does."""
    if method in seen:
        return False
    found = facts.method(method)
    versions = [found] if found is not None else []
    for sub in map(facts.index.get, facts.below):
        if sub is not None and method in sub.methods:
            versions.append((sub, sub.methods[method]))
    if not versions:
        return False
    if method in users:
        return True
    called = {name for owner, function in versions for name in _SELF_CALL.findall(owner.source.code(function))}
    return any(_leads_to(facts, other, users, seen | {method}) for other in sorted(called))


def _base_runs_forward(facts: ClassFacts, users: frozenset[str]) -> bool:
    return any(_running(facts, base, users) for base in facts.mro[1:])


def _returns(statement: ast.stmt) -> bool:
    """Whether a statement may leave the function, nested functions aside."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    if isinstance(statement, ast.Return):
        return True
    return any(_returns(child) for child in _substatements(statement))


def _substatements(statement: ast.stmt) -> Iterator[ast.stmt]:
    for block in ("body", "orelse", "finalbody"):
        yield from getattr(statement, block, ())
    for handler in getattr(statement, "handlers", ()):
        yield from handler.body
    for case in getattr(statement, "cases", ()):
        yield from case.body


def _between(source: Source, body: list[ast.stmt], position: int) -> tuple[int, str] | Refusal:
    """The start of the line between two statements of a block."""
    before = body[position - 1]
    indent = source.indent(before.lineno)
    if position < len(body) and body[position].lineno == before.end_lineno:
        return Refusal("statements of `__init__` share a line")
    if source.line_text(before.lineno)[: before.col_offset].strip():
        return Refusal("statements of `__init__` share a line")
    assert before.end_lineno is not None
    return source.line_end(before.end_lineno), indent


def behind(facts: ClassFacts, statement: ast.stmt) -> tuple[int, str] | Refusal:
    """The start of the line behind a statement, in its block; in front of it where it makes the last child."""
    source = facts.source
    if not source.is_alone(statement):
        return Refusal("statements of `__init__` share a line")
    start, end = source.lines_of(statement)
    return start if statement is last_child(facts) else end, source.text[start : source.start(statement)]


def last_child(facts: ClassFacts, without: Collection[ast.stmt] = ()) -> ast.stmt | None:
    """The statement directly in ``__init__`` that makes the last child, ``without`` aside; None where none does."""
    body = facts.init.body if facts.init is not None else []
    return next((node for node in reversed(body) if node not in without and makes_children(facts, node)), None)


def returns_early(facts: ClassFacts) -> bool:
    """Whether ``__init__`` may end before its last statement."""
    return facts.init is not None and any(_returns(node) for node in facts.init.body)


def new_init(facts: ClassFacts, users: frozenset[str]) -> tuple[int, str, list[str]] | Refusal:
    """Where an ``__init__`` goes in a class without one, its indentation, and its first lines."""
    methods = [node for node in facts.node.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if not methods:
        return Refusal("the class has no method of its own")
    if _base_runs_forward(facts, users):
        return Refusal("the `__init__` of a base runs the forward path before the module could be defined")
    source = facts.source
    first = methods[0]
    line = min([first.lineno, *(decorator.lineno for decorator in first.decorator_list)])
    indent = source.indent(line)
    while line > 1 and source.line_text(line - 1).startswith(f"{indent}#"):
        line -= 1
    if source.text[source.line_starts[line - 1] : source.start(first)].strip(" \t\f") and not first.decorator_list:
        if not source.line_text(line).lstrip().startswith("#"):
            return Refusal("the class stands on one line")
    step = level(source, facts.node, indent)
    inherited = facts.method("__init__")
    plain = (
        facts.outer_bases == ("torch.nn.Module",)
        and (inherited is None or _takes_nothing(inherited[1]))
        and not any(len(header.bases) > 1 for header in facts.family.values())
    )
    signature, arguments = ("self", "") if plain else ("self, *args, **kwargs", "*args, **kwargs")
    lines = [f"{indent}def __init__({signature}):", f"{indent}{step}super().__init__({arguments})"]
    return source.line_starts[line - 1], indent + step, lines


def _takes_nothing(init: Function) -> bool:
    arguments = init.args
    return len([*arguments.posonlyargs, *arguments.args]) == 1 and not (
        arguments.vararg or arguments.kwarg or arguments.kwonlyargs
    )


def level(source: Source, node: Located, indent: str) -> str:
    """One level of indentation, as a statement has it whose block has the ``indent``."""
    outer = source.indent(node.lineno)
    return indent.removeprefix(outer) or "    "


def self_name(facts: ClassFacts) -> str:
    """What ``__init__`` calls its instance."""
    return first_argument(facts.init) if facts.init is not None else "self"
