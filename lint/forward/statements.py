"""How statements run: branches, loops, exits, and the names that they bind."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from modulint.lint.assignments import Function, dotted
from modulint.lint.forward.calls import Calls
from modulint.lint.forward.flow import State, merge
from modulint.lint.forward.sizing import zeros_of
from modulint.lint.forward.steps import Result
from modulint.lint.names import import_targets
from modulint.lint.scopes import walk
from modulint.lint.values import NONE, OTHER, TENSORS, UNKNOWN, Value, annotated, element

_TURNS = 6  # of a loop that are followed in silence: one or two show what there is to see


class Walker(Calls):
    """The whole walk: statements over expressions and calls."""

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            if self.state is None:
                return
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(self, node)

    def expression(self, node: ast.expr) -> Value:
        handler = _HANDLERS.get(type(node))
        if handler is None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.expression(child)
            return UNKNOWN
        value: Value = handler(self, node)
        return value

    def visit_Expr(self, node: ast.Expr) -> None:
        self.expression(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        value = self.expression(node.value)
        for target in node.targets:
            self.bind(target, value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            value = self.expression(node.value)
            self.bind(node.target, annotated(node.annotation) if value.kind == "unknown" else value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        operands = self.expression(node.target), self.expression(node.value)
        value = self.operate(node, node.op, (node.target, node.value), operands)
        self.bind(node.target, value)

    def visit_Return(self, node: ast.Return) -> None:
        value = self.expression(node.value) if node.value is not None else NONE
        if self.state is None:
            return
        self.frame.results.append(value)
        function = self.frame.function
        if node.value is not None and self.path is not None and function is self.path.forward:
            assert not isinstance(function, ast.Lambda)
            self.path.results.append(Result(node.value, value, self.frame.owner, function))
        self.frame.exits.append(self.state)
        self.state = None

    def visit_Raise(self, node: ast.Raise) -> None:
        self.state = None

    def visit_If(self, node: ast.If) -> None:
        test = self.expression(node.test)
        start = self.state
        if start is None:
            return
        outer_guards, outer_loops = self.guards, self.loops
        self.guards = (*outer_guards, node.test)
        if outer_loops and _runs_in_one_iteration(node.test, outer_loops[-1]):
            self.loops = outer_loops[:-1]
        self.state = start.copy()
        self.block(node.body)
        after, self.state, self.loops = self.state, start, outer_loops
        self.block(node.orelse)
        self.guards = outer_guards
        otherwise, self.state = self.state, merge(self.state, after)
        if after is not None and otherwise is not None:
            self.choose(zeros_of(test), after.names, otherwise.names)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        value = element(self.iterated(node.iter))
        self._loop(node, lambda: self.bind(node.target, value), node.body)
        self.block(node.orelse)

    visit_AsyncFor = visit_For

    def iterated(self, node: ast.expr) -> Value:
        """What a loop runs over; ``enumerate(x)`` and ``zip(x, y)`` pair up what their arguments hold."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not self.is_local(node.func.id):
            parts = [element(self.expression(argument)) for argument in node.args if not isinstance(argument, ast.Starred)]
            if node.func.id == "enumerate" and parts:
                return Value("tuple", items=(Value("tuple", items=(OTHER, parts[0])),))
            if node.func.id == "zip" and parts:
                return Value("tuple", items=(Value("tuple", items=tuple(parts)),))
            if node.func.id == "reversed" and parts:
                return Value("tuple", items=(parts[0],))
        return self.expression(node)

    def visit_While(self, node: ast.While) -> None:
        self._loop(node, lambda: self.expression(node.test), node.body)
        self.block(node.orelse)

    def _loop(self, node: ast.AST, start: Callable[[], object], body: list[ast.stmt]) -> None:
        if self.state is None:
            return
        before = self.state.copy()
        entry = before.copy()
        # In silence first, to learn which names the body leaves with another kind of value. What one turn changes may
        # reach a further name in the next one.
        for turn in range(_TURNS):
            exits: list[State] = []
            self.state = entry.copy()
            self.silent += 1
            self.loop_exits.append(exits)
            start()
            self.block(body)
            self.loop_exits.pop()
            self.silent -= 1
            again: State | None = self.state
            for state in exits:
                again = merge(again, state)
            known, entry = entry, merge(entry, again) or entry
            if all(value == entry.names[name] for name, value in known.names.items()):
                break
        else:
            entry.names = {name: value.shapeless for name, value in entry.names.items()}
        self.state = entry
        outer = self.loops
        self.loops = (*outer, node)
        exits = []
        self.loop_exits.append(exits)
        start()
        self.block(body)
        self.loop_exits.pop()
        self.loops = outer
        for state in exits:
            self.state = merge(self.state, state)
        self.state = merge(before, self.state)

    def visit_Break(self, node: ast.Break | ast.Continue) -> None:
        if self.loop_exits and self.state is not None:
            self.loop_exits[-1].append(self.state)
        self.state = None

    visit_Continue = visit_Break

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self.expression(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, UNKNOWN if value.kind != "tensor" else value)
        self.block(node.body)
        if not all(map(self._passes_on, node.items)):
            self._may_stop_in(node.body)

    visit_AsyncWith = visit_With

    def _passes_on(self, item: ast.withitem) -> bool:
        """Whether a context lets every exception out, as those of torch do."""
        call = item.context_expr
        name = dotted(call.func if isinstance(call, ast.Call) else call)
        if not name or self.is_local(name.partition(".")[0]):
            return False
        reference = self.frame.owner.resolve(name)
        return reference.kind == "external" and reference.name.startswith("torch.")

    def _may_stop_in(self, body: list[ast.stmt]) -> None:
        """Behind a block that an exception may leave anywhere, the names that it binds may have any of the values."""
        if self.state is not None:
            for node in (node for statement in body for node in walk(statement)):
                if isinstance(node, ast.Name) and node.id in self.state.names and not isinstance(node.ctx, ast.Load):
                    self.state.names[node.id] = self.state.names[node.id].shapeless

    def visit_Try(self, node: ast.Try) -> None:
        if self.state is None:
            return
        before = self.state.copy()
        self.block(node.body)
        middle = merge(before, self.state.copy() if self.state else None)
        self.block(node.orelse)
        end: State | None = self.state
        for handler in node.handlers:
            self.state = middle.copy() if middle else None
            self._may_stop_in(node.body)
            if handler.name and self.state:
                self.state.names[handler.name] = OTHER
            self.block(handler.body)
            end = merge(end, self.state)
        self.state = end
        if self.state is None and node.finalbody:
            return
        if node.finalbody:
            self._may_stop_in([*node.body, *node.orelse, *(part for handler in node.handlers for part in handler.body)])
        self.block(node.finalbody)

    visit_TryStar = visit_Try

    def visit_Match(self, node: ast.Match) -> None:
        self.expression(node.subject)
        start = self.state
        if start is None:
            return
        end: State | None = None
        exhaustive = False
        for case in node.cases:
            self.state = start.copy()
            for name in _captures(case.pattern):
                self.state.names[name] = UNKNOWN
            if case.guard is not None:
                self.expression(case.guard)
            elif isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None:
                exhaustive = True
            self.block(case.body)
            end = merge(end, self.state)
        self.state = end if exhaustive else merge(end, start)

    def visit_FunctionDef(self, node: Function) -> None:
        if self.state is not None:
            for decorator in node.decorator_list:
                self.expression(decorator)
            self.state.names[node.name] = Value("function", node=node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if self.state is not None:
            self.state.names[node.name] = UNKNOWN

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        if self.state is None:
            return
        module = self.frame.owner.module
        package = module.module if module.path.endswith("__init__.py") else module.module.rpartition(".")[0]
        for name, target in import_targets(node, package):
            if name != "*":
                reference = self.context.index.tree.resolve_import(module, target)
                self.state.names[name] = self.of_reference(reference)

    visit_ImportFrom = visit_Import

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name) and self.state is not None:
                self.state.names.pop(target.id, None)

    def visit_Assert(self, node: ast.Assert) -> None:
        self.expression(node.test)

    def bind(self, target: ast.expr, value: Value) -> None:
        if self.state is None:
            return
        if isinstance(target, ast.Name):
            self.state.names[target.id] = value if self.frame.has_alone(target.id) else value.shapeless
        elif isinstance(target, (ast.Tuple, ast.List)):
            if value.is_shape and not any(isinstance(part, ast.Starred) for part in target.elts):
                value = self.take_apart(value, len(target.elts))
            items = value.items if value.kind == "tuple" else None
            plain = items is not None and len(items) == len(target.elts)
            plain = plain and not any(isinstance(part, ast.Starred) for part in target.elts)
            for position, part in enumerate(target.elts):
                self.bind(part, items[position] if plain and items else element(value))
        elif isinstance(target, ast.Starred):
            self.bind(target.value, TENSORS if value.is_tensor else UNKNOWN)
        elif isinstance(target, ast.Attribute):
            owner = self.expression(target.value)
            if owner.kind == "module" and not owner.path and value.kind == "built":
                self.state.names[f"self.{target.attr}"] = value
        elif isinstance(target, ast.Subscript):
            self.expression(target.value)
            self.expression(target.slice)


def _runs_in_one_iteration(test: ast.expr, loop: ast.AST) -> bool:
    """``i == 0`` or ``i == last`` in a loop over ``i``: true in one iteration at most."""
    if not isinstance(loop, (ast.For, ast.AsyncFor)) or not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    targets = {node.id for node in walk(loop.target) if isinstance(node, ast.Name)}
    sides = (test.left, test.comparators[0])
    return isinstance(test.ops[0], ast.Eq) and any(isinstance(side, ast.Name) and side.id in targets for side in sides)


def _captures(pattern: ast.pattern) -> Iterator[str]:
    for node in walk(pattern):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if isinstance(node, (ast.MatchAs, ast.MatchStar, ast.MatchMapping)) and name:
            yield name


_HANDLERS: dict[type, Callable[..., Any]] = {
    getattr(ast, name.removeprefix("visit_")): getattr(Walker, name)
    for name in dir(Walker)
    if name.startswith("visit_") and hasattr(ast, name.removeprefix("visit_"))
}
