"""A tensor that is padded to a multiple of some numbers: the arithmetic goes into a module that a trace holds as one piece."""

from __future__ import annotations

from functools import cache

from modulint.fixers.calls import against_name, by_star
from modulint.fixers.definition import define
from modulint.fixers.edits import Edit
from modulint.fixers.op_modules import OpModule
from modulint.fixers.proposal import CLASS, Answer, Made, Refusal
from modulint.fixers.scripted import Constants
from modulint.fixers.surroundings import doubts
from modulint.fixers.unused import is_read_beside, unused
from modulint.lint.file import File
from modulint.lint.forward import ForwardPath, Padding

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
    if is_read_beside(step):
        return Refusal("the number that it is padded by is read in another place too")
    multiples, constants = [part for part in plan if part is not None], Constants(file, path, site)
    if not all(map(constants.is_fixed, multiples)):
        return Refusal("TorchScript would take the number for a constant up to whose multiple it is padded")
    texts = ["1" if part is None else " ".join(source.code(part).split()) for part in plan]
    written = f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
    freed = unused(file, step, multiples)
    if isinstance(freed, Refusal):
        return freed
    start, end = source.start(call.args[1]), source.end(call.args[1])
    if "#" in source.text[start:end]:
        return Refusal("a comment stands among its arguments")
    edits = (Edit(start, end, written), *freed)
    called = source.start(call.func), source.end(call.func)
    made = Made(f"{CLASS}()", op=_module(len(plan)))
    doubt = doubts(step.owner) or by_star(file, site)
    return define(file, path, site, made, "pad_to_multiple", lambda name: (Edit(*called, name), *edits), doubt)


@cache
def _module(axes: int) -> OpModule:
    """The module that pads so many axes, the last ones of its tensor."""
    amounts = "\n".join(f"        0, -input.shape[{axis}] % multiples[{axis}]," for axis in range(-1, -axes - 1, -1))
    function = f"_pad_last_{axes}_to_multiples"
    which = "the last axis" if axes == 1 else f"the last {axes} axes"
    source = f'''\
@torch.jit.script_if_tracing
def {function}(input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
    return F.pad(input, (
{amounts}
    ))


class PadToMultiple(nn.Module):
    """Zeros behind {which}, up to the next multiple of these numbers; compiled where a model is traced."""

    def forward(self, input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
        return {function}(input, multiples)
'''
    return OpModule("PadToMultiple", source, ("nn", "torch", "F"), always_written=True)
