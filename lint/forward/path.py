"""The forward path of one module class."""

from __future__ import annotations

import ast

from modulint.lint.assignments import Function
from modulint.lint.classes import ClassFacts, Owner
from modulint.lint.forward.statements import Walker
from modulint.lint.forward.aliasing import mark_writes
from modulint.lint.forward.steps import Fraction, HelperCall, OperatorStep, PaddedSize, Padding, Reshape, Result, Site, Step
from modulint.lint.scopes import AnyFunction


class ForwardPath:
    """What runs when an instance of one class is called.

    ``sites`` and ``operators`` are in the order in which they run first, with those of plain functions that are called.
    ``results`` are what ``forward`` returns, ``reached`` the methods, properties and functions that were walked, and
    ``helper_calls`` the calls of plain functions among what is called.
    """

    def __init__(self, facts: ClassFacts, follow_shapes: bool = False) -> None:
        self.facts = facts
        self.results: list[Result] = []
        self.reached: dict[AnyFunction, Owner] = {}
        self.helper_calls: dict[ast.Call, HelperCall] = {}
        self._sites: dict[ast.Call, Site] = {}
        self.refuted: set[ast.expr | ast.AugAssign] = set()
        """Operators that ran on no tensor at least once."""
        self._operators: dict[ast.expr | ast.AugAssign, OperatorStep] = {}
        self._reshapes: dict[ast.Call, Reshape] = {}
        self._paddings: dict[ast.Call, Padding] = {}
        self._fractions: dict[ast.BinOp, Fraction] = {}
        self._padded_sizes: dict[ast.expr | ast.AugAssign, PaddedSize] = {}
        found = facts.method("forward")
        self.forward: Function | None = found[1] if found else None
        for entry in facts.entries:
            Walker(facts, self, follow_shapes).enter(*entry)
        mark_writes(self)

    @property
    def sites(self) -> list[Site]:
        return list(self._sites.values())

    @property
    def operators(self) -> list[OperatorStep]:
        return list(self._operators.values())

    @property
    def reshapes(self) -> list[Reshape]:
        """Where a tensor gets sizes that are computed from those of a tensor."""
        return list(self._reshapes.values())

    def site_of(self, call: ast.Call) -> Site | None:
        """The site that a call is."""
        return self._sites.get(call)

    def operator_of(self, node: ast.expr | ast.AugAssign) -> OperatorStep | None:
        """The operator step that a node is."""
        return self._operators.get(node)

    def reshape_of(self, call: ast.Call) -> Reshape | None:
        """The reshape that a call is."""
        return self._reshapes.get(call)

    @property
    def paddings(self) -> list[Padding]:
        """Where a tensor is padded by numbers that are computed from the size of a tensor."""
        return list(self._paddings.values())

    def padding_of(self, call: ast.Call) -> Padding | None:
        """The padding that a call is."""
        return self._paddings.get(call)

    @property
    def fractions(self) -> list[Fraction]:
        """Where the size of a tensor is divided, or a number is taken away from it."""
        return list(self._fractions.values())

    def fraction_of(self, node: ast.BinOp) -> Fraction | None:
        """The quotient or difference that an operator is."""
        return self._fractions.get(node)

    @property
    def padded_sizes(self) -> list[PaddedSize]:
        """Where the size of an axis behind padding is computed."""
        return list(self._padded_sizes.values())

    def padded_size_of(self, node: ast.expr) -> PaddedSize | None:
        """The size behind padding that a sum is."""
        return self._padded_sizes.get(node)

    def steps_within(self, function: AnyFunction) -> tuple[Step, ...]:
        """The steps that ran inside of a plain function, or of what it calls, in the order in which they ran first."""
        calls = {call for call, helper in self.helper_calls.items() if helper.function.node is function}
        steps: list[Step] = [*self._sites.values(), *self._operators.values()]
        within = [step for step in steps if any(not calls.isdisjoint(run.stack) for run in step.runs)]
        return tuple(sorted(within, key=lambda step: step.runs[0].number))

    def add(self, step: Site | OperatorStep | Reshape | Padding | Fraction | PaddedSize) -> None:
        """Note a step that was not seen before."""
        if isinstance(step, Site):
            self._sites[step.call] = step
        elif isinstance(step, Reshape):
            self._reshapes[step.call] = step
        elif isinstance(step, Padding):
            self._paddings[step.call] = step
        elif isinstance(step, Fraction):
            self._fractions[step.operator] = step
        elif isinstance(step, PaddedSize):
            self._padded_sizes[step.node] = step
        else:
            self._operators[step.node] = step
