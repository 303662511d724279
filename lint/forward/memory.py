"""What was found out about classes on the way: kept for the whole tree, since many paths ask the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias
from weakref import WeakKeyDictionary

from modulint.lint.classes import Classes
from modulint.lint.forward.steps import Sharing
from modulint.lint.tree import Reference
from modulint.lint.values import Value

Arguments: TypeAlias = tuple[tuple[str, Value], ...]


@dataclass(slots=True)
class Memory:
    """``results`` are what calls of instances give that run a method, ``tensors`` the parameters of the method that its
    body shows to be tensors. Nothing in it holds syntax.

    ``shapes`` are what calls of instances and of plain functions give for arguments with formal sizes, see
    :mod:`modulint.lint.forward.formal`. ``given`` says who else may see the tensor that a class gives.
    ``active`` are the classes that are looked into, and ``cuts`` counts where that was given up, since it led in a circle
    or too deep: what was found meanwhile is true of this way alone, and not kept.
    """

    version: int
    results: dict[tuple[Reference, str, Arguments], Value] = field(default_factory=dict)
    tensors: dict[tuple[Reference, str], frozenset[str]] = field(default_factory=dict)
    shapes: dict[tuple[Reference, Reference, str, Arguments], Value] = field(default_factory=dict)
    given: dict[Reference, Sharing] = field(default_factory=dict)
    active: list[Reference] = field(default_factory=list)
    cuts: int = 0


_MEMORIES: WeakKeyDictionary[Classes, Memory] = WeakKeyDictionary()


def memory_of(index: Classes) -> Memory:
    """The memory of a tree, empty again after one of its files has changed."""
    memory = _MEMORIES.get(index)
    if memory is None or memory.version != index.tree.version:
        memory = _MEMORIES[index] = Memory(index.tree.version)
    return memory
