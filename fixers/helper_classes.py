"""The classes of functions in one file: written behind them, and in their place where nothing needs them any longer."""

from __future__ import annotations

import ast
import os
import re
import tokenize
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from modulint.fixers.edits import Edit, Edits, Rewriting
from modulint.fixers.helper_modules import HelperClass, HelperModules, helper_modules
from modulint.fixers.helper_source import (
    Written,
    docstring_of,
    free_name,
    free_scripted_name,
    is_class_of,
    is_scripted_class_of,
    written,
    written_scripted,
)
from modulint.fixers.imports import settle
from modulint.fixers.op_classes import OpClasses
from modulint.fixers.proposal import Refusal
from modulint.lint.file import File
from modulint.lint.finding import FileReport, Finding
from modulint.lint.source import Source
from modulint.lint.tree import Reference, Tree

Copies: TypeAlias = Callable[[int, int], "tuple[int, int] | None"]
"""Where the characters from one offset up to another one stand in a text that was made from theirs."""


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """A text with classes added to it, and where in it the copy of a piece of a function stands."""

    text: Rewriting
    copied: Copies


def add_classes(file: File, known: HelperModules, asked: Sequence[HelperClass]) -> Round | None:
    """Write the classes of functions behind them; None where none of them can have one."""
    added: list[Written] = []
    for helper in asked:
        taken = {name for each in added for name in (each.name, each.beside)}
        taken |= {name for other, name in known.made.items() if other != helper}
        answer = _class_of(file, known, helper, taken)
        if isinstance(answer, Refusal):
            known.drop(helper, answer.reason)
        else:
            known.made[helper] = answer.name
            added.append(answer)
    try:
        return _round(file, added) if added else None
    except (SyntaxError, tokenize.TokenError):
        known.fail(file.module.path, "a copy of its function would break the file; please report it")
        return None


def _round(file: File, added: Sequence[Written]) -> Round:
    text = Rewriting(file.source.text)
    edits = Edits()
    edits.add([Edit(each.offset, each.offset, each.text) for each in added])
    text.make(edits)
    imports = [line for each in added for line in each.imports]
    settle(text, file.source, file.syntax, imports, file.tree, file.module)
    starts = {each: text.moved(each.offset, each.offset) for each in added}

    def copied(start: int, end: int) -> tuple[int, int] | None:
        for each in added:
            place, at = each.moved(start, end), starts[each]
            if place is not None and at is not None:
                return at[0] - len(each.text) + place[0], at[0] - len(each.text) + place[1]
        return None

    return Round(text, copied)


def _class_of(file: File, known: HelperModules, helper: HelperClass, taken: set[str]) -> Written | Refusal:
    function = file.index.function(helper.reference)
    if function is None:
        return Refusal("its function is no longer there")
    body = file.syntax.body
    there = dict(zip(body, body[1:])).get(function.node)
    if helper.sized is not None:
        there = next((each for each in body if is_scripted_class_of(each, function.node)), None)
    elif there is not None and not is_class_of(there, function.node):
        there = None
    if isinstance(there, ast.ClassDef):
        return Refusal(f"`{there.name}` is its function as a module, if neither of them has changed since: call that")
    name = known.made.get(helper) or free_name(function, taken)
    if name is None:
        return Refusal("no name is free for a class of its function")
    classes = OpClasses(file)
    try:
        if helper.sized is not None:
            scripted = free_scripted_name(function, taken)
            spelled = classes.scripting(function.node)
            if scripted is None:
                return Refusal("no name is free for a class of its function")
            return spelled if isinstance(spelled, Refusal) else written_scripted(function, (name, scripted), *spelled, helper)
        base = classes.base(function.node)
        return base if isinstance(base, Refusal) else written(function, name, *base, known.asked[helper].tensors)
    except (SyntaxError, tokenize.TokenError):
        return Refusal("its function is written in a way that cannot be copied")


def unused(known: HelperModules, tree: Tree) -> list[HelperClass]:
    """The functions whose classes nothing constructs: what should have is refused for another reason."""
    return [helper for helper, name in known.made.items() if dict(tree.mentions(name)) == {helper.path: 1}]


def take_places(report: FileReport, tree: Tree) -> FileReport | None:
    """The report of a file in which classes take the place of private functions that no file of the tree names any
    longer; None where there is no such function."""
    known, home = helper_modules(tree), os.path.abspath(report.path)
    whole = (helper.reference for helper in known.asked_of(home) if helper in known.made and helper.sized is None)
    free = {each.name for each in whole if _is_free(each, tree)}
    if report.after is None or not free:
        return None
    source = Source(report.path, report.after)
    syntax = source.parse()
    edits: list[Edit] = []
    for each, later in zip(syntax.body, syntax.body[1:]):
        if isinstance(each, ast.FunctionDef) and each.name in free and is_class_of(later, each):
            edits += _replacing(source, each, later)
    text, made = Rewriting(source.text), Edits()
    made.add(edits)
    text.make(made)
    settle(text, source, syntax, (), tree, tree.add(source, syntax))
    after = Source(report.path, source.encode(text.text))
    after.parse()

    def moved(finding: Finding) -> Finding:
        start = source.offset_at(finding.line, finding.column)
        place = text.moved(start, source.offset_at(finding.end_line, finding.end_column)) or (start, start)
        line, column = after.place_at(place[0])
        end_line, end_column = after.place_at(place[1])
        return replace(finding, line=line, column=column, end_line=end_line, end_column=end_column)

    tree.refresh(report.path, after.encode(after.text))
    shorter = replace(report, after=after.encode(after.text), findings=tuple(map(moved, report.findings)))
    return take_places(shorter, tree) or shorter  # what a function called that is gone may be free now


def _is_free(reference: Reference, tree: Tree) -> bool:
    """Whether only the definition and the class itself name a function."""
    if not reference.name.startswith("_"):
        return False
    if dict(tree.mentions(reference.name)) != {reference.path: 2}:  # `def` and the docstring of the class
        return False
    beside = Path(reference.path).parent.glob("*.py")  # scripts of one directory import each other, and are no package
    return not any(str(path) != reference.path and _names(path, reference.name) for path in beside)


def _names(path: Path, name: str) -> bool:
    """Whether a file has the word ``name``, for all that can be read of it."""
    try:
        return re.search(rf"\b{re.escape(name)}\b".encode(), path.read_bytes()) is not None
    except OSError:
        return True


def _replacing(source: Source, function: ast.stmt, statement: ast.stmt) -> list[Edit]:
    """The edits that leave the class in the place of its function, with its docstring."""
    assert isinstance(function, ast.FunctionDef) and isinstance(statement, ast.ClassDef)
    own, stated = docstring_of(function), statement.body[0]
    between = Edit(_opening(source, function), _opening(source, statement), "")
    if own is not None:
        return [between, Edit(source.start(stated), source.end(stated), source.code(own))]
    first = statement.body[1]
    return [between, Edit(source.line_starts[stated.lineno - 1], source.line_starts[first.lineno - 1], "")]


def _opening(source: Source, definition: ast.FunctionDef | ast.ClassDef) -> int:
    """Where the first line of a definition starts, be it that of a decorator."""
    return source.line_starts[min([definition.lineno, *(each.lineno for each in definition.decorator_list)]) - 1]
