"""A quotient or difference of sizes becomes the size of a slice, which is the same number and no arithmetic in a trace."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from modulint.fixers.edits import Edit
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.fixers.unused import outermost, unused
from modulint.lint.file import File, Quotient
from modulint.lint.forward import Axis, Fraction, Reshape, Slicing
from modulint.lint.forward.parameters import takes_integer
from modulint.lint.scopes import AnyFunction, bindings_of, parameters, walk
from modulint.lint.source import Source


def propose_fraction(file: File, subject: Quotient) -> Answer:
    """The size of a slice in the place of a quotient that leaves its function."""
    step = subject.step
    if reason := _against(file, step):
        return Refusal(reason)
    if not (_is_integer(step, step.operator.right) or subject.is_integer):
        return Refusal("it is not shown to be divided by an integer")
    return _proposal(file, step, [step])


def by_slices(file: File, reshape: Reshape) -> Proposal | None:
    """The sizes of slices in the place of what a reshape computes, where these have them."""
    steps = (file.fractions[step.node] for step in reshape.fractions if step.node in file.fractions)
    taken = [step for step in steps if not _against(file, step) and _is_taken_alike(file, reshape, step)]
    answer = _proposal(file, reshape, taken) if taken else None
    return answer if isinstance(answer, Proposal) else None


def _against(file: File, step: Fraction) -> str:
    if isinstance(step.plan, str):
        return step.plan
    divisor = step.operator.right
    is_argument = isinstance(divisor, ast.Name) and not bindings_of(step.function, divisor.id)
    if isinstance(step.plan, Slicing) and step.plan.by is None and not is_argument and not _is_setting(step, divisor):
        return "what the size is divided by is not shown to be a setting of the module"
    return "a comment stands in it" if "#" in file.source.code(step.operator) else ""


def _is_setting(step: Fraction, node: ast.expr, looking: frozenset[str] = frozenset()) -> bool:
    """Whether a divisor is read from what is no tensor, or is a product of such. An argument may be a size in turn."""
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            if name in looking or name in parameters(step.function):
                return False
            return all(value is None or _is_setting(step, value, looking | {name}) for value in bindings_of(step.function, name))
        case ast.Attribute(value=ast.Name(), attr=name):
            return name != "shape"
        case ast.Subscript(value=ast.Attribute() | ast.Name() as owner, slice=ast.Constant()):
            return not isinstance(owner, ast.Attribute) or _is_setting(step, owner, looking)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _is_setting(step, left, looking) and _is_setting(step, right, looking)
    return False


def _is_taken_alike(file: File, reshape: Reshape, step: Fraction) -> bool:
    """Whether all that a fraction goes to takes the size of the slice as it takes the fraction."""
    operator = step.operator
    if isinstance(operator.op, ast.Sub):
        # With a `-1` beside it, none or less fails in either way.
        return operator in reshape.targets and any(map(_is_inferred, reshape.targets))
    within = {part for target in reshape.targets for part in walk(target)}
    if operator in within or _is_integer(step, operator.right):
        return True
    # Its right side may be no integer. Then a reshape fails with it; what else reads it might not.
    function = outermost(reshape)
    taken = {part for each in file.reshapes if each.function is function for target in each.targets for part in walk(target)}
    nodes = [*walk(function)]
    targets = [target for node in nodes if isinstance(node, ast.Assign) and node.value is operator for target in node.targets]
    bound = {target.id for target in targets if isinstance(target, ast.Name)}
    reads = [node for node in nodes if isinstance(node, ast.Name) and node.id in bound and isinstance(node.ctx, ast.Load)]
    return bool(bound) and reshape.guards == step.guards and taken.issuperset(reads)


def _is_inferred(target: ast.expr) -> bool:
    match target:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return True
    return False


def _is_integer(step: Fraction, node: ast.expr) -> bool:
    """Whether a divisor is the size of a tensor, or written or annotated as an integer."""
    match node:
        case ast.Constant(value=int()):
            return True
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _is_integer(step, left) and _is_integer(step, right)
        case ast.Name(id=name) if not bindings_of(step.function, name):
            return _is_annotated(step.function, node)
        case ast.Attribute(value=ast.Name(), attr=name) if not isinstance(step.plan, Slicing) or step.plan.by is None:
            found = step.owner.attribute(name)
            return bool(found) and all(each.method is not None and _is_annotated(each.method, each.value) for _, each in found)
    return isinstance(step.plan, Slicing) and step.plan.by is not None


def _is_annotated(function: AnyFunction, node: ast.expr | None) -> bool:
    """Whether an expression is a parameter that is annotated as an integer, and nothing else in the function."""
    return isinstance(node, ast.Name) and not bindings_of(function, node.id) and takes_integer(function, node.id)


def _proposal(file: File, step: Reshape | Fraction, taken: Sequence[Fraction]) -> Answer:
    source, kept = file.source, list[ast.expr]()
    edits: list[Edit] = []
    for each in taken:
        operator, plan = each.operator, each.plan
        assert not isinstance(plan, str)
        edits.append(Edit(source.start(operator), source.end(operator), _text(source, each), rank=source.end(operator)))
        axes = [plan] if isinstance(plan, Axis) else [plan.axis, plan.by]
        kept += [operator.right if axis is None else ast.Name(axis.tensor, ast.Load()) for axis in axes]
    freed = unused(file, step, kept, [each.operator for each in taken])
    return freed if isinstance(freed, Refusal) else Proposal((*edits, *freed))


def _text(source: Source, step: Fraction) -> str:
    """``x[:, k - 1::k].shape[1]``, ``x[:, k:].shape[1]`` or ``y.shape[1]``."""
    plan, part = step.plan, step.operator.right
    assert not isinstance(plan, str)
    if isinstance(plan, Axis):
        return f"{plan.tensor}.shape[{plan.number}]"
    number = " ".join(source.code(part).split()) if plan.by is None else f"{plan.by.tensor}.shape[{plan.by.number}]"
    if isinstance(step.operator.op, ast.Sub):
        return _size(plan.axis, f"{number}:")
    if plan.by is not None:
        first = _size(plan.by, "1:")
    else:
        first = str(part.value - 1) if isinstance(part, ast.Constant) and isinstance(part.value, int) else f"{number} - 1"
    return _size(plan.axis, f"{first}::{number}")


def _size(axis: Axis, bounds: str) -> str:
    """The size of a slice along one axis."""
    before = [":"] * axis.number if axis.number >= 0 else ["..."]
    behind = [":"] * (-axis.number - 1)
    return f"{axis.tensor}[{', '.join([*before, bounds, *behind])}].shape[{axis.number}]"
