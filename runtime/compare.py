"""Whether two models are the same: one state_dict, and the same bits forward and backward, in eval and train mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from modulint.runtime.errors import SpecError
from modulint.runtime.loading import Inputs
from modulint.runtime.observe import Named, Observation, Pass, Wish, observe

Side = Callable[[Wish], tuple[Observation, Tensor | None]]
"""Observes one of the two models, as often as it is asked to, from the same start each time."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that differs.

    ``what`` is what was compared, ``where`` the tensor or layer, ``detail`` both values or how far they lie apart.
    ``distance`` is the largest absolute difference of two elements, in the tensor's own unit, where it can be taken.
    """

    what: str
    where: str
    detail: str
    distance: float | None = None

    def __str__(self) -> str:
        return f"{self.what}: {self.where}: {self.detail}" if self.where else f"{self.what}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a comparison ended. It is true where the models are equal; ``compared`` says what that covers.

    ``notes`` name what could not be compared, or is equal in value but not in form.
    """

    difference: Difference | None
    compared: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.difference is None

    def __str__(self) -> str:
        head = f"differs in {self.difference}" if self.difference else "equal to the bit"
        lines = [head, *(f"  same: {each}" for each in self.compared), *(f"  note: {each}" for each in self.notes)]
        return "\n".join(lines)


def compare_models(before: nn.Module, after: nn.Module, inputs: Sequence[Inputs], seed: int = 0) -> Comparison:
    """Compare two models on at least two inputs: keys, weights, outputs, gradients, and the state that remains.

    Both keep their buffers, gradients and modes. Weights that differ are a difference: build both from one seed.

    Raises:
        SpecError: fewer than two inputs.
    """
    require_two(inputs)
    return compare(lambda wish: observe(before, inputs, seed, wish), lambda wish: observe(after, inputs, seed, wish))


def require_two(inputs: Sequence[object]) -> None:
    """Refuse a proof that rests on one input.

    Raises:
        SpecError: fewer than two.
    """
    if len(inputs) < 2:
        raise SpecError(f"a comparison needs at least two inputs, not {len(inputs)}")


def compare(before: Side, after: Side) -> Comparison:
    """Compare what the two sides observe. They run again, and keep more, only where something differs."""
    one, other = before(Wish())[0], after(Wish())[0]
    compared: list[str] = []
    notes: list[str] = []
    difference = _keys(one.state, other.state)
    if difference is None:
        compared.append(f"state_dict: {len(one.state)} keys, shapes, dtypes and their order")
        difference = _values("initial weights", ("state", "state"), one.state, other.state, before, after)
    if difference is None:
        compared.append("initial weights")
        difference = _passes(one, other, before, after, compared, notes)
    if difference is None:
        place = ("state after", "state")
        difference = _values("state_dict after the passes", place, one.state_after, other.state_after, before, after)
    if difference is None:
        compared.append("state_dict after the passes")
    return Comparison(difference, tuple(compared), tuple(notes))


def _keys(one: Named, other: Named) -> Difference | None:
    what = "state_dict"
    names, other_names = [name for name, _ in one], [name for name, _ in other]
    missing = [name for name in names if name not in set(other_names)]
    new = [name for name in other_names if name not in set(names)]
    if missing or new:
        parts = [f"{_listed(missing)} only before"] * bool(missing) + [f"{_listed(new)} only after"] * bool(new)
        return Difference(what, "keys", ", ".join(parts))
    for (name, facts), (other_name, other_facts) in zip(one, other):
        if name != other_name:
            return Difference(what, "order", f"{name} before, {other_name} after stands there")
        if (facts.sizes, facts.dtype) != (other_facts.sizes, other_facts.dtype):
            return Difference(what, name, f"{facts.describe()} before, {other_facts.describe()} after")
    return None


def _passes(
    one: Observation, other: Observation, before: Side, after: Side, compared: list[str], notes: list[str]
) -> Difference | None:
    if list(one.passes) != list(other.passes):
        return Difference("passes", "", f"{_listed(list(one.passes))} before, {_listed(list(other.passes))} after")
    for name, first in one.passes.items():
        difference = _one_pass(name, first, other.passes[name], before, after, notes)
        if difference is not None:
            return difference
        if not first.failure:
            backward = "" if first.backward_failure else f" and {len(first.gradients)} gradients"
            compared.append(f"{name}: {len(first.outputs)} output tensors{backward}")
    if all(each.failure for each in one.passes.values()):
        return Difference("outputs", "", f"none to compare: {next(iter(one.passes.values())).failure}")
    return None


