"""The forward path of a module class, walked once in the order in which it runs.

The walk follows ``forward`` into methods, properties, nested functions and ``super()``, keeps the two sides of a branch
apart, and notes every call that a rule may care about, with what may already have run before it. No code is run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from modulint.lint.assignments import Assignment, Function, decorators, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.assignments import dotted
from modulint.lint.names import import_targets
from modulint.lint.operations import (
    DISTINCTIVE_METHODS,
    MODULE_ATTRIBUTES,
    MODULES,
    MOVEMENT,
    OPERATIONS,
    PAIR_WITH_DIMENSION,
    RESULT_NOT_TENSOR,
    TENSOR_ATTRIBUTES,
    Operation,
)
from modulint.lint.scopes import AnyFunction, bound_names
from modulint.lint.tree import Reference
from modulint.lint.values import (
    OTHER,
    OWN_TENSOR,
    TENSOR,
    TENSORS,
    UNKNOWN,
    Value,
    annotated,
    call_result,
    element,
    join,
    of_reference,
)

_WALKS = 2  # how often one method is walked for one class: twice is enough to see what runs twice
_DEPTH = 24  # calls within calls that are followed

_NOT_TENSOR_ATTRIBUTES = frozenset(
    {"shape", "device", "dtype", "ndim", "is_cuda", "requires_grad", "layout", "names", "grad_fn", "is_leaf", "itemsize"}
)
_TENSOR_EVIDENCE = _NOT_TENSOR_ATTRIBUTES - {"names", "itemsize", "layout"} | {"size", "dim", "view", "permute", "unsqueeze"}
_CERTAIN_MOVEMENT = frozenset({"view", "permute", "contiguous", "unsqueeze", "expand", "expand_as", "view_as"})
_BUILTIN_OTHER = frozenset({"len", "int", "float", "bool", "str", "range", "isinstance", "hasattr", "id", "type", "repr"})
_PARAMETER = frozenset({"torch.nn.Parameter", "torch.nn.Buffer", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer"})
_RUNNERS = ("checkpoint", "_gradient_checkpointing_func")


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


@dataclass(slots=True)
class _State:
    names: dict[str, Value]
    ran: dict[str, frozenset[Run]]

    def copy(self) -> _State:
        return _State(dict(self.names), dict(self.ran))


@dataclass(slots=True)
class _Frame:
    function: AnyFunction
    owner: ClassFacts
    self_name: str
    exits: list[_State] = field(default_factory=list)
    results: list[Value] = field(default_factory=list)


def _merge(first: _State | None, second: _State | None) -> _State | None:
    if first is None or second is None:
        return first or second
    names = dict(first.names)
    for name, value in second.names.items():
        names[name] = join(names[name], value) if name in names else UNKNOWN
    for name in first.names.keys() - second.names.keys():
        names[name] = UNKNOWN
    ran = dict(first.ran)
    for path, runs in second.ran.items():
        ran[path] = ran.get(path, frozenset()) | runs
    return _State(names, ran)


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
            _Walker(self).enter(*found)

    @property
    def sites(self) -> list[Site]:
        return list(self._sites.values())

    def site(self, call: ast.Call, new: Callable[[], Site]) -> Site:
        """The site of a call, made by ``new`` when it is seen first."""
        if call not in self._sites:
            self._sites[call] = new()
        return self._sites[call]


class _Walker:
    def __init__(self, result: ForwardPath) -> None:
        self.result = result
        self.context = result.facts
        self.state: _State | None = None
        self.frame: _Frame
        self.loops: tuple[ast.AST, ...] = ()
        self.stack: tuple[ast.Call, ...] = ()
        self.guards: tuple[ast.expr, ...] = ()
        self.silent = 0
        self.walks: dict[AnyFunction, int] = {}
        self.memory: dict[AnyFunction, Value] = {}
        self.active: list[AnyFunction] = []
        self.loop_exits: list[list[_State]] = []
        self.attributes: dict[str, Value] = {}

    # --- functions -------------------------------------------------------------------------------------------------

    def enter(self, owner: ClassFacts, function: Function) -> None:
        self.state = _State({}, {})
        arguments = {first_argument(function): self.self_value}
        self.call_function(owner, function, arguments, {})

    @property
    def self_value(self) -> Value:
        return Value("module", path="", facts=self.context)

    def call_function(
        self, owner: ClassFacts, function: AnyFunction, arguments: dict[str, Value], closure: dict[str, Value]
    ) -> Value:
        """Walk a function's body with its parameters bound. Returns what it returns."""
        if self.state is None or function in self.active or len(self.active) >= _DEPTH:
            return UNKNOWN
        if not self.silent:
            if self.walks.get(function, 0) >= _WALKS:
                return self.memory.get(function, UNKNOWN)
            self.walks[function] = self.walks.get(function, 0) + 1
            self.result.reached.setdefault(function, owner)
        outer_names, outer_frame = self.state.names, getattr(self, "frame", None)
        outer_loop_exits, self.loop_exits = self.loop_exits, []
        self_name = next((name for name, value in arguments.items() if value.kind == "module" and not value.path), "")
        self.frame = _Frame(function, owner, self_name)
        self.active.append(function)
        self.state = _State({**closure, **self._parameters(function, arguments)}, self.state.ran)
        if isinstance(function, ast.Lambda):
            self.frame.results.append(self.expression(function.body))
        else:
            self.block(function.body)
        end: _State | None = self.state
        for state in self.frame.exits:
            end = _merge(end, state)
        results = self.frame.results
        self.active.pop()
        self.loop_exits = outer_loop_exits
        # An exit that is never reached (every path raises) leaves the caller unreachable.
        self.state = _State(outer_names, end.ran) if end is not None else None
        if outer_frame is not None:
            self.frame = outer_frame
        value = results[0] if results else OTHER
        for other in results[1:]:
            value = join(value, other)
        self.memory[function] = value
        return value

    def _parameters(self, function: AnyFunction, given: dict[str, Value]) -> dict[str, Value]:
        arguments = function.args
        evidence = _tensor_evidence(function)
        bound: dict[str, Value] = {}
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = dict(zip([a.arg for a in positional][len(positional) - len(arguments.defaults) :], arguments.defaults))
        defaults |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults) if d is not None}
        for argument in [*positional, *arguments.kwonlyargs]:
            name = argument.arg
            value = given.get(name, UNKNOWN)
            if value.kind == "unknown":
                value = annotated(argument.annotation)
            if value.kind == "unknown" and argument.annotation is None:
                default = defaults.get(name)
                if isinstance(default, ast.Constant) and default.value is not None:
                    value = OTHER
                elif name in evidence and name not in self.context.module.bindings:
                    value = TENSOR
            bound[name] = value
        for star in (arguments.vararg, arguments.kwarg):
            if star is not None:
                bound[star.arg] = UNKNOWN
        return bound

    # --- statements ------------------------------------------------------------------------------------------------

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            if self.state is None:
                return
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        handler = _STATEMENTS.get(type(node))
        if handler is not None:
            handler(self, node)

    def _expr(self, node: ast.Expr) -> None:
        self.expression(node.value)

    def _assign(self, node: ast.Assign) -> None:
        value = self.expression(node.value)
        for target in node.targets:
            self.bind(target, value)

    def _ann_assign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            value = self.expression(node.value)
            self.bind(node.target, annotated(node.annotation) if value.kind == "unknown" else value)

    def _aug_assign(self, node: ast.AugAssign) -> None:
        left = self.expression(node.target)
        value = _arithmetic(left, self.expression(node.value))
        self.bind(node.target, value)

    def _return(self, node: ast.Return) -> None:
        value = self.expression(node.value) if node.value is not None else OTHER
        if self.state is None:
            return
        self.frame.results.append(value)
        function = self.frame.function
        if node.value is not None and function is self.result.forward and not self.silent:
            assert not isinstance(function, ast.Lambda)
            self.result.results.append(Result(node.value, value, self.frame.owner, function))
        self.frame.exits.append(self.state)
        self.state = None

    def _raise(self, node: ast.Raise) -> None:
        self.state = None

    def _if(self, node: ast.If) -> None:
        self.expression(node.test)
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
        self.state = _merge(self.state, after)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        value = element(self._iterated(node.iter))
        self._loop(node, lambda: self.bind(node.target, value), node.body)
        self.block(node.orelse)

    def _iterated(self, node: ast.expr) -> Value:
        """What a loop runs over; ``enumerate(x)`` and ``zip(x, y)`` pair up what their arguments hold."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not self._is_local(node.func.id):
            parts = [element(self.expression(argument)) for argument in node.args if not isinstance(argument, ast.Starred)]
            if node.func.id == "enumerate" and parts:
                return Value("tuple", items=(Value("tuple", items=(OTHER, parts[0])),))
            if node.func.id == "zip" and parts:
                return Value("tuple", items=(Value("tuple", items=tuple(parts)),))
            if node.func.id == "reversed" and parts:
                return Value("tuple", items=(parts[0],))
        return self.expression(node)

    def _while(self, node: ast.While) -> None:
        self._loop(node, lambda: self.expression(node.test), node.body)
        self.block(node.orelse)

    def _loop(self, node: ast.AST, start: Callable[[], object], body: list[ast.stmt]) -> None:
        if self.state is None:
            return
        before = self.state.copy()
        # Once in silence, to learn which names the body leaves with another kind of value.
        exits: list[_State] = []
        self.silent += 1
        self.loop_exits.append(exits)
        start()
        self.block(body)
        self.loop_exits.pop()
        self.silent -= 1
        again: _State | None = self.state
        for state in exits:
            again = _merge(again, state)
        self.state = _merge(before.copy(), again)
        outer = self.loops
        self.loops = (*outer, node)
        exits = []
        self.loop_exits.append(exits)
        start()
        self.block(body)
        self.loop_exits.pop()
        self.loops = outer
        for state in exits:
            self.state = _merge(self.state, state)
        self.state = _merge(before, self.state)

    def _leave_loop(self, node: ast.Break | ast.Continue) -> None:
        if self.loop_exits and self.state is not None:
            self.loop_exits[-1].append(self.state)
        self.state = None

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self.expression(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, UNKNOWN if value.kind != "tensor" else value)
        self.block(node.body)

    def _try(self, node: ast.Try) -> None:
        if self.state is None:
            return
        before = self.state.copy()
        self.block(node.body)
        middle = _merge(before, self.state.copy() if self.state else None)
        self.block(node.orelse)
        end: _State | None = self.state
        for handler in node.handlers:
            self.state = middle.copy() if middle else None
            if handler.name and self.state:
                self.state.names[handler.name] = OTHER
            self.block(handler.body)
            end = _merge(end, self.state)
        self.state = end
        if self.state is None and node.finalbody:
            return
        self.block(node.finalbody)

    def _match(self, node: ast.Match) -> None:
        self.expression(node.subject)
        start = self.state
        if start is None:
            return
        end: _State | None = None
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
            end = _merge(end, self.state)
        self.state = end if exhaustive else _merge(end, start)

    def _define(self, node: Function) -> None:
        if self.state is not None:
            for decorator in node.decorator_list:
                self.expression(decorator)
            self.state.names[node.name] = Value("function", node=node)

    def _define_class(self, node: ast.ClassDef) -> None:
        if self.state is not None:
            self.state.names[node.name] = UNKNOWN

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if self.state is None:
            return
        module = self.frame.owner.module
        package = module.module if module.path.endswith("__init__.py") else module.module.rpartition(".")[0]
        for name, target in import_targets(node, package):
            if name != "*":
                reference = self.context.index.tree.resolve_import(module, target)
                self.state.names[name] = self.of_reference(reference)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name) and self.state is not None:
                self.state.names.pop(target.id, None)

    def _assert(self, node: ast.Assert) -> None:
        self.expression(node.test)

    def bind(self, target: ast.expr, value: Value) -> None:
        if self.state is None:
            return
        if isinstance(target, ast.Name):
            self.state.names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
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

    # --- expressions -----------------------------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> Value:
        handler = _EXPRESSIONS.get(type(node))
        if handler is None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.expression(child)
            return UNKNOWN
        return handler(self, node)

    def _constant(self, node: ast.expr) -> Value:
        return OTHER

    def _name(self, node: ast.Name) -> Value:
        if self.state is not None and node.id in self.state.names:
            return self.state.names[node.id]
        return self.of_global(node.id)

    def _is_local(self, name: str) -> bool:
        return self.state is not None and name in self.state.names

    def of_global(self, name: str) -> Value:
        return self.of_reference(self.frame.owner.resolve(name))

    def of_reference(self, reference: Reference) -> Value:
        if reference.kind == "external":
            operation = OPERATIONS.get(reference.name)
            return Value("operation", operation=operation) if operation else of_reference(reference)
        if reference.kind == "class":
            return Value("class", facts=self.context.index.get(reference))
        if reference.kind in ("function", "module"):
            return Value("namespace", name=f"{reference.path}:{reference.name}")
        return UNKNOWN

    def _attribute(self, node: ast.Attribute) -> Value:
        name = dotted(node)
        if name and not self._is_local(name.partition(".")[0]):
            return self.of_global(name)
        return self.attribute_of(self.expression(node.value), node.attr)

    def attribute_of(self, owner: Value, name: str) -> Value:
        if owner.kind == "module":
            if not owner.path and owner.facts is not None:
                return self.of_self(name)
            if name in ("weight", "bias", "running_mean", "running_var"):
                return OWN_TENSOR
            if name in MODULE_ATTRIBUTES:
                return UNKNOWN
            if owner.facts is not None:
                inner = attribute_value(owner.facts, name)
                return replace(inner, path=f"{owner.path}.{name}") if inner.kind == "module" else UNKNOWN
            return UNKNOWN
        if owner.is_tensor:
            if name in _NOT_TENSOR_ATTRIBUTES:
                return OTHER
            if name in TENSOR_ATTRIBUTES:
                return owner
        if owner.kind == "namespace" and owner.name and ":" not in owner.name:
            return self.of_reference(Reference("external", f"{owner.name}.{name}"))
        if name == "shape":
            return OTHER
        return UNKNOWN

    def of_self(self, name: str) -> Value:
        """What ``self.name`` is."""
        if self.state is not None and f"self.{name}" in self.state.names:
            return self.state.names[f"self.{name}"]
        if name not in self.attributes:
            self.attributes[name] = attribute_value(self.context, name)
        value = self.attributes[name]
        if value.kind == "function" and isinstance(value.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if decorators(value.node) & {"property", "cached_property"} and value.facts is not None:
                return self.call_function(value.facts, value.node, {first_argument(value.node): self.self_value}, {})
        return value

    def _subscript(self, node: ast.Subscript) -> Value:
        owner = self.expression(node.value)
        self.expression(node.slice)
        if owner.kind == "module" and owner.path:
            index = node.slice
            if isinstance(index, ast.Constant):
                return Value("module", path=f"{owner.path}[{index.value!r}]", shown=owner.shown)
            return Value("module", path=f"{owner.path}[*]", shown=False)
        if owner.kind == "tuple":
            index = node.slice
            if isinstance(index, ast.Slice):
                return TENSORS if owner.items is None else UNKNOWN
            if owner.items is not None and isinstance(index, ast.Constant) and isinstance(index.value, int):
                if -len(owner.items) <= index.value < len(owner.items):
                    return owner.items[index.value]
            return element(owner)
        return element(owner)

    def _slice(self, node: ast.Slice) -> Value:
        for part in (node.lower, node.upper, node.step):
            if part is not None:
                self.expression(part)
        return OTHER

    def _binary(self, node: ast.BinOp) -> Value:
        return _arithmetic(self.expression(node.left), self.expression(node.right))

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = self.expression(node.operand)
        return OTHER if isinstance(node.op, ast.Not) else value

    def _compare(self, node: ast.Compare) -> Value:
        values = [self.expression(part) for part in (node.left, *node.comparators)]
        if any(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in node.ops):
            return OTHER
        if any(value.is_tensor for value in values):
            return TENSOR
        return OTHER if all(value.kind == "other" for value in values) else UNKNOWN

    def _boolean(self, node: ast.BoolOp) -> Value:
        value = self.expression(node.values[0])
        for part in node.values[1:]:
            start = self.state.copy() if self.state else None
            value = join(value, self.expression(part))
            self.state = _merge(self.state, start)
        return value

    def _conditional(self, node: ast.IfExp) -> Value:
        self.expression(node.test)
        start = self.state.copy() if self.state else None
        outer_guards, self.guards = self.guards, (*self.guards, node.test)
        first = self.expression(node.body)
        after, self.state = self.state, start
        second = self.expression(node.orelse)
        self.guards = outer_guards
        self.state = _merge(self.state, after)
        if first.kind == second.kind == "module" and first.path == second.path:
            return first
        return join(first, second)

    def _sequence(self, node: ast.Tuple | ast.List) -> Value:
        items = [self.expression(part) for part in node.elts]
        if any(isinstance(part, ast.Starred) for part in node.elts):
            return TENSORS if all(item.is_tensor for item in items) else UNKNOWN
        return Value("tuple", items=tuple(items), name="list" if isinstance(node, ast.List) else "")

    def _starred(self, node: ast.Starred) -> Value:
        return element(self.expression(node.value))

    def _dict(self, node: ast.Dict) -> Value:
        for part in (*node.keys, *node.values):
            if part is not None:
                self.expression(part)
        return Value("dict", node=node)

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.expression(node.value)
        self.bind(node.target, value)
        return value

    def _lambda(self, node: ast.Lambda) -> Value:
        return Value("function", node=node)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        if self.state is None:
            return UNKNOWN
        outer_names, outer_loops = dict(self.state.names), self.loops
        for generator in node.generators:
            value = element(self._iterated(generator.iter))
            self.loops = (*self.loops, node)
            self.bind(generator.target, value)
            for test in generator.ifs:
                self.expression(test)
        if isinstance(node, ast.DictComp):
            self.expression(node.key)
            value = self.expression(node.value)
        else:
            value = self.expression(node.elt)
        self.loops = outer_loops
        if self.state is not None:
            walrus = {part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr)}
            self.state.names = outer_names | {name: UNKNOWN for name in walrus}
        if isinstance(node, ast.DictComp):
            return Value("dict", node=node)
        made = "list" if isinstance(node, ast.ListComp) else ""
        return replace(TENSORS if value.is_tensor else UNKNOWN, name=made)

    def _joined(self, node: ast.JoinedStr) -> Value:
        return OTHER  # positions inside are not reliable before Python 3.12, and a message computes nothing

    def _passed(self, node: ast.expr) -> Value:
        value = self.expression(node.value) if isinstance(node, (ast.Await, ast.YieldFrom)) else UNKNOWN
        if isinstance(node, ast.Yield) and node.value is not None:
            self.expression(node.value)
        return value

    # --- calls -----------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Value:
        function = node.func
        receiver: Value | None = None
        method = ""
        if isinstance(function, ast.Attribute):
            name = dotted(function)
            if name and not self._is_local(name.partition(".")[0]):
                callee = self.of_global(name)
            elif (target := self._super_method(function)) is not None:
                arguments = self._arguments(node)
                return self._call_method(*target, node, *arguments)
            else:
                receiver = self.expression(function.value)
                method = function.attr
                called_by_name = receiver.kind == "module" and receiver.path and method in ("forward", "__call__")
                callee = receiver if called_by_name else self.attribute_of(receiver, method)
        elif isinstance(function, ast.Name) and not self._is_local(function.id):
            callee = self.of_global(function.id)
            if callee.kind == "unknown" and function.id in _BUILTIN_OTHER:
                self._arguments(node)
                return OTHER
            if callee.kind == "unknown" and function.id == "dict":
                self._arguments(node)
                return Value("dict", node=node)
            if callee.kind == "unknown" and function.id in ("tuple", "list", "reversed", "sorted") and len(node.args) == 1:
                value = self.expression(node.args[0])
                made = "" if function.id in ("tuple", "reversed") else "list"
                return replace(value if value.kind == "tuple" else TENSORS if value.is_tensor else UNKNOWN, name=made)
        else:
            callee = self.expression(function)
        positional, keywords = self._arguments(node)
        if self.state is None:
            return UNKNOWN
        if receiver is not None and receiver.kind != "module" and callee.kind in ("unknown", "tensor", "other"):
            return self._method_call(node, receiver, method, positional, keywords)
        return self._call_value(node, callee, method, receiver, positional, keywords)

    def _call_value(
        self,
        node: ast.Call,
        callee: Value,
        method: str,
        receiver: Value | None,
        positional: tuple[Value, ...],
        keywords: dict[str, Value],
    ) -> Value:
        values = (*positional, *keywords.values())
        if callee.kind == "operation" and callee.operation is not None:
            self._record(node, callee, positional, keywords)
            name = callee.operation.name
            if name in PAIR_WITH_DIMENSION and (len(positional) > 1 or "dim" in keywords):
                return TENSORS
            return _operation_result(name, values)
        if callee.kind == "module":
            if receiver is not None and not receiver.path and method in MODULE_ATTRIBUTES and method != "forward":
                return UNKNOWN
            return self._module_call(node, callee, positional, keywords)
        if callee.kind == "built":
            self._record(node, callee, positional, keywords)
            return call_result(callee.name)
        if callee.kind == "class":
            if callee.name or (callee.facts is not None and callee.facts.is_module):
                return Value("built", name=callee.name, facts=callee.facts, node=node)
            return UNKNOWN
        if callee.kind == "function" and callee.node is not None:
            function = callee.node
            assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            if callee.facts is not None and not isinstance(function, ast.Lambda):
                return self._call_method(callee.facts, function, node, positional, keywords)
            names = self.state.names if self.state else {}
            return self._enter(node, self.frame.owner, function, _match_arguments(function, positional, keywords), names)
        if callee.kind == "namespace":
            name = callee.name
            if name == "collections.OrderedDict":
                return Value("dict", node=node)
            if name in RESULT_NOT_TENSOR or name in MOVEMENT or name.startswith("torch."):
                if name.rpartition(".")[2] in _RUNNERS:
                    return self._run_passed(node, positional, keywords)
                self._walk_passed(node, values)
                return _torch_result(name, values)
        if dotted(node.func).rpartition(".")[2] in _RUNNERS:
            return self._run_passed(node, positional, keywords)
        self._walk_passed(node, values)
        return UNKNOWN

    def _method_call(
        self, node: ast.Call, receiver: Value, method: str, positional: tuple[Value, ...], keywords: dict[str, Value]
    ) -> Value:
        """A method of something that is no module: claimed as a tensor's where that is shown."""
        name = f"torch.Tensor.{method}"
        operation = OPERATIONS.get(name)
        tensor = receiver.is_tensor or (receiver.kind == "unknown" and _is_tensor_call(node, method))
        if operation is not None and operation.parameters and len(positional) >= len(operation.parameters):
            return UNKNOWN  # more arguments than the tensor's method takes: it is another object's
        if operation is not None and tensor:
            self._record(node, Value("operation", operation=operation), positional, keywords, receiver)
        if tensor and name in PAIR_WITH_DIMENSION and (positional or "dim" in keywords):
            return TENSORS
        if tensor or (receiver.kind == "unknown" and method in _CERTAIN_MOVEMENT):
            return _operation_result(name, (receiver if receiver.is_tensor else TENSOR, *positional))
        self._walk_passed(node, (*positional, *keywords.values()))
        if method in ("size", "dim", "numel", "item"):
            return OTHER
        return UNKNOWN

    def _module_call(
        self, node: ast.Call, callee: Value, positional: tuple[Value, ...], keywords: dict[str, Value]
    ) -> Value:
        self._record(node, callee, positional, keywords)
        if callee.name:
            return call_result(callee.name)
        if callee.facts is not None and (found := callee.facts.method("forward")) is not None:
            return annotated(found[1].returns)
        return UNKNOWN

    def _call_method(
        self,
        owner: ClassFacts,
        function: Function,
        node: ast.Call,
        positional: tuple[Value, ...],
        keywords: dict[str, Value],
    ) -> Value:
        bound = decorators(function)
        if "staticmethod" not in bound:
            first = UNKNOWN if "classmethod" in bound else self.self_value
            positional = (first, *positional)
        value = self._enter(node, owner, function, _match_arguments(function, positional, keywords), {})
        return annotated(function.returns) if value.kind == "unknown" else value

    def _enter(
        self,
        node: ast.Call,
        owner: ClassFacts,
        function: AnyFunction,
        arguments: dict[str, Value],
        closure: dict[str, Value],
    ) -> Value:
        outer_stack, outer_guards = self.stack, self.guards
        self.stack = (*outer_stack, node)
        value = self.call_function(owner, function, arguments, closure)
        self.stack, self.guards = outer_stack, outer_guards
        return value

    def _run_passed(self, node: ast.Call, positional: tuple[Value, ...], keywords: dict[str, Value]) -> Value:
        """``checkpoint(function, *arguments)``: the function runs, once, with these arguments."""
        if not positional:
            return UNKNOWN
        function, *rest = positional
        if function.kind in ("function", "module"):
            return self._call_value(node, function, "", None, tuple(rest), {})
        return UNKNOWN

    def _walk_passed(self, node: ast.Call, values: tuple[Value, ...]) -> None:
        """Functions handed to code out of sight: they may run any number of times."""
        for value in values:
            if value.kind == "function" and value.node is not None:
                outer, self.loops = self.loops, (*self.loops, value.node)
                self._call_value(node, value, "", None, (), {})
                self.loops = outer

    def _super_method(self, function: ast.Attribute) -> tuple[ClassFacts, Function] | None:
        call = function.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "super":
            return self.context.method_after(self.frame.owner, function.attr)
        return None

    def _arguments(self, node: ast.Call) -> tuple[tuple[Value, ...], dict[str, Value]]:
        positional = tuple(self.expression(argument) for argument in node.args)
        keywords = {}
        for keyword in node.keywords:
            value = self.expression(keyword.value)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
        return positional, keywords

    def _record(
        self,
        node: ast.Call,
        callee: Value,
        positional: tuple[Value, ...],
        keywords: dict[str, Value],
        receiver: Value | None = None,
    ) -> None:
        if self.silent or self.state is None:
            return
        frame = self.frame
        site = self.result.site(
            node,
            lambda: Site(
                node, callee, frame.owner, frame.function, positional, keywords, receiver, self.guards
            ),
        )
        # What is no module of `self` can only follow itself, where the code around it runs twice.
        key = callee.path if callee.kind == "module" else f"{node.lineno}:{node.col_offset}:{id(node)}"
        before = self.state.ran.get(key, frozenset())
        run = Run(site, self.loops, self.stack, before)
        site.runs.append(run)
        if "[*]" not in key:
            self.state.ran[key] = before | {run}


