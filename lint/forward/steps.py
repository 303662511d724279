"""What a walk of the forward path notes: calls, when they run, and what forward gives back."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from modulint.lint.assignments import Function
from modulint.lint.classes import ClassFacts
from modulint.lint.operations import Operation
from modulint.lint.scopes import AnyFunction
from modulint.lint.values import Value


@dataclass(slots=True, eq=False)
class Run:
    """One execution of a call. ``before`` are the runs of the same module that may precede it in one forward pass."""

    site: Site
    loops: tuple[ast.AST, ...]
    stack: tuple[ast.Call, ...]
    before: frozenset[Run]


@dataclass(slots=True, eq=False)
class Site:
    """One call on the forward path that a rule may care about.

    ``callee`` is an operation, a module of ``self`` or a module built on the way; ``arguments`` are the values of the
    positional arguments, and of the keywords by name. ``receiver`` is set for a tensor method. ``function`` and
    ``owner`` say in which method of which class it stands, ``guards`` under which conditions.
    """

    call: ast.Call
    callee: Value
    owner: ClassFacts
    function: AnyFunction
    arguments: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    receiver: Value | None = None
    guards: tuple[ast.expr, ...] = ()
    runs: list[Run] = field(default_factory=list)

    @property
    def loops(self) -> tuple[ast.AST, ...]:
        """The loops around the call, of its first run that stands in one."""
        return next((run.loops for run in self.runs if run.loops), ())

    @property
    def operation(self) -> Operation | None:
        return self.callee.operation


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A value that ``forward`` itself returns or yields."""

    node: ast.expr
    value: Value
    owner: ClassFacts
    function: Function
