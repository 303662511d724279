"""Which local names may hold tensors on the same memory, at one place of a function, and who else may see that memory."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from modulint.lint.forward.steps import Sharing

_Member = TypeVar("_Member")


@dataclass(frozen=True, slots=True)
class Held:
    """What the value of an expression may share memory with: the tensors of local ``names``, and those of other code as
    ``sharing`` says."""

    sharing: Sharing
    names: frozenset[str] = frozenset()

    @property
    def part(self) -> Held:
        """A view of it, or what may be one."""
        return Held(min(self.sharing, Sharing.VIEW), self.names)


NEW = Held(Sharing.OWN)
SHARED = Held(Sharing.SHARED)


@dataclass(slots=True)
class Holders:
    """``sharing`` is what is known of the tensors that names hold; those of all others are shared. ``beside`` are the names
    that may hold the same memory as a name. ``outdated`` are writes, each by another name, that a name would not show if
    they made new tensors.
    """

    sharing: dict[str, Sharing] = field(default_factory=dict)
    beside: dict[str, frozenset[str]] = field(default_factory=dict)
    outdated: dict[str, frozenset[ast.AST]] = field(default_factory=dict)

    def copy(self) -> Holders:
        return Holders(dict(self.sharing), dict(self.beside), dict(self.outdated))

    def held(self, name: str) -> Held:
        """What a name holds."""
        return Held(self.sharing.get(name, Sharing.SHARED), frozenset({name}))

    def sharing_of(self, held: Held) -> Sharing:
        """Who else may see a value by now: what has its names may have been handed on since."""
        return min((held.sharing, *(self.sharing.get(name, Sharing.SHARED) for name in held.names)))

    def group(self, names: Iterable[str]) -> frozenset[str]:
        """The names, and all that may hold memory of theirs."""
        found = frozenset(names)
        return found.union(*(self.beside.get(name, ()) for name in found))

    def share(self, names: Iterable[str]) -> None:
        """Other code gets to see what the names hold."""
        for name in self.group(names):
            self.sharing.pop(name, None)

    def bind(self, name: str, held: Held) -> None:
        """Give a name a value."""
        group = self.group(held.names) - {name}
        sharing = self.sharing_of(held)
        if sharing is Sharing.SHARED:
            self.share(held.names)
        self._forget(name)
        if sharing is not Sharing.SHARED:
            self.sharing[name] = sharing
        if group:
            self.beside[name] = group
        for other in group:
            self.beside[other] = self.beside.get(other, frozenset()) | {name}

    def _forget(self, name: str) -> None:
        self.sharing.pop(name, None)
        self.outdated.pop(name, None)
        for other in self.beside.pop(name, ()):
            self.beside[other] -= {name}

    def write(self, name: str, node: ast.AST) -> None:
        """``node`` writes into what a name holds."""
        for other in self.beside.get(name, ()):
            self.outdated[other] = self.outdated.get(other, frozenset()) | {node}


def both(first: Holders | None, second: Holders | None) -> Holders | None:
    """What is so behind two ways; None is a way that does not lead here."""
    if first is None or second is None:
        return second if first is None else first
    known = first.sharing.keys() & second.sharing.keys()
    return Holders(
        {name: min(first.sharing[name], second.sharing[name]) for name in known},
        _joined(first.beside, second.beside),
        _joined(first.outdated, second.outdated),
    )


def all_of(ways: Iterable[Holders | None]) -> Holders | None:
    """What is so behind several ways."""
    end: Holders | None = None
    for way in ways:
        end = both(end, way)
    return end


def _joined(first: dict[str, frozenset[_Member]], second: dict[str, frozenset[_Member]]) -> dict[str, frozenset[_Member]]:
    found = {name: first.get(name, frozenset()) | second.get(name, frozenset()) for name in first.keys() | second.keys()}
    return {name: members for name, members in found.items() if members}