_STATEMENTS: dict[type, Callable[..., None]] = {
    ast.Expr: _Walker._expr,
    ast.Assign: _Walker._assign,
    ast.AnnAssign: _Walker._ann_assign,
    ast.AugAssign: _Walker._aug_assign,
    ast.Return: _Walker._return,
    ast.Raise: _Walker._raise,
    ast.If: _Walker._if,
    ast.For: _Walker._for,
    ast.AsyncFor: _Walker._for,
    ast.While: _Walker._while,
    ast.Break: _Walker._leave_loop,
    ast.Continue: _Walker._leave_loop,
    ast.With: _Walker._with,
    ast.AsyncWith: _Walker._with,
    ast.Try: _Walker._try,
    ast.Match: _Walker._match,
    ast.FunctionDef: _Walker._define,
    ast.AsyncFunctionDef: _Walker._define,
    ast.ClassDef: _Walker._define_class,
    ast.Import: _Walker._import,
    ast.ImportFrom: _Walker._import,
    ast.Delete: _Walker._delete,
    ast.Assert: _Walker._assert,
}
if hasattr(ast, "TryStar"):
    _STATEMENTS[ast.TryStar] = _Walker._try

_EXPRESSIONS: dict[type, Callable[..., Value]] = {
    ast.Constant: _Walker._constant,
    ast.Name: _Walker._name,
    ast.Attribute: _Walker._attribute,
    ast.Subscript: _Walker._subscript,
    ast.Slice: _Walker._slice,
    ast.BinOp: _Walker._binary,
    ast.UnaryOp: _Walker._unary,
    ast.Compare: _Walker._compare,
    ast.BoolOp: _Walker._boolean,
    ast.IfExp: _Walker._conditional,
    ast.Tuple: _Walker._sequence,
    ast.List: _Walker._sequence,
    ast.Starred: _Walker._starred,
    ast.Dict: _Walker._dict,
    ast.NamedExpr: _Walker._named,
    ast.Lambda: _Walker._lambda,
    ast.ListComp: _Walker._comprehension,
    ast.SetComp: _Walker._comprehension,
    ast.GeneratorExp: _Walker._comprehension,
    ast.DictComp: _Walker._comprehension,
    ast.JoinedStr: _Walker._joined,
    ast.Await: _Walker._passed,
    ast.Yield: _Walker._passed,
    ast.YieldFrom: _Walker._passed,
    ast.Call: _Walker._call,
}


