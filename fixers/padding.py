"""A tensor that is padded to a multiple of some numbers: the arithmetic goes into a module that a trace holds as one piece."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache

from modulint.fixers.calls import against_name, by_star
from modulint.fixers.definition import define
from modulint.fixers.edits import Edit
from modulint.fixers.op_modules import OpModule
from modulint.fixers.padded_sizes import against_padded_size
from modulint.fixers.proposal import CLASS, Answer, Made, Refusal
from modulint.fixers.scripted import Constants
from modulint.fixers.surroundings import doubts
from modulint.fixers.unused import outermost, unused
from modulint.lint.file import File
from modulint.lint.forward import ForwardPath, Padding
from modulint.lint.scopes import AnyFunction, walk
from modulint.lint.source import Source

_PAD = "torch.nn.functional.pad"


def propose_padding(file: File, path: ForwardPath, step: Padding) -> Answer:
    """A definition of the module, its call with the numbers, and the end of names that were only computed for it."""
    plan, source, call = step.plan, file.source, step.call
    if isinstance(plan, str):
        return Refusal(plan)
    site = path.site_of(call)
    operation = site.operation if site is not None else None
    if site is None or operation is None or operation.name != _PAD or file.is_attribute_of_self(site):
        return Refusal("it is not called by the name of its function")
    if reason := against_name(site):
        return Refusal(reason)
    if _is_read_beside(path, step):
        return Refusal("the number that it is padded by is read in another place too")
    multiples, sizes = ([part for part in parts if part is not None] for parts in (plan.multiples, plan.sizes))
    if not all(map(Constants(file, path, site).is_fixed, multiples)):
        return Refusal("TorchScript would take the number for a constant up to whose multiple it is padded")
    written = _tuple(source, plan.multiples, "1")
    if plan.sizes:
        written = f"{_tuple(source, plan.sizes, '0')}, {written}"
    freed = unused(file, step, [*multiples, *sizes])
    if isinstance(freed, Refusal):
        return freed
    start, end = source.start(call.args[1]), source.end(call.args[1])
    if "#" in source.text[start:end]:
        return Refusal("a comment stands among its arguments")
    edits = (Edit(start, end, written), *freed)
    called = source.start(call.func), source.end(call.func)
    axes = len(plan.multiples)
    made = Made(f"{CLASS}()", op=_module_by_sizes(axes) if plan.sizes else _module(axes))
    stem = "pad_what_is_missing" if plan.sizes else "pad_to_multiple"
    doubt = doubts(step.owner) or by_star(file, site)
    return define(file, path, site, made, stem, lambda name: (Edit(*called, name), *edits), doubt)


def _is_read_beside(path: ForwardPath, step: Padding) -> bool:
    """Whether a name that is only computed for a step is read in another place too, where a trace would show it.

    It shows no conditions, and the sums go for which a padded tensor can be asked.
    """
    own = {target.id for target in step.targets if isinstance(target, ast.Name)}
    fine = {part for node in (step.call, *_not_shown(path, outermost(step))) for part in walk(node)}
    return any(
        isinstance(node, ast.Name) and node.id in own and not isinstance(node.ctx, ast.Store) and node not in fine
        for node in walk(outermost(step))
    )


def _not_shown(path: ForwardPath, function: AnyFunction) -> Iterator[ast.expr]:
    """Conditions, and sums for which a tensor can be asked."""
    for node in walk(function):
        match node:
            case ast.Compare() | ast.BoolOp():
                yield node
            case ast.BinOp() if (size := path.padded_size_of(node)) is not None and not against_padded_size(size):
                yield node
            case ast.If(test=test) | ast.IfExp(test=test) | ast.UnaryOp(op=ast.Not(), operand=test):
                yield test


def _tuple(source: Source, parts: Sequence[ast.expr | None], default: str) -> str:
    """The numbers as a tuple, with a number for each that is None."""
    texts = [default if part is None else " ".join(source.code(part).split()) for part in parts]
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"


@cache
def _module(axes: int) -> OpModule:
    """The module that pads so many axes, the last ones of its tensor."""
    amounts = "\n".join(f"        0, -input.shape[{axis}] % multiples[{axis}]," for axis in range(-1, -axes - 1, -1))
    function = f"_pad_last_{axes}_to_multiples"
    source = f'''\
@torch.jit.script_if_tracing
def {function}(input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
    return F.pad(input, (
{amounts}
    ))


class PadToMultiple(nn.Module):
    """Zeros behind {_which(axes)}, up to the next multiple of these numbers; compiled where a model is traced."""

    def forward(self, input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
        return {function}(input, multiples)
'''
    return OpModule("PadToMultiple", source, ("nn", "torch", "F"), always_written=True)


@cache
def _module_by_sizes(axes: int) -> OpModule:
    """The module that pads so many axes by what other sizes than their own miss."""
    amounts = "\n".join(f"        0, -sizes.shape[{axes + axis}] % multiples[{axis}]," for axis in range(-1, -axes - 1, -1))
    function = f"_pad_last_{axes}_by_what_is_missing"
    empty = ", ".join(f"sizes[{axis}]" for axis in range(axes))
    source = f'''\
@torch.jit.script_if_tracing
def {function}(
    input: torch.Tensor, sizes: torch.Tensor, multiples: list[int]
) -> torch.Tensor:
    return F.pad(input, (
{amounts}
    ))


class PadWhatIsMissing(nn.Module):
    """Zeros behind {_which(axes)}, as many as sizes miss to the next multiples; compiled where a model is traced."""

    def forward(self, input: torch.Tensor, sizes: list[int], multiples: list[int]) -> torch.Tensor:
        # A trace keeps the sizes of tensors, and takes other numbers that compiled code is given for constants.
        return {function}(input, input.new_empty(({empty}, 0)), multiples)
'''
    return OpModule("PadWhatIsMissing", source, ("nn", "torch", "F"), always_written=True)


def _which(axes: int) -> str:
    return "the last axis" if axes == 1 else f"the last {axes} axes"
