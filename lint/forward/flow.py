"""What is known at one point of the walk, and how two ways that lead to one point come together."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from modulint.lint.classes import Owner
from modulint.lint.forward.steps import Run
from modulint.lint.scopes import AnyFunction, bound_names, rebound_names
from modulint.lint.values import UNKNOWN, Value, join


@dataclass(slots=True)
class State:
    names: dict[str, Value]
    ran: dict[str | ast.AST, frozenset[Run]]  # by path for a module of `self`; all else can only follow itself

    def copy(self) -> State:
        return State(dict(self.names), dict(self.ran))


@dataclass(slots=True)
class Frame:
    function: AnyFunction
    owner: Owner
    self_name: str
    exits: list[State] = field(default_factory=list)
    results: list[Value] = field(default_factory=list)

    def has_alone(self, name: str) -> bool:
        """Whether no other function can give a name another value while this one runs."""
        return name in bound_names(self.function) and name not in rebound_names(self.function)


def merge(first: State | None, second: State | None) -> State | None:
    """What is known where two ways come together.

    A variable that one of them leaves without a value is only read behind the other one: reading it would raise.
    """
    if first is None or second is None:
        return first or second
    names = {**first.names, **second.names}
    for name in names:
        if name in first.names and name in second.names:
            names[name] = join(first.names[name], second.names[name])
        elif "." in name:
            names[name] = UNKNOWN  # an attribute has the value from before
    ran = dict(first.ran)
    for path, runs in second.ran.items():
        ran[path] = ran.get(path, frozenset()) | runs
    return State(names, ran)
