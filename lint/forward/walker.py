"""The walk itself: entering functions with their parameters bound, and what is kept on the way."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from modulint.lint.assignments import Function, first_argument
from modulint.lint.classes import ClassFacts, Owner
from modulint.lint.forward.flow import Frame, State, merge
from modulint.lint.forward.memory import memory_of
from modulint.lint.forward.steps import Location, Run, Step
from modulint.lint.scopes import AnyFunction, rebound_names
from modulint.lint.values import NONE, OTHER, TENSOR, UNKNOWN, Value, annotated, join, outline

if TYPE_CHECKING:
    from modulint.lint.forward.path import ForwardPath

_WALKS = 2  # how often one method is walked for one class: twice is enough to see what runs twice
_KINDS = 6  # walks of one function on different kinds of arguments
_DEPTH = 24  # calls within calls that are followed


class WalkerBase(ABC):
    """Enters functions. What runs in them is the business of the classes built on this one."""

    def __init__(self, facts: ClassFacts, result: ForwardPath | None = None, follow: bool = False) -> None:
        """A walk over the code of ``facts``. What it comes by is noted in ``result``, if there is one.

        With ``follow``, shapes are followed through calls. Where something is noted, what a function notes is true of all
        of its calls, so that it does not learn the shapes of its arguments: a walk of its own finds out what it gives.
        """
        self.context = facts
        self.result = result
        self.follow = follow
        self.memory = memory_of(facts.index)
        self.state: State | None = None
        self.frame: Frame
        self.loops: tuple[ast.AST, ...] = ()
        self.stack: tuple[ast.Call, ...] = ()
        self.guards: tuple[ast.expr, ...] = ()
        self.silent = 0
        self.runs = 0
        self.walks: dict[AnyFunction, int] = {}
        self.given_back: dict[tuple[AnyFunction, tuple[Value, ...]], Value] = {}
        self.active: list[AnyFunction] = []
        self.loop_exits: list[list[State]] = []
        self.attributes: dict[str, Value] = {}
        self.shown: dict[AnyFunction, frozenset[str]] = {}

    def enter(self, owner: ClassFacts, function: Function, arguments: dict[str, Value] = {}) -> Value:
        """Walk a method, with some arguments beside the instance. Returns what it returns."""
        self.state = State({}, {})
        return self.call_function(owner, function, {first_argument(function): self.self_value, **arguments}, {})

    @property
    def path(self) -> ForwardPath | None:
        """Where to note what runs, None while nothing is to be noted."""
        return None if self.silent or self.state is None else self.result

    @property
    def here(self) -> Location:
        """Where a step stands that the walk comes by now."""
        return {"stands_in": self.frame.owner, "function": self.frame.function, "guards": self.guards}

    @property
    def self_value(self) -> Value:
        return Value("module", path="", facts=self.context)

    def call_function(
        self, owner: Owner, function: AnyFunction, arguments: dict[str, Value], closure: dict[str, Value]
    ) -> Value:
        """Walk a function's body with its parameters bound. Returns what it returns."""
        if self.state is None or function in self.active or len(self.active) >= _DEPTH:
            return UNKNOWN
        bound = self._parameters(owner, function, arguments)
        known = function, tuple(outline(value) for value in bound.values())
        if self.path is not None:
            walks = self.walks.get(function, 0)
            if walks >= _WALKS and (known in self.given_back or walks >= _KINDS):
                return self.given_back.get(known, UNKNOWN)
            self.walks[function] = walks + 1
            self.path.reached.setdefault(function, owner)
        elif known in self.given_back and not closure and not self.follow:
            return self.given_back[known]
        outer_names, outer_frame = self.state.names, getattr(self, "frame", None)
        outer_loop_exits, self.loop_exits = self.loop_exits, []
        self_name = next((name for name, value in arguments.items() if value.kind == "module" and not value.path), "")
        self.frame = Frame(function, owner, self_name)
        self.active.append(function)
        shaped = self.follow and self.result is None and not closure and self.keeps_shapes(owner)
        names = {**dict.fromkeys(rebound_names(function), UNKNOWN), **closure, **bound}
        # What is noted of sizes has to be true of every call, so that none is taken along.
        self.state = State(names if shaped else {name: value.shapeless for name, value in names.items()}, self.state.ran)
        if isinstance(function, ast.Lambda):
            self.frame.results.append(self.expression(function.body))
        else:
            self.block(function.body)
        end: State | None = self.state
        for state in self.frame.exits:
            end = merge(end, state)
        results = self.frame.results
        self.active.pop()
        self.loop_exits = outer_loop_exits
        # An exit that is never reached (every path raises) leaves the caller unreachable.
        self.state = State(outer_names, end.ran) if end is not None else None
        if outer_frame is not None:
            self.frame = outer_frame
        value = results[0] if results else NONE
        for other in results[1:]:
            value = join(value, other)
        plain = value.shapeless
        self.behind(owner)
        self.given_back[known] = join(self.given_back[known], plain) if known in self.given_back else plain
        return value if shaped else plain

    def note_run(self, step: Step, key: str | ast.AST) -> None:
        """Note that a step runs here, behind what ran before under the same ``key``."""
        assert self.state is not None
        before = self.state.ran.get(key, frozenset())
        self.runs += 1
        run = Run(step.node, self.runs, self.loops, self.stack, before)
        step.runs.append(run)
        if not isinstance(key, str) or "[*]" not in key:
            self.state.ran[key] = before | {run}

    def _parameters(self, owner: Owner, function: AnyFunction, given: dict[str, Value]) -> dict[str, Value]:
        arguments = function.args
        bound: dict[str, Value] = {}
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = dict(zip([a.arg for a in positional][len(positional) - len(arguments.defaults) :], arguments.defaults))
        defaults |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults) if d is not None}
        for argument in [*positional, *arguments.kwonlyargs]:
            name = argument.arg
            value = given.get(name, UNKNOWN)
            if value.kind == "unknown":
                value = annotated(argument.annotation)
            elif value.kind == "module" and not value.shown and annotated(argument.annotation).kind == "other":
                value = OTHER
            if value.kind == "unknown" and argument.annotation is None:
                default = defaults.get(name)
                if isinstance(default, ast.Constant) and default.value is not None:
                    value = replace(OTHER, shown=False)
                elif name in self.shown_tensors(owner, function):
                    value = TENSOR
            bound[name] = value
        for star in (arguments.vararg, arguments.kwarg):
            if star is not None:
                bound[star.arg] = given.get(star.arg, UNKNOWN)
        return bound

    @abstractmethod
    def block(self, body: list[ast.stmt]) -> None:
        """Run statements."""

    @abstractmethod
    def shown_tensors(self, owner: Owner, function: AnyFunction) -> frozenset[str]:
        """The parameters of a function that its body uses as only tensors can be used."""

    @abstractmethod
    def expression(self, node: ast.expr) -> Value:
        """Run an expression. Returns what it stands for."""

    @abstractmethod
    def is_local(self, name: str) -> bool:
        """Whether the walk has bound a name."""

    @abstractmethod
    def bind(self, target: ast.expr, value: Value) -> None:
        """Give a target of an assignment its value."""

    @abstractmethod
    def keeps_shapes(self, owner: Owner) -> bool:
        """Whether no code beside that of a class or function gives tensors another shape where they are."""

    @abstractmethod
    def behind(self, owner: Owner) -> None:
        """Take note that code of a class or function ran."""

    @abstractmethod
    def iterated(self, node: ast.expr) -> Value:
        """What a loop over an expression runs over."""
