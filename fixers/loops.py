"""A module for each turn of a loop: an ``nn.ModuleList`` beside what the loop runs over, and one more name in its head."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.fixers.calls import beside, construction
from modulint.fixers.edits import Edit
from modulint.fixers.imports import spell
from modulint.fixers.placement import self_name
from modulint.fixers.proposal import NAME, Answer, Definition, EditsFor, Made, Proposal, Refusal
from modulint.lint.assignments import first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, method_around
from modulint.lint.forward import ForwardPath, Step, attribute_value
from modulint.lint.scopes import AnyFunction
from modulint.lint.source import Source

_GROWS = r"\.{0}\s*(?:\.(?:append|extend|insert|add_module|register_module)\(|\[[^\]\n]*\]\s*=[^=]|[+*]?=[^=])"

@dataclass(frozen=True, slots=True, eq=False)
class _Head:
    """The part of a loop that says what it runs over: one name or several for the elements, and where these come from."""

    target: ast.expr
    iterated: ast.expr


def in_loop(
    file: File, path: ForwardPath, step: Step, made: Made, stem: str, edits_for: EditsFor, doubt: str
) -> Answer:
    """Define a module for each turn, and have the edits call the one of this turn."""
    owner = step.owner
    if len(step.loops) != 1 or any(run.loops != step.loops for run in step.runs):
        return Refusal("it runs in a loop within a loop, or in one around its method")
    head = _head(step.loops[0], step)
    if head is None:
        return Refusal("it runs in a loop whose number of turns is not known when `__init__` runs")
    turns = _turns(file, owner, step, head.iterated)
    if isinstance(turns, Refusal):
        return turns
    count, needs = turns
    local = _free_local(step.function, stem)
    edits = edits_for(local)
    if edits is None:
        return Refusal("a comment stands among its arguments")
    lengthened = _lengthened(file.source, step, head, local)
    if lengthened is None:
        return Refusal("the head of the loop takes no further name")
    container, imports = spell(file, "torch.nn.ModuleList", owner)
    text = f"{container}([{made.expression} for _ in {count}])"
    plural = stem if stem.endswith("s") else f"{stem}s"
    definition = Definition(owner, plural, (text,), beside(path, step, needs | made.needs), op=made.op)
    imports += made.imports
    return Proposal((*edits, *lengthened), definition, imports, "unsafe" if doubt else "safe", doubt)


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
    return Refusal("it runs in a loop whose number of turns is not known when `__init__` runs")


def _range(file: File, owner: ClassFacts, count: ast.expr, step: Step) -> tuple[str, frozenset[str]] | Refusal:
    method = method_around(step)
    fixed = isinstance(count, ast.Constant) or (
        isinstance(count, ast.Attribute)
        and isinstance(count.value, ast.Name)
        and method is not None
        and count.value.id == first_argument(method)
    )
    if not fixed:
        return Refusal("it runs in a loop whose number of turns is not known when `__init__` runs")
    made = construction(file, owner, "torch.nn.ModuleList", [(None, count)], checked=True, guards=step.guards)
    if isinstance(made, Refusal):
        return made
    return f"range({file.source.code(count)})", made[1]


def _against_list(owner: ClassFacts, attribute: str) -> str:
    """Why ``self.attribute`` may hold more modules later than when ``__init__`` is over: one line, "" if it does not."""
    found = owner.attribute(attribute)
    if not found or any(facts is not owner for facts, _ in found) or attribute_value(owner, attribute).kind != "module":
        return f"`{attribute}`, which the loop runs over, is no module list that this class makes"
    if any(assignment.method is not owner.init or not assignment.top for _, assignment in found):
        return f"`{attribute}`, which the loop runs over, is not made in one place"
    if attribute in owner.index.tree.summary.stored:
        return f"`{attribute}`, which the loop runs over, is replaced from outside somewhere in the tree"
    grows = re.compile(_GROWS.format(re.escape(attribute)))
    for reference, header in owner.family.items():
        if reference != owner.reference and attribute in header.stores | header.mentions:
            return f"`{header.name}` may lengthen `{attribute}`, which the loop runs over"
    init = owner.source.code(owner.init) if owner.init is not None else ""
    if len(grows.findall(owner.text)) > len(grows.findall(init)):
        return f"`{attribute}`, which the loop runs over, is lengthened outside of `__init__`"
    if grows.search(init.partition(f".{attribute} =")[2]):
        return f"`{attribute}`, which the loop runs over, is filled step by step"
    return ""


def _free_local(function: AnyFunction, stem: str) -> str:
    taken = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    taken |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    return next(name for name in _numbered(stem) if name not in taken)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}{number}"
        number += 1


def _lengthened(source: Source, step: Step, head: _Head, local: str) -> list[Edit] | None:
    """The edits that give the loop's head one more name and one more thing to run over."""
    target, iterated = head.target, head.iterated
    method = method_around(step)
    added = f"{first_argument(method) if method else 'self'}.{NAME}"
    nested = isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and iterated.func.id == "enumerate"
    if nested:
        assert isinstance(iterated, ast.Call)
        if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
            return None
        target, iterated = target.elts[1], iterated.args[0]
    if any("#" in source.code(node) or isinstance(node, ast.Starred) for node in (target, iterated)):
        return None
    zipped = isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and iterated.func.id == "zip"
    if zipped:
        assert isinstance(iterated, ast.Call)
        if not isinstance(target, ast.Tuple) or len(target.elts) != len(iterated.args):
            return None
        names = Edit(source.end(target.elts[-1]), source.end(target.elts[-1]), f", {local}")
        more = Edit(source.end(iterated.args[-1]), source.end(iterated.args[-1]), f", {added}")
        return [names, more]
    start, end = source.start(target), source.end(target)
    opened, closed = ("(", ")") if nested else ("", "")
    text = source.text[start:end]
    inner = f"({text})" if isinstance(target, ast.Tuple) and not text.startswith("(") else text
    names = Edit(start, end, f"{opened}{inner}, {local}{closed}")
    before = Edit(source.start(iterated), source.start(iterated), "zip(", rank=-source.end(iterated))
    return [names, before, Edit(source.end(iterated), source.end(iterated), f", {added})")]
