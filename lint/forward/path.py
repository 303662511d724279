"""The forward path of one module class."""

from __future__ import annotations

import ast

from modulint.lint.assignments import Function
from modulint.lint.classes import ClassFacts
from modulint.lint.forward.statements import Walker
from modulint.lint.forward.aliasing import mark_fresh
from modulint.lint.forward.steps import OperatorStep, Result, Site
from modulint.lint.scopes import AnyFunction


class ForwardPath:
    """What runs when an instance of one class is called.

    ``sites`` and ``operators`` are in the order in which they run first. ``results`` are what ``forward`` returns,
    ``reached`` the methods, properties and nested functions that were walked.
    """

    def __init__(self, facts: ClassFacts, entry: str = "forward") -> None:
        self.facts = facts
        self.results: list[Result] = []
        self.reached: dict[AnyFunction, ClassFacts] = {}
        self._sites: dict[ast.Call, Site] = {}
        self.refuted: set[ast.expr | ast.AugAssign] = set()
        """Operators that ran on no tensor at least once."""
        self._operators: dict[ast.expr | ast.AugAssign, OperatorStep] = {}
        found = facts.method(entry)
        self.forward: Function | None = found[1] if found else None
        if found is not None:
            Walker(self).enter(*found)
            mark_fresh(self)

    @property
    def sites(self) -> list[Site]:
        return list(self._sites.values())

    @property
    def operators(self) -> list[OperatorStep]:
        return list(self._operators.values())

    def site_of(self, call: ast.Call) -> Site | None:
        """The site that a call is."""
        return self._sites.get(call)

    def operator_of(self, node: ast.expr | ast.AugAssign) -> OperatorStep | None:
        """The operator step that a node is."""
        return self._operators.get(node)

    def add(self, step: Site | OperatorStep) -> None:
        """Note a step that was not seen before."""
        if isinstance(step, Site):
            self._sites[step.call] = step
        else:
            self._operators[step.node] = step