def attribute_value(facts: ClassFacts, name: str) -> Value:
    """What ``self.name`` is for an instance of ``facts``, from the nearest class that says anything about it."""
    for owner in facts.mro:
        if name in owner.methods:
            return Value("function", node=owner.methods[name], facts=owner)
        assignments = owner.assignments.get(name)
        if assignments:
            value = _assigned_value(owner, assignments[0], name)
            for assignment in assignments[1:]:
                value = _either(value, _assigned_value(owner, assignment, name))
            return value
        for nested in owner.node.body:
            if isinstance(nested, ast.AnnAssign) and isinstance(nested.target, ast.Name) and nested.target.id == name:
                if (value := annotated(nested.annotation)).kind != "unknown":
                    return value
    return OTHER if name == "training" else UNKNOWN


def _either(first: Value, second: Value) -> Value:
    if first.kind == second.kind == "module":
        if (first.name, first.facts) == (second.name, second.facts):
            return first
        return Value("module", path=first.path, shown=first.shown and second.shown)
    if "module" in (first.kind, second.kind) and "other" in (first.kind, second.kind):
        return first if first.kind == "module" else second  # `self.act = None` on one branch
    return join(first, second)


def _assigned_value(owner: ClassFacts, assignment: Assignment, name: str) -> Value:
    if assignment.via in ("register_buffer", "register_parameter"):
        return OWN_TENSOR
    if assignment.value is None:
        return UNKNOWN
    return constructed_value(owner, assignment.method, assignment.value, name)


