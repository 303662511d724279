"""Shapes of arguments with formal sizes, so that what a call makes of them is found out once for all that look alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod

from modulint.lint.sizes import Factor, Size, axis_size, combined, setting
from modulint.lint.values import OTHER, TENSOR, UNKNOWN, Value, outline


class Formal:
    """Stands formal sizes in for those of some arguments: the same one wherever two are the same."""

    def __init__(self) -> None:
        self.sizes: list[Size] = []

    def value(self, value: Value) -> Value:
        """A value with formal sizes, without what else is special about the place that it comes from."""
        plain = outline(value)
        if value.is_tensor and value.dims is not None:
            return replace(plain, dims=tuple(map(self._size, value.dims)))
        if value.size is not None and plain in (OTHER, UNKNOWN):
            return replace(plain, size=self._size(value.size))
        if value.kind == "tuple" and value.items is not None:
            return replace(plain, items=tuple(map(self.value, value.items)))
        return plain

    def _size(self, size: Size) -> Size:
        """A size that is made of formal ones as it is made of its own."""
        return prod(map(self._factor, size.apart), start=Size(size.number))

    def _factor(self, factor: Size) -> Size:
        if (parts := factor.parts) is not None:
            return combined(parts[0], self._size(parts[1]), self._size(parts[2]))
        if factor not in self.sizes:
            self.sizes.append(factor)
        return Size(1, (("given", self.sizes.index(factor)),), traced=True)


def with_shapes(value: Value, formal: Value, sizes: list[Size], number: Callable[[], int]) -> Value:
    """The value of a call with the shapes that were found with formal sizes, which are those of ``sizes`` here.

    All other sizes in them are new ones at each call: those of another instance, or of another turn.
    """
    return _with_shapes(value, formal, _Actual(sizes, number))


def only_shapes(value: Value) -> Value:
    """A value with nothing but the shapes in it."""
    if value.is_tensor:
        return replace(TENSOR, dims=value.dims)
    if value.kind == "tuple" and value.items is not None and not value.name:
        return Value("tuple", items=tuple(map(only_shapes, value.items)))
    return UNKNOWN


def has_shape(value: Value) -> bool:
    """Whether the shape of a tensor is known, of the value itself or of one that it holds."""
    return value.dims is not None if value.is_tensor else any(map(has_shape, value.items or ()))


class _Actual:
    """What formal sizes stand for at one call."""

    def __init__(self, sizes: list[Size], number: Callable[[], int]) -> None:
        self.number = number
        self.known: dict[Factor, Size] = {("given", index): size for index, size in enumerate(sizes)}

    def size(self, size: Size) -> Size:
        return prod(map(self._factor, size.apart), start=Size(size.number))

    def _factor(self, size: Size) -> Size:
        if (parts := size.parts) is not None:
            return combined(parts[0], self.size(parts[1]), self.size(parts[2]))
        (factor,) = size.factors
        if factor not in self.known:
            self.known[factor] = setting(self.number()) if factor[0] == "setting" else axis_size(self.number(), 0)
        return self.known[factor]


def _with_shapes(value: Value, formal: Value, actual: _Actual) -> Value:
    if value.is_tensor and formal.is_tensor and formal.dims is not None:
        return replace(value, tensor=actual.number(), dims=tuple(map(actual.size, formal.dims)))
    if value.kind == formal.kind == "tuple" and not value.name and value.items is not None and formal.items is not None:
        if len(value.items) == len(formal.items):
            pairs = zip(value.items, formal.items)
            return replace(value, items=tuple(_with_shapes(one, other, actual) for one, other in pairs))
    return value
