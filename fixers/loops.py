"""A module for each turn of a loop: an ``nn.ModuleList`` beside what the loop runs over, and one more name in its head."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from modulint.fixers.calls import beside, construction
from modulint.fixers.edits import Edit, Edits
from modulint.fixers.imports import spell
from modulint.fixers.placement import contains, last_child, self_name
from modulint.fixers.proposal import NAME, Answer, Behind, Definition, EditsFor, Made, Proposal, Refusal
from modulint.lint.assignments import Assignment, Function, dotted, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, method_around
from modulint.lint.forward import ForwardPath, Step, assigned_value
from modulint.lint.scopes import AnyFunction, bound_names, parameters
from modulint.lint.source import Source
from modulint.lint.values import Value

_READING = frozenset(
    {"all", "any", "enumerate", "filter", "id", "isinstance", "iter", "len", "list", "map", "max", "min", "print", "range"}
    | {"reversed", "sorted", "sum", "tuple", "type", "zip"}
)
_LISTS = frozenset({"torch.nn.ModuleList", "torch.nn.Sequential", "torch.nn.ParameterList"})
_UNKNOWN = "it runs in a loop whose number of turns is not known when `__init__` runs"


@dataclass(frozen=True, slots=True, eq=False)
class _Head:
    """The part of a loop that says what it runs over: one name or several for the elements, and where these come from."""

    target: ast.expr
    iterated: ast.expr


def in_loop(
    file: File,
    path: ForwardPath,
    step: Step,
    made: Made,
    stem: str,
    edits_for: EditsFor,
    doubt: str,
    repeated: Assignment | None = None,
) -> Answer:
    """Define a module for each turn, and have the edits call the one of this turn.

    ``repeated`` is the assignment whose expression ``made`` is, where it is one that ``__init__`` has already.
    """
    owner = step.owner
    if len(step.loops) != 1 or any(run.loops != step.loops for run in step.runs):
        return Refusal("it runs in a loop within a loop, or in one around its method")
    head = _head(step.loops[0], step)
    if head is None:
        return Refusal(_UNKNOWN)
    if hidden := next(_hidden(file, step), ""):
        return Refusal(f"`{hidden}` is not Python's own here")
    turns = _turns(file, owner, step, head.iterated)
    if isinstance(turns, Refusal):
        return turns
    count, needs = turns
    local = _free_local(step.function, stem, file.module.bindings)
    edits = edits_for(local)
    if edits is None:
        return Refusal("a comment or a `yield` stands among its arguments")
    lengthened = _lengthened(file.source, step, head, local)
    if lengthened is None:
        return Refusal("the head of the loop takes no further name")
    container, imports = spell(file, "torch.nn.ModuleList", owner)
    text = f"{container}([{made.expression} for _ in {count}])"
    plural = stem if stem.endswith("s") else f"{stem}s"
    place = (
        _behind_made(owner, needs, repeated)
        or _behind_list(owner, needs, made.needs)
        or beside(path, step, needs | made.needs)
    )
    if isinstance(place, Refusal):
        return place
    definition = Definition(owner, plural, (text,), place, op=made.op)
    imports += made.imports
    return Proposal((*edits, lengthened), definition, imports, "unsafe" if doubt else "safe", doubt)


def _hidden(file: File, step: Step) -> Iterator[str]:
    """The builtins of a loop's head that may mean something else in the step's function."""
    method = method_around(step)
    local = bound_names(step.function) | (bound_names(method) if method is not None else frozenset())
    for name in ("enumerate", "range", "zip"):
        if name in local | step.owner.enclosing_names or file.tree.may_bind(file.module, name):
            yield name


def _head(loop: ast.AST, step: Step) -> _Head | None:
    if not any(node is loop for node in ast.walk(step.function)):
        return None
    if isinstance(loop, ast.For):
        body = range(loop.body[0].lineno, (loop.body[-1].end_lineno or 0) + 1)
        return _Head(loop.target, loop.iter) if step.node.lineno in body else None
    if isinstance(loop, (ast.ListComp, ast.GeneratorExp)) and len(loop.generators) == 1:
        generator = loop.generators[0]
        if any(node is step.node for node in ast.walk(loop.elt)):
            return _Head(generator.target, generator.iter)
    return None


def _turns(file: File, owner: ClassFacts, step: Step, iterated: ast.expr) -> tuple[str, frozenset[str]] | Refusal:
    """What an ``__init__`` can run over to make as many modules as the loop has turns, and the attributes it reads."""
    if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and not iterated.keywords:
        name, arguments = iterated.func.id, iterated.args
        if name == "enumerate" and len(arguments) == 1:
            return _turns(file, owner, step, arguments[0])
        if name == "zip" and arguments:
            # The shortest one counts: as many modules as one of them has are always enough.
            answers = [_turns(file, owner, step, argument) for argument in arguments]
            return next((answer for answer in answers if not isinstance(answer, Refusal)), answers[0])
        if name == "range" and len(arguments) == 1:
            return _range(file, owner, arguments[0], step)
    method = method_around(step)
    if isinstance(iterated, ast.Attribute) and isinstance(iterated.value, ast.Name) and method is not None:
        if iterated.value.id == first_argument(method):
            if reason := _against_list(owner, iterated.attr):
                return Refusal(reason)
            return f"{self_name(owner)}.{iterated.attr}", frozenset({iterated.attr})
    return Refusal(_UNKNOWN)


def _range(file: File, owner: ClassFacts, count: ast.expr, step: Step) -> tuple[str, frozenset[str]] | Refusal:
    method = method_around(step)
    fixed = isinstance(count, ast.Constant) or (
        isinstance(count, ast.Attribute)
        and isinstance(count.value, ast.Name)
        and method is not None
        and count.value.id == first_argument(method)
    )
    if not fixed:
        return Refusal(_UNKNOWN)
    if any(isinstance(node, (ast.Break, ast.Continue)) for node in ast.walk(step.loops[0])):
        return Refusal("TorchScript knows no `break` and `continue` in a loop over modules")
    made = construction(file, owner, "torch.nn.ModuleList", [(None, count)], checked=True, guards=step.guards)
    if isinstance(made, Refusal):
        return made
    return f"range({file.source.code(count)})", made[1]


def _against_list(owner: ClassFacts, attribute: str) -> str:
    """Why ``self.attribute`` may hold more modules later than when ``__init__`` is over: one line, "" if it does not."""
    found = [assignment for _, assignment in owner.attribute(attribute) if not assignment.keeps_part]
    made = _made(owner, attribute)
    foreign = any(assignment not in owner.assignments.get(attribute, ()) for assignment in found)
    if not made or foreign or not all(_is_list(assigned_value(owner, assignment)) for assignment in made):
        return f"`{attribute}`, which the loop runs over, is no module list that this class makes"
    in_init = [assignment for assignment in found if assignment.method is owner.init]
    at_once = all(assignment.top for assignment in in_init) or _conditional(owner, attribute) is not None
    if not at_once or any(assignment not in in_init for assignment in made):
        return f"`{attribute}`, which the loop runs over, is not made in one place"
    if any(_may_run_in_init(owner, assignment.method) for assignment in found if assignment not in in_init):
        return f"`{attribute}`, which the loop runs over, may be taken away while `__init__` runs"
    if owner.is_stored(attribute):
        return f"`{attribute}`, which the loop runs over, is replaced from outside somewhere in the tree"
    if attribute in owner.index.tree.summary.grown:
        return f"`{attribute}`, which the loop runs over, is lengthened from outside somewhere in the tree"
    for reference, header in owner.family.items():
        if reference != owner.reference and attribute in header.stores | header.mentions:
            return f"`{header.name}` may lengthen `{attribute}`, which the loop runs over"
    if any(owner.init is None or not contains(owner.init, node) for node in owner.lengthened.get(attribute, ())):
        return f"`{attribute}`, which the loop runs over, is lengthened outside of `__init__`"
    if owner.init is not None and _is_handed_on(owner, owner.init, attribute):
        return f"`{attribute}`, which the loop runs over, is handed to code that may lengthen it"
    return ""


def _conditional(owner: ClassFacts, attribute: str) -> ast.stmt | None:
    """The statement of ``__init__`` that makes a list under a condition, where the attribute is None otherwise."""
    made = _made(owner, attribute)
    if len(made) != 1 or made[0].top or made[0].via != "=" or owner.init is None:
        return None
    statement = made[0].statement
    return statement if any(each is statement for each in _under_conditions(owner.init.body)) else None


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
        for node in ast.walk(function):
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


def _behind_made(owner: ClassFacts, lists: frozenset[str], made: Assignment | None) -> Behind | Refusal | None:
    """The place of a definition that repeats an expression: right behind it, where the expression reads what may be
    something else at another place. None where it may stand anywhere."""
    if made is None or made.value is None or made.method is None:
        return None
    read = {node.id for node in ast.walk(made.value) if isinstance(node, ast.Name)} & bound_names(made.method)
    if not read:
        return None
    if made.method is not owner.init or not made.top:
        return Refusal("the module is made under a condition or in a method, of what need not be there elsewhere")
    fixed = {*parameters(made.method)} - {first_argument(made.method)}
    fixed -= {node.id for node in ast.walk(made.method) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    if read <= fixed:
        return None
    if any(_conditional(owner, name) is not None for name in lists):
        return Refusal("what the loop runs over is made under a condition")
    filled = [each.statement for name in lists for each in owner.assignments.get(name, ()) if each.method is owner.init]
    calls = [call for name in lists for call in owner.lengthened.get(name, ())]
    if any(node.lineno >= made.statement.lineno for node in (*filled, *calls)):
        return Refusal("the module is made before what the loop runs over, of what may be something else behind it")
    return Behind((made.statement,))


def _behind_list(owner: ClassFacts, lists: frozenset[str], needs: frozenset[str]) -> Behind | Refusal | None:
    """The place of a definition that reads a list which is made under a condition: right behind it."""
    statement = next((found for name in sorted(lists) if (found := _conditional(owner, name))), None)
    if statement is None:
        return None
    last = last_child(owner)
    if last is None or contains(last, statement):
        return Refusal("the modules would be the last child, which code that slices `children()` cuts off")
    if needs or len(lists) > 1:
        return Refusal("what the loop runs over is made under a condition")
    end = statement.end_lineno or 0
    if any(node.lineno > end for name in lists for node in owner.lengthened.get(name, ())):
        return Refusal("what the loop runs over is made under a condition, and longer later")
    return Behind((statement,))


def _is_list(value: Value) -> bool:
    """Whether a value is a list of torch's, or of a class that derives from one."""
    name = value.facts.container_base if value.facts is not None else value.name
    return value.kind == "module" and name in _LISTS