def constructed_value(owner: ClassFacts, method: Function | None, value: ast.expr, name: str) -> Value:
    """What an expression that stands outside the forward path, mostly in ``__init__``, gives attribute ``name``."""
    if isinstance(value, (ast.Constant, ast.JoinedStr, ast.Compare, ast.Dict, ast.Set)):
        return OTHER
    if isinstance(value, ast.Call):
        return _constructed_call(owner, method, value, name)
    if isinstance(value, ast.IfExp):
        return _either(
            constructed_value(owner, method, value.body, name), constructed_value(owner, method, value.orelse, name)
        )
    if isinstance(value, (ast.Tuple, ast.List, ast.ListComp)):
        return UNKNOWN
    if isinstance(value, (ast.BinOp, ast.UnaryOp, ast.BoolOp)):
        parts = [part for part in ast.iter_child_nodes(value) if isinstance(part, ast.expr)]
        kinds = {constructed_value(owner, method, part, name).kind for part in parts}
        return OTHER if kinds == {"other"} else UNKNOWN
    if isinstance(value, ast.Lambda):
        return Value("function", node=value)
    target = dotted(value)
    if not target:
        return UNKNOWN
    head, _, rest = target.partition(".")
    if method is not None and (parameter := _parameter(method, head)) is not None:
        if head == first_argument(method) and rest:
            return UNKNOWN
        return _parameter_value(method, parameter, name) if not rest else UNKNOWN
    if method is not None and head in bound_names(method):
        return UNKNOWN
    reference = owner.resolve(target)
    if reference.kind == "external" and reference.name in OPERATIONS:
        return Value("operation", operation=OPERATIONS[reference.name])
    if reference.kind == "function":
        return OTHER
    return UNKNOWN


