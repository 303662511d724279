"""What a forward pass changes about the model that runs it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor, nn

from modulint.runtime.findings import listed

_GROWING = (list, dict, set, deque)
_REGISTERED = {"_modules": "module", "_parameters": "parameter", "_buffers": "buffer"}


class Snapshot:
    """A model at one time: the attributes of its modules, of containers the size, and of weights the writes."""

    def __init__(self, model: nn.Module) -> None:
        self._modules = [(name, module, _Attributes(module)) for name, module in model.named_modules()]

    def changes(self) -> str:
        """What is different now, in words: ``registers extra, writes to norm.running_mean``."""
        found: dict[str, list[str]] = {}
        for name, module, before in self._modules:
            for change, attribute in before.changes(module):
                found.setdefault(change, []).append(f"{name}.{attribute}" if name else attribute)
        return "; ".join(f"{change} {listed(names, 5)}" for change, names in found.items())


class _Attributes:
    def __init__(self, module: nn.Module) -> None:
        attributes = vars(module)
        self._plain = {name: value for name, value in attributes.items() if name not in _REGISTERED}
        self._registered = {kind: dict(attributes[kind]) for kind in _REGISTERED}
        self._sizes = {name: len(value) for name, value in self._plain.items() if type(value) in _GROWING}
        self._versions = {
            name: write_count(tensor)
            for kind in ("_parameters", "_buffers")
            for name, tensor in self._registered[kind].items()
            if tensor is not None
        }

    def changes(self, module: nn.Module) -> Iterator[tuple[str, str]]:
        """Each change, and the attribute that it is about."""
        attributes = vars(module)
        for kind, noun in _REGISTERED.items():
            yield from _exchanged(self._registered[kind], attributes[kind], noun)
        for name, count in self._versions.items():
            tensor = attributes["_parameters"].get(name, attributes["_buffers"].get(name))
            if tensor is not None and write_count(tensor) > count:
                yield "writes to", name
        for name, value in attributes.items():
            if name in _REGISTERED:
                continue
            if name not in self._plain or not _same(self._plain[name], value):
                yield "sets", name
            elif name in self._sizes and len(value) != self._sizes[name]:
                yield "changes the size of", name


def write_count(tensor: Tensor) -> int:
    """How often ``tensor`` was written to; 0 where torch does not count."""
    try:
        return int(tensor._version)
    except RuntimeError:
        return 0


def _exchanged(before: Mapping[str, Any], now: Mapping[str, Any], noun: str) -> Iterator[tuple[str, str]]:
    for name, value in now.items():
        if name not in before:
            yield f"registers the {noun}", name
        elif value is not before[name]:
            yield f"replaces the {noun}", name
    for name in before:
        if name not in now:
            yield f"removes the {noun}", name


def _same(before: object, now: object) -> bool:
    """Whether an attribute is the same object, or a number or text with the same value."""
    return before is now or (type(before) is type(now) and isinstance(now, (int, float, str, tuple)) and before == now)