def _is_handed_on(owner: ClassFacts, init: Function, attribute: str) -> bool:
    """Whether ``__init__`` gives ``self.attribute`` to a function that is neither Python's nor torch's."""
    name = f"{first_argument(init)}.{attribute}"
    for node in ast.walk(init):
        if isinstance(node, ast.Call) and any(dotted(each) == name for each in (*node.args, *(k.value for k in node.keywords))):
            function = dotted(node.func)
            if function not in _READING and not owner.resolve(function or "?").name.startswith("torch."):
                return True
    return False


def _free_local(function: AnyFunction, stem: str, outer: Iterable[str]) -> str:
    taken = set(outer)
    taken |= {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    taken |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    return next(name for name in _numbered(stem) if name not in taken)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}{number}"
        number += 1


def _lengthened(source: Source, step: Step, head: _Head, local: str) -> Edit | None:
    """The edit that gives the loop's head one more name and one more thing to run over.

    It is a single one, so that another fix of the same loop waits for the next pass, and sees the names of this one.
    """
    edits = _additions(source, step, head, local)
    if edits is None:
        return None
    start, end = source.start(head.target), source.end(head.iterated)
    one = Edits()
    one.add(edits)
    text = one.apply(source.text)
    return Edit(start, end, text[start : end + len(text) - len(source.text)])