def _constructed_call(owner: ClassFacts, method: Function | None, call: ast.Call, name: str) -> Value:
    function = dotted(call.func)
    maybe = Value("module", path=name, shown=False)
    if not function:
        return maybe
    if method is not None and function.partition(".")[0] in bound_names(method):
        return maybe
    reference = owner.resolve(function)
    if reference.kind == "class":
        facts = owner.index.get(reference)
        if facts is not None and facts.may_be_module:
            return Value("module", path=name, facts=facts)
        return UNKNOWN
    if reference.kind == "external":
        if reference.name in _PARAMETER:
            return OWN_TENSOR
        if reference.name in MODULES:
            return Value("module", path=name, name=reference.name)
        if reference.name.startswith(("torch.nn.utils.", "torch.nn.")):
            return maybe
        if reference.name.startswith("torch."):
            return TENSOR
        return maybe
    if reference.kind == "unknown" and function in _BUILTIN_OTHER | {"tuple", "list", "dict", "set", "max", "min", "sum"}:
        return OTHER
    return maybe


def _parameter(method: Function, name: str) -> ast.arg | None:
    arguments = method.args
    return next((a for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs] if a.arg == name), None)


def _parameter_value(method: Function, parameter: ast.arg, name: str) -> Value:
    value = annotated(parameter.annotation)
    if value.kind != "unknown":
        return value
    default = default_of(method, parameter.arg)
    if isinstance(default, ast.Constant) and default.value is not None:
        return OTHER
    return Value("module", path=name, shown=False) if parameter.annotation is not None or default is None else UNKNOWN


