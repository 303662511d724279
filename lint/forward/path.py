"""The forward path of one module class."""

from __future__ import annotations

import ast
from collections.abc import Callable

from modulint.lint.assignments import Function
from modulint.lint.classes import ClassFacts
from modulint.lint.forward.statements import Walker
from modulint.lint.forward.steps import Result, Site
from modulint.lint.scopes import AnyFunction


class ForwardPath:
    """What runs when an instance of one class is called.

    ``sites`` are in the order in which they run first. ``results`` are what ``forward`` returns, ``reached`` the methods,
    properties and nested functions that were walked.
    """

    def __init__(self, facts: ClassFacts, entry: str = "forward") -> None:
        self.facts = facts
        self.results: list[Result] = []
        self.reached: dict[AnyFunction, ClassFacts] = {}
        self._sites: dict[ast.Call, Site] = {}
        found = facts.method(entry)
        self.forward: Function | None = found[1] if found else None
        if found is not None:
            Walker(self).enter(*found)

    @property
    def sites(self) -> list[Site]:
        return list(self._sites.values())

    def site(self, call: ast.Call, new: Callable[[], Site]) -> Site:
        """The site of a call, made by ``new`` when it is seen first."""
        if call not in self._sites:
            self._sites[call] = new()
        return self._sites[call]
