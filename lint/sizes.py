"""Sizes of tensors as formulas, and a reshape to computed sizes as axes that are split and merged.

A size is a product of a number and of factors that are not known: the size of a tensor along an axis, a setting of the
module, a quotient. ``n // k`` is a factor of its own and never cancelled, since it may have been rounded: that ``k``
times it is ``n`` again is what a reshape asserts, and only there it is relied on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Literal, TypeAlias

Factor: TypeAlias = tuple[object, ...]
_LARGEST_POWER = 8


@dataclass(frozen=True, slots=True)
class Size:
    """``number`` times the ``factors``, each as often as it is listed. ``traced`` where the size of a tensor is in it.

    ``read`` tells a size that the code just asks a tensor for, whatever else is known of it. Neither makes it another number.
    """

    number: int = 1
    factors: tuple[Factor, ...] = ()
    traced: bool = field(default=False, compare=False, repr=False)
    read: bool = field(default=False, compare=False, repr=False)

    @property
    def is_computed(self) -> bool:
        """Whether a trace shows how it comes about: the size of a tensor is in it, and it is not just that."""
        return self.traced and not self.read

    @property
    def as_read(self) -> Size:
        """The same, asked of a tensor."""
        return replace(self, traced=True, read=True)

    @property
    def is_integer(self) -> bool:
        """Whether a tensor is asked for it, or no setting is in it, which may be any number, nor what is not followed."""
        return self.read or all(kind == "axis" for kind, *_ in self.factors)

    @property
    def is_axis(self) -> bool:
        """Whether it is just the size of a tensor along an axis."""
        return self.number == 1 and [kind for kind, *_ in self.factors] == ["axis"]

    @property
    def is_setting(self) -> bool:
        """Whether it is just a number that is none of a tensor's, as far as it is one at all."""
        return self.number == 1 and [kind for kind, *_ in self.factors] == ["setting"]

    @property
    def is_open(self) -> bool:
        """Whether it is left to torch to work it out."""
        return self.is_computed or self == MINUS_ONE

    @property
    def quotient(self) -> tuple[Size, Size] | None:
        """Dividend and divisor, where it is a quotient."""
        return self._parts("quotient")

    @property
    def apart(self) -> tuple[Size, ...]:
        """Its factors, each as a size."""
        if self.factors == () or (len(self.factors) == 1 and self.number == 1):
            return (self,) * len(self.factors)
        return tuple(Size(1, (factor,), _is_traced(factor), factor[0] == "axis") for factor in self.factors)

    @property
    def every_factor(self) -> Iterator[Factor]:
        """Its factors, and those of the sizes that they are made of."""
        for factor in self.factors:
            yield factor
            for part in factor:
                if isinstance(part, Size):
                    yield from part.every_factor

    @property
    def parts(self) -> tuple[str, Size, Size] | None:
        """The two sizes that it is made of, and in which way, where it is just that."""
        if self.number != 1 or len(self.factors) != 1 or len(self.factors[0]) != 3:
            return None
        kind, first, second = self.factors[0]
        return (str(kind), first, second) if isinstance(first, Size) and isinstance(second, Size) else None

    def _parts(self, kind: str) -> tuple[Size, Size] | None:
        """The two sizes that it is made of in one way, where it is."""
        parts = self.parts
        return parts[1:] if parts is not None and parts[0] == kind else None

    def __mul__(self, other: Size) -> Size:
        factors = tuple(sorted([*self.factors, *other.factors], key=repr))
        return Size(self.number * other.number, factors, self.traced or other.traced)

    def __floordiv__(self, other: Size) -> Size:
        return self._without(other) or _of("quotient", self, other)

    def _without(self, other: Size) -> Size | None:
        """The other factors of a product that has all those of ``other``: nothing is rounded then."""
        rest = list(self.factors)
        if not other.number or self.number % other.number:
            return None
        for factor in other.factors:
            if factor not in rest:
                return None
            rest.remove(factor)
        return Size(self.number // other.number, tuple(rest), self.traced or other.traced)

    def __neg__(self) -> Size:
        return Size(-self.number, self.factors, self.traced)

    def __truediv__(self, other: Size) -> Size:
        return _of("ratio", self, other)

    def __mod__(self, other: Size) -> Size:
        """The rest that a division leaves, or what is missing to the next multiple, in each way to say that."""
        if self == ZERO or self._without(other) is not None:
            return ZERO
        if self.number < 0:
            return padding(-self, other)
        missing = self._parts("missing")
        if missing is not None and missing[1] == other:
            return padding(*missing)
        return padding(self, other) if other == Size(2) else _of("rest", self, other)

    def __add__(self, other: Size) -> Size | None:
        """The next multiple of a number, as a size and what is missing to it."""
        for size, added in ((self, other), (other, self)):
            if added == ZERO:
                return replace(size, read=False)
            if (missing := added.padding) is not None and missing[0] == size:
                return padded(*missing)
        return None

    def __sub__(self, other: Size) -> Size | None:
        if other == ZERO:
            return replace(self, read=False)
        rest = other._parts("rest") or (other._parts("padding") if self == Size(2) else None)
        if rest is not None and rest[1] == self:
            return _of("missing", *rest)
        for _, size, divisor in (factor for factor in self.factors if factor[0] == "ceiling"):
            assert isinstance(size, Size) and isinstance(divisor, Size)
            if size == other and self == padded(size, divisor):
                return padding(size, divisor)
        return None

    @property
    def divided(self) -> tuple[Size, Size] | None:
        """The size that is a multiple of the number where this is zero."""
        parts = self.padding or self._parts("rest")
        return parts if parts is not None and parts[1].number > 0 else None

    def where_divided(self, divided: Iterable[tuple[Size, Size]]) -> Size:
        """The same where some sizes are multiples of some numbers, so that nothing is missing to the next one."""
        size = self
        for part, divisor in divided:
            while (others := size._without(padded(part, divisor))) is not None:
                size = others * part
        return size

    @property
    def ceiling(self) -> Size | None:
        """A ratio as it is rounded up."""
        ratio = self._parts("ratio")
        return None if ratio is None else replace(_of("ceiling", *ratio), traced=False)  # a trace has a constant there

    @property
    def padding(self) -> tuple[Size, Size] | None:
        """The size and the number up to whose next multiple this is missing, where it is that."""
        return self._parts("padding")

    def __pow__(self, other: Size) -> Size | None:
        if other.factors or not 1 <= other.number <= _LARGEST_POWER:
            return None
        return prod([self] * (other.number - 1), start=self)


def _is_traced(factor: Factor) -> bool:
    """Whether the size of a tensor is in a factor, or may be."""
    sizes = [part for part in factor if isinstance(part, Size)]
    return any(size.traced for size in sizes) if sizes else factor[0] != "setting"


def _of(kind: str, first: Size, second: Size) -> Size:
    return Size(1, ((kind, first, second),), first.traced or second.traced)


def combined(kind: str, first: Size, second: Size) -> Size:
    """A factor that is made of two sizes, as it is for these."""
    exact = first._without(second)
    if exact is not None and kind in ("quotient", "ceiling"):
        return exact
    return ZERO if exact is not None and kind in ("padding", "rest") else _of(kind, first, second)


def padding(size: Size, divisor: Size) -> Size:
    """What is missing from a size to the next multiple of ``divisor``."""
    return _of("padding", size, divisor)


def padded(size: Size, divisor: Size) -> Size:
    """The next multiple of ``divisor``."""
    return _of("ceiling", size, divisor) * divisor


ZERO = Size(0)
ONE = Size()
MINUS_ONE = Size(-1)


def axis_size(tensor: int, axis: int) -> Size:
    """The size of a tensor along an axis. The number ``tensor`` tells it from all others."""
    return Size(1, (("axis", tensor, axis),), traced=True, read=True)


def setting(*key: object) -> Size:
    """A number that is none of a tensor's: a setting of the module, an argument."""
    return Size(1, (("setting", *key),))


def worked_out(number: int) -> Size:
    """A size that was computed from the size of a tensor in a way that is not followed. The number tells it apart."""
    return Size(1, (("worked out", number),), traced=True)


def either(choice: int, first: Size, second: Size) -> Size:
    """One of two sizes. The number tells the choice from all others: what is chosen at once is all of one side."""
    if first == second:
        return first
    traced = first.traced or second.traced
    return Size(1, (("either", choice, first, second),), traced, first.read and second.read)


@dataclass(frozen=True, slots=True)
class Split:
    """Axis ``axis`` becomes one for each of the targets ``first`` to ``last``; torch works out the one at ``inferred``."""

    axis: int
    first: int
    last: int
    inferred: int | None

    @property
    def kept(self) -> tuple[int, ...]:
        """The targets whose sizes are still said."""
        return tuple(index for index in range(self.first, self.last + 1) if index != self.inferred)


@dataclass(frozen=True, slots=True)
class Regrouping:
    """A reshape of ``rank`` axes as splits of axes of the input, and merges of axes of what the splits give.

    A merge is the first and the last of its axes, as they are counted before any merge. ``drops_rest`` is true where the
    reshape may take a quotient that is rounded down, since another size makes up for it: splitting an axis never does.
    """

    rank: int
    splits: tuple[Split, ...] = ()
    merges: tuple[tuple[int, int], ...] = ()
    drops_rest: bool = False


def regrouping(dims: Sequence[Size], targets: Sequence[Size | None]) -> Regrouping | str:
    """The reshape from ``dims`` to ``targets`` without computed sizes, or why there is none, in one line."""
    groups = _groups(tuple(dims), tuple(targets))
    if groups is None:
        return "it is not shown which axes its sizes are made of"
    splits: list[Split] = []
    merges: list[tuple[int, int]] = []
    axis = target = after_splits = 0
    for group in groups:
        if group.targets > 1:
            parts = targets[target : target + group.targets]
            open_parts = [target + index for index, part in enumerate(parts) if part is None or part.is_open]
            if len(open_parts) > 1:
                return "more than one of the sizes that an axis is split into is computed"
            splits.append(Split(axis, target, target + len(parts) - 1, open_parts[0] if open_parts else None))
        elif group.axes > 1:
            merges.append((after_splits, after_splits + group.axes - 1))
        axis, target, after_splits = axis + group.axes, target + group.targets, after_splits + max(group.axes, group.targets)
    shown = {group.shown for group in groups}
    return Regrouping(len(dims), tuple(splits), tuple(merges), drops_rest={"rounded", "left over"} <= shown)


_Shown: TypeAlias = Literal["equal", "rounded", "left over"]


@dataclass(frozen=True, slots=True)
class _Group:
    """So many axes and so many targets hold the same elements, and one of the two is 1.

    They do since their sizes say so ("equal"), since nothing else is left on both sides ("left over"), or since in either
    way the targets hold no more than the axes ("rounded").
    """

    axes: int
    targets: int
    shown: _Shown = "equal"


_Sizes: TypeAlias = tuple[Size | None, ...]


def _groups(dims: tuple[Size, ...], targets: _Sizes) -> list[_Group] | None:
    """What axes become what targets, from the front and from the back.

    An axis that is left over in the middle is all that is left over on the other side, since a reshape keeps the number
    of elements.
    """
    if not dims or not targets:
        return None if dims or targets else []
    if dims[0] == targets[0]:
        return _joined([_Group(1, 1)], _groups(dims[1:], targets[1:]))
    if dims[-1] == targets[-1]:
        return _joined(_groups(dims[:-1], targets[:-1]), [_Group(1, 1)])
    if len(dims) == 1 or len(targets) == 1:
        shown: _Shown = "rounded" if targets == (ONE,) else "left over"
        return [_group(dims, targets) or _Group(len(dims), len(targets), shown)]
    for count in range(2, max(len(dims), len(targets))):
        if group := _group(dims[:1], targets[:count]) or _group(dims[:count], targets[:1]):
            return _joined([group], _groups(dims[group.axes :], targets[group.targets :]))
        if group := _group(dims[-1:], targets[-count:]) or _group(dims[-count:], targets[-1:]):
            return _joined(_groups(dims[: -group.axes], targets[: -group.targets]), [group])
    return None


def _joined(first: list[_Group] | None, second: list[_Group] | None) -> list[_Group] | None:
    return None if first is None or second is None else first + second


def _group(dims: tuple[Size, ...], targets: _Sizes) -> _Group | None:
    """The group of some axes and targets if their sizes say that they are one."""
    sizes = [target for target in targets if target is not None]
    if len(sizes) < len(targets):
        return None
    if prod(dims, start=ONE) == prod(sizes, start=ONE):
        return _Group(len(dims), len(targets))
    others = ((size, prod([*sizes[:index], *sizes[index + 1 :]], start=ONE)) for index, size in enumerate(sizes))
    if len(dims) == 1 and any(size.quotient == (dims[0], rest) for size, rest in others):
        return _Group(1, len(targets), "rounded")
    return None
