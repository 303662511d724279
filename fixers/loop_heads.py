"""The head of a loop that takes one more name and one more thing to run over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from modulint.fixers.edits import Edit, Edits
from modulint.fixers.proposal import NAME
from modulint.fixers.turns import SCOPES, Level
from modulint.lint.forward import Step
from modulint.lint.scopes import parameters, walk
from modulint.lint.source import Source

_WIDTH = 120  # columns; a longer head stands in several lines
_STAND_IN = "modulint_name"


def lengthened(source: Source, step: Step, level: Level, added: str, local: str) -> Edit | None:
    """The edit that gives the loop's head one more name and one more thing to run over.

    It is a single one, so that another fix of the same loop waits for the next pass, and sees the names of this one.
    """
    edits = _additions(source, step, level, added, local)
    if edits is None:
        return None
    start, end = source.start(level.head.target), source.end(level.head.iterated)
    one = Edits()
    one.add(edits)
    text = one.apply(source.text)
    return Edit(start, end, _laid_out(source, start, text[start : end + len(text) - len(source.text)]))


def _laid_out(source: Source, start: int, head: str) -> str:
    """The head that is to stand at an offset, in several lines where it is too long for one."""
    before = source.text[source.text.rfind("\n", 0, start) + 1 : start]
    # What is parsed has a name where the engine puts one later.
    written = Source("", f"for {head.replace(NAME, _STAND_IN)}: pass".encode())
    if max(map(len, f"{before}{written.text[4:-5]}".splitlines())) <= _WIDTH:
        return head
    loop = written.parse().body[0]
    assert isinstance(loop, ast.For)
    target, iterated = loop.target, loop.iter
    if _called(iterated) == "enumerate":
        assert isinstance(iterated, ast.Call) and isinstance(target, ast.Tuple)
        target, iterated = target.elts[1], iterated.args[0]
    if _called(iterated) != "zip":
        return head
    assert isinstance(iterated, ast.Call) and isinstance(target, ast.Tuple)
    indent = before[: len(before) - len(before.lstrip())]
    lists = _in_lines(source, indent, [written.code(each) for each in iterated.args])
    edits = [Edit(written.end(iterated.func) + 1, written.end(iterated) - 1, lists)]
    if len(before) + len(written.text[4 : edits[0].start]) > _WIDTH:
        bare = not written.code(target).startswith("(")
        names = _in_lines(source, indent, [written.code(each) for each in target.elts])
        edits.append(Edit(written.start(target) + (not bare), written.end(target) - (not bare), f"({names})" if bare else names))
    laid_out = Edits()
    laid_out.add(edits)
    return laid_out.apply(written.text)[4:-6].replace(_STAND_IN, NAME)


def _in_lines(source: Source, indent: str, parts: Sequence[str]) -> str:
    """What brackets hold, in lines of its own."""
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]} {part}," if lines[-1] else f"{indent}    {part},"
        if len(joined) > _WIDTH and lines[-1]:
            lines.append(f"{indent}    {part},")
        else:
            lines[-1] = joined
    lines[-1] = lines[-1].removesuffix(",")
    return source.newline + source.newline.join([*lines, indent])


def _additions(source: Source, step: Step, level: Level, added: str, local: str) -> list[Edit] | None:
    """What is added to the head of a loop, and where."""
    target, iterated = level.head.target, level.head.iterated
    nested = _called(iterated) == "enumerate"
    if nested:
        assert isinstance(iterated, ast.Call)
        if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
            return None
        target, iterated = target.elts[1], iterated.args[0]
    if any("#" in source.code(node) or isinstance(node, ast.Starred) for node in (target, iterated)):
        return None
    start, end, text = source.start(target), source.end(target), source.code(target)
    if level.local:
        before, behind = source.start(iterated), source.end(iterated)
        return [Edit(start, end, f"{turn_index(step, level)}, {local}"), Edit(before, behind, f"enumerate({added})")]
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


def turn_index(step: Step, level: Level) -> str:
    """A name for the index of a comprehension's turn. That of another comprehension is its own."""
    inside = [node for loop in walk(step.function) if isinstance(loop, SCOPES) for node in walk(loop)]
    outside = set(walk(step.function)).difference(inside) | set(walk(level.loop))
    taken = {node.id for node in outside if isinstance(node, ast.Name)} | {*parameters(step.function)}
    return next(name for name in numbered("i") if name not in taken)


def numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}{number}"
        number += 1
