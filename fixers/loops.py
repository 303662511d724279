"""A module for each turn of a loop: an ``nn.ModuleList`` beside what the loop runs over, and one more name in its head."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from modulint.fixers.calls import argument_of, beside, construction
from modulint.fixers.edits import Edit, Edits
from modulint.fixers.imports import spell
from modulint.fixers.local_lists import turns_over
from modulint.fixers.module_lists import Turns, against_list, is_list_at_times, made_under_condition
from modulint.fixers.placement import against_place, contains, last_child, self_name
from modulint.fixers.proposal import NAME, Answer, Behind, Beside, Definition, EditsFor, Made, Proposal, Refusal
from modulint.lint.assignments import Assignment, dotted, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, method_around
from modulint.lint.forward import ForwardPath, Step
from modulint.lint.scopes import AnyFunction, bound_names, parameters, walk
from modulint.lint.source import Source

_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr, ast.JoinedStr)
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
    turns = _over_local_list(file, owner, step, head) or _turns(file, owner, step, head.iterated)
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
    read = _read_by_index(file.source, step, head)
    if any(each.start < edit.end and edit.start < each.end for each in read for edit in edits):
        return Refusal("the entry of the list is read in what is written anew")
    container, imports = spell(file, "torch.nn.ModuleList", owner)
    plural = stem if stem.endswith("s") else f"{stem}s"
    place = (
        _behind_made(owner, needs, repeated)
        or _behind_list(owner, needs, made.needs)
        or beside(path, step, needs | made.needs)
    )
    if isinstance(place, Refusal):
        return place
    definition = Definition(owner, plural, (f"{container}([{made.expression} for _ in {count}])",), place, op=made.op)
    early = _by_argument(owner, count) if not made.needs and isinstance(place, Beside) and against_place(definition) else ""
    if early:
        text = f"{container}([{made.expression} for _ in {early}])"
        definition = Definition(owner, plural, (text,), beside(path, step, frozenset()), op=made.op)
    imports += made.imports
    return Proposal((*edits, *read, lengthened), definition, imports, "unsafe" if doubt else "safe", doubt)


def _by_argument(owner: ClassFacts, count: str) -> str:
    """``range(depth)`` for ``range(self.depth)`` where ``__init__`` keeps its argument there, "" for anything else."""
    found = re.fullmatch(rf"range\({re.escape(self_name(owner))}\.(\w+)\)", count)
    name = argument_of(owner, found[1]) if found else ""
    return f"range({name})" if name else ""


def _hidden(file: File, step: Step) -> Iterator[str]:
    """The builtins of a loop's head that may mean something else in the step's function."""
    method = method_around(step)
    local = bound_names(step.function) | (bound_names(method) if method is not None else frozenset())
    for name in ("enumerate", "getattr", "isinstance", "range", "zip"):
        if name in local | step.owner.enclosing_names or file.tree.may_bind(file.module, name):
            yield name


def _head(loop: ast.AST, step: Step) -> _Head | None:
    if not any(node is loop for node in walk(step.function)):
        return None
    if isinstance(loop, ast.For):
        body = range(loop.body[0].lineno, (loop.body[-1].end_lineno or 0) + 1)
        return _Head(loop.target, loop.iter) if step.node.lineno in body else None
    if isinstance(loop, (ast.ListComp, ast.GeneratorExp)) and len(loop.generators) == 1:
        generator = loop.generators[0]
        if any(node is step.node for node in walk(loop.elt)):
            return _Head(generator.target, generator.iter)
    return None


def _over_local_list(file: File, owner: ClassFacts, step: Step, head: _Head) -> Turns | Refusal | None:
    """The same as :func:`_turns` for a list comprehension over a local list that has an entry for each module of a list."""
    method = method_around(step)
    if method is not step.function or not isinstance(head.iterated, ast.Name) or _indexed(step, head) is None:
        return None
    return turns_over(file, owner, method, head.iterated)


def _indexed(step: Step, head: _Head) -> list[ast.Name] | None:
    """Where a comprehension over a local list reads the entry of this turn; None where it cannot read it by its index."""
    loop, target, iterated = step.loops[0], head.target, head.iterated
    if not isinstance(loop, ast.ListComp) or not isinstance(target, ast.Name) or not isinstance(iterated, ast.Name):
        return None
    if loop.generators[0].ifs or iterated.id == target.id or any(isinstance(node, _SCOPES) for node in walk(loop.elt)):
        return None
    return [node for node in walk(loop.elt) if isinstance(node, ast.Name) and node.id == target.id]


def _turns(file: File, owner: ClassFacts, step: Step, iterated: ast.expr) -> Turns | Refusal:
    """How many turns a loop over an expression has."""
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
            if reason := against_list(owner, iterated.attr):
                return Refusal(reason)
            text = f"{self_name(owner)}.{iterated.attr}"
            if is_list_at_times(owner, iterated.attr):
                text = f"({text} if isinstance({text}, {spell(file, 'torch.nn.ModuleList', owner)[0]}) else ())"
            return text, frozenset({iterated.attr})
    return Refusal(_UNKNOWN)


def _range(file: File, owner: ClassFacts, count: ast.expr, step: Step) -> Turns | Refusal:
    """How many turns a loop over the numbers up to ``count`` has."""
    method = method_around(step)
    name = first_argument(method) if method is not None else ""
    match count:
        case ast.Constant() | ast.Attribute(value=ast.Name()) if dotted(count).partition(".")[0] in ("", name):
            number = count
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=head), ast.Constant(value=str(attribute)), *_], keywords=[]) if (
            head == name and attribute.isidentifier()
        ):
            number = ast.Attribute(ast.Name(head, ast.Load()), attribute, ast.Load())  # the default is for models without it
        case _:
            return Refusal(_UNKNOWN)
    if any(isinstance(node, (ast.Break, ast.Continue)) for node in walk(step.loops[0])):
        return Refusal("TorchScript knows no `break` and `continue` in a loop over modules")
    made = construction(file, owner, "torch.nn.ModuleList", [(None, number)], checked=True, guards=step.guards)
    if isinstance(made, Refusal):
        return made
    return f"range({ast.unparse(number)})", made[1]


def _behind_made(owner: ClassFacts, lists: frozenset[str], made: Assignment | None) -> Behind | Refusal | None:
    """The place of a definition that repeats an expression: right behind it, where the expression reads what may be
    something else at another place. None where it may stand anywhere."""
    if made is None or made.value is None or made.method is None:
        return None
    read = {node.id for node in walk(made.value) if isinstance(node, ast.Name)} & bound_names(made.method)
    if not read:
        return None
    if made.method is not owner.init or not made.top:
        return Refusal("the module is made under a condition or in a method, of what need not be there elsewhere")
    fixed = {*parameters(made.method)} - {first_argument(made.method)}
    fixed -= {node.id for node in walk(made.method) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    if read <= fixed:
        return None
    if any(made_under_condition(owner, name) is not None for name in lists):
        return Refusal("what the loop runs over is made under a condition")
    assigned = (each for name in lists for each in owner.assignments.get(name, ()) if each.method is owner.init)
    lines = [each.statement.lineno for each in assigned]
    lines += [call.lineno for name in lists for call in owner.lengthened.get(name, ())]
    if max(lines, default=0) >= made.statement.lineno:
        return Refusal("the module is made before what the loop runs over, of what may be something else behind it")
    return Behind((made.statement,))


def _behind_list(owner: ClassFacts, lists: frozenset[str], needs: frozenset[str]) -> Behind | Refusal | None:
    """The place of a definition that reads a list which is made under a condition: right behind it."""
    statement = next((found for name in sorted(lists) if (found := made_under_condition(owner, name))), None)
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


def _read_by_index(source: Source, step: Step, head: _Head) -> list[Edit]:
    """The edits that read the entries of a local list by index. TorchScript pairs up no list with one of modules."""
    if not isinstance(head.iterated, ast.Name):
        return []
    text = f"{head.iterated.id}[{_index(step)}]"
    return [Edit(source.start(name), source.end(name), text) for name in _indexed(step, head) or ()]


def _index(step: Step) -> str:
    """A name for the index of a comprehension's turn. That of another comprehension is its own."""
    inside = [node for loop in walk(step.function) if isinstance(loop, _SCOPES) for node in walk(loop)]
    outside = set(walk(step.function)).difference(inside) | set(walk(step.loops[0]))
    taken = {node.id for node in outside if isinstance(node, ast.Name)} | {*parameters(step.function)}
    return next(name for name in _numbered("i") if name not in taken)


def _free_local(function: AnyFunction, stem: str, outer: Iterable[str]) -> str:
    taken = set(outer)
    taken |= {node.id for node in walk(function) if isinstance(node, ast.Name)}
    taken |= {node.arg for node in walk(function) if isinstance(node, ast.arg)}
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
    if isinstance(iterated, ast.Name):
        before, behind = source.start(iterated), source.end(iterated)
        return [Edit(start, end, f"{_index(step)}, {local}"), Edit(before, behind, f"enumerate({added})")]
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
        is_read = any(_reads(node, target.id) for node in walk(step.function))
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
