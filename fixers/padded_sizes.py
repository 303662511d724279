"""The size of an axis behind padding: it is asked of the tensor that was padded, and not computed again."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from modulint.fixers.edits import Edit
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.fixers.unused import outermost, unused
from modulint.lint.file import File
from modulint.lint.forward import Fraction, PaddedSize
from modulint.lint.scopes import AnyFunction, walk

# What a bracket stands behind that only holds operands together.
_GROUPS = re.compile(r"[-+*/%=,:(\[]\s*\($")


def propose_padded_size(file: File, step: PaddedSize) -> Answer:
    """``x.shape[1]``, where ``x`` is padded by now."""
    source, node = file.source, step.computed
    if reason := against_padded_size(step):
        return Refusal(reason)
    start, end = source.start(node), source.end(node)
    if "#" in source.text[start:end]:
        return Refusal("a comment stands in it")
    if source.text[start - 1] == "(" and source.text[end] == ")" and _GROUPS.search(source.text[:start]):
        start, end = start - 1, end + 1
    freed = unused(file, step, [ast.Name(step.tensor, ast.Load())])
    if isinstance(freed, Refusal):
        return freed
    return Proposal((Edit(start, end, f"{step.tensor}.shape[{step.axis}]"), *freed))


def against_padded_size(step: PaddedSize) -> str:
    """Why no tensor can be asked for a size, "" if one can."""
    if not step.tensor:
        return "no tensor is shown to have this size by now"
    return against_left_out(step)


def against_left_out(step: PaddedSize | Fraction) -> str:
    """Why the size of a tensor cannot stand for a number that was computed to be it, "" if it can."""
    if step.may_be_left_out and not _only_reshapes(outermost(step), step.targets[0]):
        return "a trace in which nothing had to be padded would have another number for it"
    return ""


def _only_reshapes(function: AnyFunction, node: ast.expr) -> bool:
    """Whether a number is only read to reshape tensors, which fails where it does not fit."""
    taken = {part for call in walk(function) if _reshapes(call) for part in walk(call)}
    queue, known = [node], set[str]()
    while queue:
        read = queue.pop()
        if read in taken:
            continue
        bound = {name for each in walk(function) if isinstance(each, ast.Assign) for name in _bound_to(each, read)}
        if not bound:
            return False
        reads = (each for each in walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load))
        queue += (each for each in reads if each.id in bound - known)
        known |= bound
    return True


def _reshapes(node: ast.AST) -> bool:
    """Whether a tensor is reshaped, to sizes that are all said."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in ("reshape", "view"):
        return False
    return not any(isinstance(part, ast.UnaryOp) for argument in node.args for part in walk(argument))


def _bound_to(node: ast.Assign, part: ast.expr) -> Iterator[str]:
    """The names that an assignment binds to what is computed from ``part``."""
    pairs = [(target, node.value) for target in node.targets]
    for target, value in pairs:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            pairs += zip(target.elts, value.elts)
        elif isinstance(target, ast.Name) and any(each is part for each in walk(value)):
            yield target.id
