"""A quotient or difference of sizes becomes the size of a slice, which is the same number and no arithmetic in a trace."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from modulint.fixers.earlier import Earlier, Names, earlier
from modulint.fixers.edits import Edit
from modulint.fixers.integers import is_integer
from modulint.fixers.padded_sizes import against_left_out
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.fixers.scripted import Constants
from modulint.fixers.unused import outermost, unused
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Quotient
from modulint.lint.forward import Axis, Fraction, Reshape, Slicing
from modulint.lint.scopes import AnyFunction, bindings_of, parameters, walk
from modulint.lint.size_uses import names_of
from modulint.lint.source import Source


@dataclass(frozen=True, slots=True)
class _Taken:
    """A quotient or difference that a slice or tensor has for a size: here, or where its dividend was asked for."""

    step: Fraction
    plan: Axis | Slicing
    earlier: Earlier | None = None

    @property
    def operator(self) -> ast.BinOp:
        return self.step.operator

    @property
    def is_integer(self) -> bool:
        """Whether the divisor is the size of a tensor, or shown to be an integer in another way."""
        by = self.plan.by if isinstance(self.plan, Slicing) else None
        return by is not None or is_integer(self.step, self.operator.right)


def propose_fraction(file: File, subject: Quotient) -> Answer:
    """The size of a slice in the place of a quotient that leaves its function."""
    taken = _taken(file, subject.step)
    if isinstance(taken, str):
        return Refusal(taken)
    if not (taken.is_integer or subject.is_integer):
        return Refusal("it is not shown to be divided by an integer")
    return _proposal(file, taken.step, [taken])


def by_slices(file: File, reshape: Reshape) -> Proposal | None:
    """The sizes of slices in the place of what a reshape computes, where these have all of them."""
    steps = (file.fractions[step.node] for step in reshape.fractions if step.node in file.fractions)
    possible = (taken for step in steps if not isinstance(taken := _taken(file, step), str))
    alike = [taken for taken in possible if _is_taken_alike(file, reshape, taken)]
    left = file.fractions.keys() - {taken.operator for taken in alike}
    is_all = alike and not any(_has_one_of(left, reshape.function, target) for target in reshape.targets)
    answer = _proposal(file, reshape, alike) if is_all else None
    return answer if isinstance(answer, Proposal) else None


def _has_one_of(operators: Collection[ast.AST], function: AnyFunction, node: ast.expr, looking: frozenset[str] = frozenset()) -> bool:
    """Whether a size is computed by one of some operators, perhaps under names. What is called gives numbers of its own."""
    if node in operators:
        return True
    match node:
        case ast.BinOp(left=left, right=right):
            return any(_has_one_of(operators, function, part, looking) for part in (left, right))
        case ast.Name(id=name) if name not in looking:
            values = filter(None, bindings_of(function, name))
            return any(_has_one_of(operators, function, value, looking | {name}) for value in values)
    return False


def _taken(file: File, step: Fraction) -> _Taken | str:
    """What has the size, or in one line why there is none."""
    if "#" in file.source.code(step.operator):
        return "a comment stands in it"
    if isinstance(step.plan, str):
        return _from_earlier(file, step, step.plan)
    divisor = step.operator.right
    if isinstance(step.plan, Slicing) and step.plan.by is None:
        if not (_is_argument(step, divisor) or _is_setting(step, divisor) or _is_fixed(file, step, divisor)):
            return "what the size is divided by is not shown to be a setting of the module"
    return against_left_out(step) or _Taken(step, step.plan)


def _from_earlier(file: File, step: Fraction, reason: str) -> _Taken | str:
    """A slice of the tensor whose size it is, where it was asked for that size."""
    operator = step.operator
    if not isinstance(operator.op, ast.FloorDiv) or (found := earlier(step)) is None:
        return reason
    if not file.source.is_alone(found.asked) or not _is_positive_there(file, step, operator.right):
        return reason
    return _Taken(step, Slicing(found.axis, None), found)


def _is_positive_there(file: File, step: Fraction, divisor: ast.expr) -> bool:
    """Whether a divisor is the same positive number from the start of its function on: a number, an argument, a setting."""
    if isinstance(divisor, ast.Constant):
        return isinstance(divisor.value, int) and divisor.value > 0
    is_bound = any(isinstance(part, ast.Name) and bindings_of(step.function, part.id) for part in walk(divisor))
    return not is_bound and (_is_argument(step, divisor) or _is_fixed(file, step, divisor))


def _is_argument(step: Fraction, divisor: ast.expr) -> bool:
    return isinstance(divisor, ast.Name) and not bindings_of(step.function, divisor.id)


def _is_fixed(file: File, step: Fraction, divisor: ast.expr) -> bool:
    """Whether a divisor is the same in every forward pass."""
    path = file.path_of(step) if isinstance(step.stands_in, ClassFacts) else None
    return path is not None and Constants(file, path, step).is_fixed(divisor)


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


def _is_taken_alike(file: File, reshape: Reshape, taken: _Taken) -> bool:
    """Whether all that a fraction goes to takes the size of the slice as it takes the fraction."""
    step, operator = taken.step, taken.operator
    if isinstance(operator.op, ast.Sub):
        # With a `-1` beside it, none or less fails in either way.
        return operator in reshape.targets and any(map(_is_inferred, reshape.targets))
    within = {part for target in reshape.targets for part in walk(target)}
    if operator in within or taken.is_integer:
        return True
    # Its right side may be no integer. Then a reshape fails with it; what else reads it might not.
    function = outermost(reshape)
    reshaped = {part for each in file.reshapes if each.function is function for target in each.targets for part in walk(target)}
    names = [node for node in walk(function) if isinstance(node, ast.Name)]
    bound = {*names_of(function, operator, set())}
    reads = [node for node in names if node.id in bound and isinstance(node.ctx, ast.Load)]
    return bool(bound) and reshape.guards == step.guards and reshaped.issuperset(reads)


def _is_inferred(target: ast.expr) -> bool:
    match target:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return True
    return False


def _proposal(file: File, step: Reshape | Fraction, taken: Sequence[_Taken]) -> Answer:
    source, kept, edits = file.source, list[ast.expr](), list[Edit]()
    names = Names(source)
    for each in taken:
        operator, plan, text = each.operator, each.plan, _text(source, each)
        axes = [plan] if isinstance(plan, Axis) else [plan.axis, plan.by]
        kept += [operator.right if axis is None else ast.Name(axis.tensor, ast.Load()) for axis in axes]
        if each.earlier is not None:
            text = names.name_of(each.step, each.earlier, text)
            kept.append(ast.Name(text, ast.Load()))
        edits.append(Edit(source.start(operator), source.end(operator), text, rank=source.end(operator)))
    freed = unused(file, step, kept, [each.operator for each in taken])
    return freed if isinstance(freed, Refusal) else Proposal((*edits, *names.edits(freed)))


def _text(source: Source, taken: _Taken) -> str:
    """``x[:, k - 1::k].shape[1]``, ``x[:, k:].shape[1]`` or ``y.shape[1]``."""
    plan, part = taken.plan, taken.operator.right
    if isinstance(plan, Axis):
        return f"{plan.tensor}.shape[{plan.number}]"
    number = " ".join(source.code(part).split()) if plan.by is None else f"{plan.by.tensor}.shape[{plan.by.number}]"
    if isinstance(taken.operator.op, ast.Sub):
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