def _one_pass(name: str, one: Pass, other: Pass, before: Side, after: Side, notes: list[str]) -> Difference | None:
    if one.failure or other.failure:
        return _failures(f"forward pass in {name}", one.failure, other.failure, notes)
    difference = _values(f"output in {name}", (name, "outputs"), one.outputs, other.outputs, before, after)
    if difference is not None:
        return _first_layer(name, before, after) or difference
    notes.extend(f"NaN in {name}: {where}, on both sides alike" for where, facts in one.outputs if facts.has_nan)
    if one.containers != other.containers:
        note = f"same tensors in another container: {one.containers} before, {other.containers} after"
        notes.extend([note] * (note not in notes))
    if one.backward_failure or other.backward_failure:
        return _failures(f"backward pass in {name}", one.backward_failure, other.backward_failure, notes)
    return _values(f"gradient in {name}", (name, "gradients"), one.gradients, other.gradients, before, after)


def _failures(what: str, one: str, other: str, notes: list[str]) -> Difference | None:
    """Two failures of one kind are alike, and noted; the texts may name places in the source that moved."""
    if one.split(":")[0] == other.split(":")[0]:
        notes.append(f"not compared: {what} fails on both sides: {one}")
        return None
    return Difference(what, "", f"{one or 'succeeds'} before, {other or 'succeeds'} after")


def _values(
    what: str, place: tuple[str, str], one: Named, other: Named, before: Side, after: Side
) -> Difference | None:
    """The first tensor of the two lists that differs. Names count for all but outputs, whose container may change."""
    by_position = place[1] == "outputs"
    if len(one) != len(other) or not (by_position or [name for name, _ in one] == [name for name, _ in other]):
        only = [name for name, _ in one if name not in dict(other)]
        new = [name for name, _ in other if name not in dict(one)]
        return Difference(what, "", f"{len(one)} tensors before, {len(other)} after; {_listed([*only, *new])}")
    for (name, facts), (other_name, other_facts) in zip(one, other):
        if (facts.sizes, facts.dtype) != (other_facts.sizes, other_facts.dtype):
            return Difference(what, name, f"{facts.describe()} before, {other_facts.describe()} after")
        if facts.digest != other_facts.digest:
            layers_of = "" if place[1] in ("state", "outputs", "gradients") else place[0]
            kept = before(Wish(layers_of, (*place, name)))[1]
            return _far(what, name, kept, after(Wish(layers_of, (*place, other_name)))[1])
    return None


def _first_layer(name: str, before: Side, after: Side) -> Difference | None:
    """The first module call that both sides make equally often, and whose output differs."""
    one, other = before(Wish(layers_of=name))[0].passes[name], after(Wish(layers_of=name))[0].passes[name]
    calls, other_calls = _calls(one), _calls(other)
    counts, other_counts = _counts(calls), _counts(other_calls)
    for call, facts in calls.items():
        layer = call.split(" (call ")[0]
        if counts[layer] == other_counts.get(layer) and facts != other_calls[call]:
            return _values(f"output of layer {call} in {name}", (name, call), facts, other_calls[call], before, after)
    return None


def _calls(each: Pass) -> dict[str, Named]:
    return dict(each.layers)


def _counts(calls: dict[str, Named]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for call in calls:
        layer = call.split(" (call ")[0]
        counts[layer] = counts.get(layer, 0) + 1
    return counts


def _far(what: str, where: str, one: Tensor | None, other: Tensor | None) -> Difference:
    """How far two tensors of the same shape and dtype lie apart."""
    if one is None or other is None:
        return Difference(what, where, "differs from run to run, so that no distance can be given")
    wide = torch.complex128 if one.is_complex() else torch.float64
    apart = (one.to(wide) - other.to(wide)).abs()
    apart = torch.where(one.isnan() & other.isnan(), torch.zeros_like(apart), apart)
    count = int((apart != 0).sum())
    if not count:
        return Difference(what, where, "equal in value, not in bits (the sign of a zero, or of a NaN)", 0.0)
    largest = float(apart.max())
    return Difference(what, where, f"{count} of {apart.numel()} elements differ, by up to {largest:.6g}", largest)


def _listed(names: Sequence[str], limit: int = 5) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
