"""Reshapes as splits and merges of axes: they give the shape that was asked for, whatever the sizes are."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from itertools import product
from math import prod

import pytest

from modulint.lint.sizes import MINUS_ONE, ONE, ZERO, Factor, Regrouping, Size, axis_size, combined, padded, regrouping, setting

SIZES = (2, 3, 4, 6)


def value(size: Size, known: Mapping[Factor, int]) -> int:
    """The number that a size is, as Python computes it."""
    factors = [
        known[factor] if size is None else _CALCULATED[size[0]](value(size[1], known), value(size[2], known))
        for factor, size in ((factor, Size(1, (factor,)).parts) for factor in size.factors)
    ]
    return size.number * prod(factors)


_CALCULATED: Mapping[str, Callable[[int, int], int]] = {
    "quotient": lambda n, k: n // k,
    "ceiling": lambda n, k: -(-n // k),
    "padding": lambda n, k: -n % k,
    "rest": lambda n, k: n % k,
    "missing": lambda n, k: k - n % k,
}


def regrouped(plan: Regrouping, dims: list[int], targets: list[int]) -> list[int]:
    """The shape that ``unflatten`` and ``flatten`` give, in the order of the fixer: from the last axis to the first.

    Raises:
        ValueError: torch would refuse a split.
    """
    shape = list(dims)
    for split in reversed(plan.splits):
        parts = [-1 if index == split.inferred else targets[index] for index in range(split.first, split.last + 1)]
        if -1 in parts:
            rest, remainder = divmod(shape[split.axis], -prod(parts))
            if remainder:
                raise ValueError
            parts[parts.index(-1)] = rest
        if prod(parts) != shape[split.axis]:
            raise ValueError
        shape[split.axis : split.axis + 1] = parts
    for first, last in reversed(plan.merges):
        shape[first : last + 1] = [prod(shape[first : last + 1])]
    return shape


@pytest.mark.parametrize("seed", range(400))
def test_a_plan_gives_the_shape(seed: int) -> None:
    """Random reshapes whose sizes are products and quotients of axes and settings, in all sizes that torch would accept."""
    chance = random.Random(seed)
    axes = [axis_size(1, axis) for axis in range(chance.randint(1, 4))]
    settings = [setting(number) for number in range(2)]
    targets: list[Size | None] = []
    for axis in axes:
        match chance.randrange(4):
            case 0:
                targets += chance.sample([axis // settings[0], settings[0]], 2)
            case 1 if targets and targets[-1] is not None:
                targets[-1] = targets[-1] * axis
            case 2:
                targets += [settings[0], axis // (settings[0] * settings[1]), settings[1]]
            case _:
                targets.append(axis)
    if chance.random() < 0.3:
        targets[chance.randrange(len(targets))] = chance.choice([None, settings[1], axes[0]])
    plan = regrouping(axes, targets)
    if isinstance(plan, str):
        return
    factors = [size.factors[0] for size in (*axes, *settings)]
    for numbers in product(SIZES, repeat=len(factors)):
        known = dict(zip(factors, numbers))
        dims = [value(axis, known) for axis in axes]
        asked = [None if target is None else value(target, known) for target in targets]
        if None in asked:
            rest, remainder = divmod(prod(dims), prod(number for number in asked if number is not None) or 1)
            if remainder or not rest:
                continue
            asked = [rest if number is None else number for number in asked]
        shape = [number for number in asked if number is not None]
        if prod(shape) == prod(dims):
            try:
                assert regrouped(plan, dims, shape) == shape
            except ValueError:
                assert plan.drops_rest


B, N, C = (axis_size(1, axis) for axis in range(3))
HEADS = setting("heads")


@pytest.mark.parametrize(
    ("dims", "targets", "plan"),
    [
        pytest.param([B, N, C], [B, N, HEADS, C // HEADS], "2: 2..3, 3 inferred", id="heads"),
        pytest.param([B, N, C], [B, None, HEADS, C // HEADS], "2: 2..3, 3 inferred, unless a rest is dropped", id="not followed"),
        pytest.param([B, N, C], [B * N, HEADS, C // HEADS], "2: 1..2, 2 inferred; 0..1 merged", id="both"),
        pytest.param([B, N * C], [B, N, C], "1: 1..2", id="nothing to infer"),
        pytest.param([B, N, C], [B, N, C, Size(1)], None, id="one more axis"),
        pytest.param([B, N, C], [B, MINUS_ONE, Size(3), C // Size(3)], "2: 2..3, 3 inferred, unless a rest is dropped", id="beside -1"),
        pytest.param([B, N, C], [B, MINUS_ONE, N // HEADS, C], None, id="-1 and a quotient"),
        pytest.param([B, N, C], [B * MINUS_ONE, C // HEADS], None, id="no axis is told"),
        pytest.param([B, C], [B, C // HEADS, N // HEADS], None, id="two computed sizes"),
    ],
)
def test_plans(dims: list[Size], targets: list[Size | None], plan: str | None) -> None:
    found = regrouping(dims, targets)
    assert (None if isinstance(found, str) else described(found)) == plan


def described(plan: Regrouping) -> str:
    splits = [
        f"{split.axis}: {split.first}..{split.last}" + ("" if split.inferred is None else f", {split.inferred} inferred")
        for split in plan.splits
    ]
    text = "; ".join([*splits, *(f"{first}..{last} merged" for first, last in plan.merges)])
    return text + ", unless a rest is dropped" * plan.drops_rest


def test_a_quotient_is_not_cancelled() -> None:
    """Seven channels in two halves of three are six."""
    assert (C // Size(2)) * Size(2) != C


_TO_NEXT_MULTIPLE = {
    "(k - n % k) % k": lambda n, k: (k - n % k) % k,
    "-n % k": lambda n, k: -n % k,
    "ceil(n / k) * k - n": lambda n, k: (n / k).ceiling * k - n,
}
_OTHERS = {
    "n % k": lambda n, k: n % k,
    "k - n % k": lambda n, k: k - n % k,
    "(n - n % k) % k": lambda n, k: n - n % k,
    "n - ceil(n / k) * k": lambda n, k: n - (n / k).ceiling * k,
    "(n / k).ceiling - n": lambda n, k: (n / k).ceiling - n,
}


@pytest.mark.parametrize("spelled", _TO_NEXT_MULTIPLE)
def test_padding_in_each_way_to_say_it(spelled: str) -> None:
    n, k = axis_size(1, 0), setting("k")
    assert _TO_NEXT_MULTIPLE[spelled](n, k).padding == (n, k)


@pytest.mark.parametrize("spelled", _OTHERS)
def test_no_padding(spelled: str) -> None:
    size = _OTHERS[spelled](axis_size(1, 0), setting("k"))
    assert size is None or size.padding is None


def test_padding_to_an_even_number() -> None:
    n = axis_size(1, 0)
    assert (n % Size(2)).padding == ((Size(2) - n % Size(2)) % Size(2)).padding == (n, Size(2))


_SUMS: Mapping[str, tuple[Callable[[Size, Size], Size | None], Callable[[int, int], int]]] = {
    "n + -n % k": (lambda n, k: n + -n % k, lambda n, k: n + -n % k),
    "-n % k + n": (lambda n, k: -n % k + n, lambda n, k: n + -n % k),
    "n + 0": (lambda n, k: n + ZERO, lambda n, k: n),
    "n - 0": (lambda n, k: n - ZERO, lambda n, k: n),
    "(n + -n % k) // k": (lambda n, k: padded(n, k) // k, lambda n, k: (n + -n % k) // k),
    "(n + -n % k) - n": (lambda n, k: padded(n, k) - n, lambda n, k: -n % k),
    "(n + -n % k) % k": (lambda n, k: padded(n, k) % k, lambda n, k: 0),
    "-(n + -n % k) % k": (lambda n, k: -padded(n, k) % k, lambda n, k: 0),
    "0 % k": (lambda n, k: ZERO % k, lambda n, k: 0),
    "6 * n % 3": (lambda n, k: (Size(6) * n) % Size(3), lambda n, k: 6 * n % 3),
    "n % 1": (lambda n, k: n % ONE, lambda n, k: 0),
    "padding behind padding": (lambda n, k: combined("padding", padded(n, k), k), lambda n, k: 0),
    "ceiling of a multiple": (lambda n, k: combined("ceiling", n * k, k), lambda n, k: n),
    "rest of a multiple": (lambda n, k: combined("rest", n * k, k), lambda n, k: 0),
    "ceiling": (lambda n, k: combined("ceiling", n, k), lambda n, k: -(-n // k)),
}


@pytest.mark.parametrize("spelled", _SUMS)
def test_sizes_around_padding(spelled: str) -> None:
    n, k = axis_size(1, 0), setting("k")
    calculated, as_python = _SUMS[spelled]
    size = calculated(n, k)
    assert size is not None
    for number, divisor in product(range(9), range(1, 5)):
        known = dict(zip((n.factors[0], k.factors[0]), (number, divisor)))
        assert value(size, known) == as_python(number, divisor)


def test_other_sums_are_not_followed() -> None:
    n, m, k = axis_size(1, 0), axis_size(1, 1), setting("k")
    assert n + m is n + k is m + -n % k is n + n % k is n + -n % Size(3) * k is None


def test_a_size_that_a_tensor_is_not_asked_for() -> None:
    """A trace shows `n + 0` as a sum."""
    n = axis_size(1, 0)
    for size in (n + ZERO, n - ZERO, n + -n % Size(4)):
        assert size is not None and size.is_computed


def test_where_nothing_is_missing() -> None:
    n, m, k = axis_size(1, 0), axis_size(1, 1), setting("k")
    assert (padded(n, k) * m).where_divided([(n, k)]) == n * m
    assert (padded(n, k) * padded(n, k)).where_divided([(n, k)]) == n * n
    assert (padded(n, k) * m).where_divided([(m, k)]) == padded(n, k) * m
    assert (padded(n, k) // k).where_divided([(n, k)]) != n
