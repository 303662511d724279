"""A module for each turn of a loop: an ``nn.ModuleList`` beside what the loop runs over, and one more name in its head."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from modulint.fixers.calls import argument_of, beside
from modulint.fixers.edits import Edit
from modulint.fixers.imports import spell
from modulint.fixers.list_making import made_over
from modulint.fixers.loop_heads import lengthened, numbered, turn_index
from modulint.fixers.module_lists import made_under_conditions
from modulint.fixers.placement import against_place, contains, last_child, makes_children, self_name
from modulint.fixers.proposal import NAME, Answer, Behind, Beside, Definition, EditsFor, Made, Proposal, Refusal
from modulint.fixers.turns import Level, entries_read, levels_around
from modulint.lint.assignments import Assignment, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, method_around
from modulint.lint.forward import ForwardPath, Step
from modulint.lint.scopes import AnyFunction, bound_names, parameters, walk
from modulint.lint.source import Source


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
    if hidden := next(_hidden(file, step), ""):
        return Refusal(f"`{hidden}` is not Python's own here")
    levels = levels_around(file, step)
    if isinstance(levels, Refusal):
        return levels
    container, imports = spell(file, "torch.nn.ModuleList", owner)
    entries = [level.entry for level in levels if level.entry != "_"]
    if clash := next((entry for entry in entries if re.search(rf"\b{entry}\b", f"{container}({made.expression})")), ""):
        return Refusal(f"`{clash}` is another name in `__init__`")
    needs = frozenset[str]().union(*(level.needs for level in levels))
    plural = stem if stem.endswith("s") else f"{stem}s"
    method = method_around(step)
    called, heads = f"{first_argument(method) if method else 'self'}.{NAME}", list[Edit]()
    taken = {*file.module.bindings}
    for level in levels:
        if level.index:
            called = f"{called}[{level.index}]"
            continue
        local = _free_local(step.function, stem if level is levels[-1] else plural, taken)
        taken.add(local)
        head = lengthened(file.source, step, level, called, local)
        if head is None:
            return Refusal("the head of the loop takes no further name")
        heads.append(head)
        called = local
    edits = edits_for(called)
    if edits is None:
        return Refusal("a comment or a `yield` stands among its arguments")
    read = _read_byturn_index(file.source, step, levels[0])
    if any(each.start < edit.end and edit.start < each.end for each in (*read, *heads) for edit in edits):
        return Refusal("the entry of the list is read in what is written anew")
    place = (
        _behind_made(owner, needs, repeated)
        or _behind_list(owner, needs, made.needs)
        or beside(path, step, needs | made.needs)
    )
    if isinstance(place, Refusal):
        return place
    texts = (_lists(container, made.expression, levels),) * (len(place.statements) if isinstance(place, Behind) else 1)
    definition = Definition(owner, plural, texts, place, op=made.op)
    early = _early(owner, levels) if not made.needs and isinstance(place, Beside) and against_place(definition) else []
    if early:
        text = _lists(container, made.expression, early)
        definition = Definition(owner, plural, (text,), beside(path, step, frozenset()), op=made.op)
    imports += made.imports
    return Proposal((*edits, *read, *heads), definition, imports, "unsafe" if doubt else "safe", doubt)


def _lists(container: str, expression: str, levels: Sequence[Level]) -> str:
    """The source of a list with a module for each turn of a loop; of a list of such lists, where it runs in another one."""
    for level in reversed(levels):
        expression = f"{container}([{expression} for {level.entry} in {level.count}])"
    return expression


def _early(owner: ClassFacts, levels: Sequence[Level]) -> list[Level]:
    """The same loops with what the arguments of ``__init__`` say of them, so that no attribute has to be there yet; nothing
    where they do not say it of all."""
    early: list[Level] = []
    for level in levels:
        instance = re.escape(self_name(owner))
        if kept := re.fullmatch(rf"range\({instance}\.(\w+)\)", level.count):
            name = argument_of(owner, kept[1])
            count = name and f"range({name})"
        else:
            found = re.fullmatch(rf"{instance}\.(\w+)", level.count)
            count = made_over(owner, found[1]) if found else ""
        if not count or level.entry != "_":
            return []
        early.append(replace(level, count=count))
    return early


def _hidden(file: File, step: Step) -> Iterator[str]:
    """The builtins of a loop's head that may mean something else in the step's function."""
    method = method_around(step)
    local = bound_names(step.function) | (bound_names(method) if method is not None else frozenset())
    for name in ("enumerate", "getattr", "isinstance", "len", "range", "reversed", "zip"):
        if name in local | step.owner.enclosing_names or file.tree.may_bind(file.module, name):
            yield name


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
    if any(made_under_conditions(owner, name) for name in lists):
        return Refusal("what the loop runs over is made under a condition")
    assigned = (each for name in lists for each in owner.assignments.get(name, ()) if each.method is owner.init)
    lines = [each.statement.lineno for each in assigned]
    lines += [call.lineno for name in lists for call in owner.lengthened.get(name, ())]
    if max(lines, default=0) >= made.statement.lineno:
        return Refusal("the module is made before what the loop runs over, of what may be something else behind it")
    return Behind((made.statement,))


def _behind_list(owner: ClassFacts, lists: frozenset[str], needs: frozenset[str]) -> Behind | Refusal | None:
    """The place of a definition that reads a list which is made under conditions: right behind what makes it, each time."""
    name = next((name for name in sorted(lists) if made_under_conditions(owner, name)), "")
    if not name or owner.init is None:
        return None
    statements = made_under_conditions(owner, name)
    others = [each for each in owner.assignments[name] if each.method is owner.init and each.statement not in statements]
    if not others and _is_always_made(owner.init.body, statements):
        return None
    last = last_child(owner)
    filled = owner.lengthened.get(name, [])
    ends: list[ast.stmt] = []
    for statement in statements:
        block = next(block for block in _blocks(owner.init.body) if any(each is statement for each in block))
        steps = [each for each in block if each is statement or any(contains(each, call) for call in filled)]
        if any(not any(contains(each, call) for each in steps) for call in filled):
            return Refusal("what the loop runs over is made under a condition, and longer later")
        below = block[block.index(steps[-1]) + 1 :]
        if last is None or (contains(last, statement) and not any(makes_children(owner, each) for each in below)):
            return Refusal("the modules would be the last child, which code that slices `children()` cuts off")
        if not all(_stands_above(owner, other, statement) for other in (lists | needs) - {name}):
            return Refusal("what the loop runs over is made under a condition")
        ends.append(steps[-1])
    return Behind(tuple(ends))


def _is_always_made(block: list[ast.stmt], statements: Sequence[ast.stmt]) -> bool:
    """Whether one of some statements runs whenever a block does."""
    return any(
        each in statements
        or (isinstance(each, ast.If) and _is_always_made(each.body, statements) and _is_always_made(each.orelse, statements))
        for each in block
    )


def _blocks(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """A block, and those in it that run at most once, by the conditions around them alone."""
    yield body
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _blocks(statement.body)
            yield from _blocks(statement.orelse)


def _stands_above(owner: ClassFacts, name: str, statement: ast.stmt) -> bool:
    """Whether ``__init__`` itself has made an attribute for good before it comes to a statement."""
    found = owner.attribute(name)
    return bool(found) and all(
        made.method is owner.init and made.top and (made.statement.end_lineno or 0) < statement.lineno for _, made in found
    ) and all((call.end_lineno or 0) < statement.lineno for call in owner.lengthened.get(name, ()))


def _read_byturn_index(source: Source, step: Step, level: Level) -> list[Edit]:
    """The edits that read the entries of a local list by index. TorchScript pairs up no list with one of modules."""
    if not level.local or not isinstance(level.head.iterated, ast.Name):
        return []
    text = f"{level.head.iterated.id}[{turn_index(step, level)}]"
    return [Edit(source.start(name), source.end(name), text) for name in entries_read(level.loop, level.head) or ()]


def _free_local(function: AnyFunction, stem: str, outer: Iterable[str]) -> str:
    taken = set(outer)
    taken |= {node.id for node in walk(function) if isinstance(node, ast.Name)}
    taken |= {node.arg for node in walk(function) if isinstance(node, ast.arg)}
    return next(name for name in numbered(stem) if name not in taken)