def _additions(source: Source, step: Step, head: _Head, local: str) -> list[Edit] | None:
    """What is added to the head of a loop, and where."""
    target, iterated = head.target, head.iterated
    method = method_around(step)
    added = f"{first_argument(method) if method else 'self'}.{NAME}"
    nested = _called(iterated) == "enumerate"
    if nested:
        assert isinstance(iterated, ast.Call)
        if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
            return None
        target, iterated = target.elts[1], iterated.args[0]
    if any("#" in source.code(node) or isinstance(node, ast.Starred) for node in (target, iterated)):
        return None
    start, end, text = source.start(target), source.end(target), source.code(target)
    if _called(iterated) == "zip":
        assert isinstance(iterated, ast.Call)
        if not isinstance(target, ast.Tuple) or len(target.elts) != len(iterated.args):
            return None
        names, more = _behind(source, target.elts, end), _behind(source, iterated.args, source.end(iterated))
        if names is None or more is None:
            return None
        return [Edit(names, names, f", {local}"), Edit(more, more, f", {added}")]
    if _called(iterated) == "range" and not nested:
        # A list of modules counts its turns itself, and TorchScript pairs it up with nothing else.
        if not isinstance(target, ast.Name):
            return None
        is_read = any(_reads(node, target.id) for node in ast.walk(step.function))
        names_now, counted = (f"{text}, {local}", f"enumerate({added})") if is_read else (local, added)
        return [Edit(start, end, names_now), Edit(source.start(iterated), source.end(iterated), counted)]
    opened, closed = ("(", ")") if nested else ("", "")
    inner = f"({text})" if isinstance(target, ast.Tuple) and not text.startswith("(") else text
    before, behind = source.start(iterated), source.end(iterated)
    return [
        Edit(start, end, f"{opened}{inner}, {local}{closed}"),
        Edit(before, before, "zip("),
        Edit(behind, behind, f", {added})"),
    ]


def _called(node: ast.expr) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _behind(source: Source, parts: Sequence[ast.expr], end: int) -> int | None:
    """The offset behind the last of some expressions that commas part, None where they have brackets of their own."""
    between = [source.text[source.end(a) : source.start(b)] for a, b in zip(parts, parts[1:])]
    behind = source.text[source.end(parts[-1]) : end]
    if any(bracket in text for text in between for bracket in "()") or len(re.findall(r"[)\]]", behind)) > 1:
        return None
    return source.end(parts[-1])


def _reads(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