def default_of(function: AnyFunction, name: str) -> ast.expr | None:
    """The default of a parameter, None where it has none."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    tail = positional[len(positional) - len(arguments.defaults) :]
    for argument, default in zip(tail, arguments.defaults, strict=True):
        if argument.arg == name:
            return default
    for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if argument.arg == name:
            return keyword_default
    return None


def _is_tensor_call(node: ast.Call, method: str) -> bool:
    """Whether a method call is one that only tensors take: by its name, or by arguments that others do not know."""
    if method in DISTINCTIVE_METHODS or any(keyword.arg in ("dim", "keepdim") for keyword in node.keywords):
        return True
    first = node.args[0] if node.args else None
    return method == "flatten" and isinstance(first, ast.Constant) and isinstance(first.value, int)


def _match_arguments(
    function: AnyFunction, positional: tuple[Value, ...], keywords: dict[str, Value]
) -> dict[str, Value]:
    names = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
    return {**dict(zip(names, positional)), **keywords}


def _arithmetic(left: Value, right: Value) -> Value:
    if left.is_tensor or right.is_tensor:
        return replace(TENSOR, own=left.own or right.own)
    if left.kind == "other" and right.kind == "other":
        return OTHER
    return UNKNOWN


def _operation_result(name: str, values: tuple[Value, ...]) -> Value:
    kind = RESULT_NOT_TENSOR.get(name)
    if kind == "tensors":
        return TENSORS
    if kind in ("number", "shape", "bool"):
        return OTHER
    if kind == "other":
        return UNKNOWN
    return replace(TENSOR, own=any(value.own for value in values))


def _torch_result(name: str, values: tuple[Value, ...]) -> Value:
    if name in RESULT_NOT_TENSOR or name in MOVEMENT:
        return _operation_result(name, values)
    last = name.rpartition(".")[2]
    return TENSOR if name.count(".") == 1 and last.islower() and not last.startswith(("is_", "set_", "get_")) else UNKNOWN


def _runs_in_one_iteration(test: ast.expr, loop: ast.AST) -> bool:
    """``i == 0`` or ``i == last`` in a loop over ``i``: true in one iteration at most."""
    if not isinstance(loop, (ast.For, ast.AsyncFor)) or not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    targets = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    sides = (test.left, test.comparators[0])
    return isinstance(test.ops[0], ast.Eq) and any(isinstance(side, ast.Name) and side.id in targets for side in sides)


def _captures(pattern: ast.pattern) -> Iterator[str]:
    for node in ast.walk(pattern):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if isinstance(node, (ast.MatchAs, ast.MatchStar, ast.MatchMapping)) and name:
            yield name


def _tensor_evidence(function: AnyFunction) -> frozenset[str]:
    """Names in a function that it treats as only tensors can be treated: ``x.shape``, ``x.size(0)``, ``x.view(...)``."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in _TENSOR_EVIDENCE or node.attr in DISTINCTIVE_METHODS:
                found.add(node.value.id)
    return frozenset(found)
