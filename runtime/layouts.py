"""Calls of torch functions on the meta device, where only layouts are worked out: each layout once.

torch does that in Python for many functions, at up to some milliseconds a call, and models repeat their blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch._C._functorch import peek_interpreter_stack

_PLAIN: Final = (bool, int, float, str, type(None), torch.dtype, torch.device, torch.memory_format, torch.layout)
_Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class _Layout:
    """All there is to know of a tensor on the meta device that shares its memory with no other."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: torch.dtype

    def make(self) -> Tensor:
        return torch.empty_strided(self.sizes, self.strides, dtype=self.dtype, device="meta")


_Result = _Layout | tuple[_Layout, ...] | int
"""What a call gave: new tensors, or the one among those given to it, by its number, that it wrote to."""


class Layouts:
    """Calls functions, and makes what they made of arguments with the same layouts before.

    That goes for calls that give new tensors, or the one that they wrote to. Functions that make views are always run,
    and so is everything while gradients are taken, or under ``torch.func`` with its tensors of tensors.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, _Result] = {}
        self._run_always: set[_Function] = set()

    def call(self, function: _Function, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """``function(*args, **kwargs)``, or what has the same layout."""
        if function in self._run_always or torch.is_grad_enabled() or peek_interpreter_stack() is not None:
            return function(*args, **kwargs)
        given: list[Tensor] = []
        try:
            key = function, _key(args, given), _key(tuple(kwargs.items()), given)
        except _Unknown:
            return function(*args, **kwargs)
        known = self._known.get(key)
        if known is not None:
            return _made(known, given)
        versions = [tensor._version for tensor in given]
        result = function(*args, **kwargs)
        written = [number for number, tensor in enumerate(given) if tensor._version != versions[number]]
        seen = _seen(result, given, written)
        if seen is None:
            self._run_always.add(function)
        else:
            self._known[key] = seen
        return result


def _made(known: _Result, given: Sequence[Tensor]) -> Tensor | tuple[Tensor, ...]:
    if isinstance(known, int):
        return given[known].zero_()  # counts as the write that it stands for
    return known.make() if isinstance(known, _Layout) else tuple([layout.make() for layout in known])


def _seen(result: object, given: Sequence[Tensor], written: Sequence[int]) -> _Result | None:
    """What there is to remember of a call, None where that does not tell all."""
    if written:
        return written[0] if len(written) == 1 and result is given[written[0]] else None
    made = result if type(result) is tuple else (result,)
    if not _are_new(made, given):
        return None
    layouts = tuple(_Layout(tuple(each.shape), each.stride(), each.dtype) for each in made)
    return layouts if made is result else layouts[0]


class _Unknown(Exception):
    """An argument that results may depend on in other ways than by its layout."""


def _key(value: object, given: list[Tensor]) -> Hashable:
    """What results depend on. Tensors are added to ``given``. Types count: adding 1 and adding 1.0 differ in dtype."""
    kind = type(value)
    if kind is Tensor or kind is nn.Parameter:
        assert isinstance(value, Tensor)
        if not value.is_meta or value.layout is not torch.strided or value.is_complex() or value.is_quantized:
            raise _Unknown
        given.append(value)
        return value.shape, value.stride(), value.dtype
    if kind is tuple or kind is list or kind is torch.Size:
        assert isinstance(value, (tuple, list))
        return kind, tuple([_key(part, given) for part in value])
    if kind in _PLAIN:
        return kind, value
    raise _Unknown


def _are_new(made: Iterable[object], given: Iterable[Tensor]) -> bool:
    """Whether ``made`` are tensors that share memory neither with each other nor with those ``given``."""
    memories = {tensor.untyped_storage()._cdata for tensor in given}
    for each in made:
        if type(each) is not Tensor or not each.is_meta or each.layout is not torch.strided:
            return False
        memory = each.untyped_storage()._cdata
        if memory in memories or each.storage_offset() or each.is_complex() or each.is_quantized:
            return False
        memories.add(memory)
    return True
