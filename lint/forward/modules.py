"""What calling a module gives, and what its arguments are thereby shown to be."""

from __future__ import annotations

import ast
from functools import reduce

from modulint.lint.assignments import Function, decorators, dotted, first_argument, is_static
from modulint.lint.classes import ClassFacts, Owner
from modulint.lint.forward.attributes import children_of
from modulint.lint.forward.expressions import Expressions
from modulint.lint.forward.flow import State
from modulint.lint.forward.formal import Formal, has_shape, only_shapes, with_shapes
from modulint.lint.forward.parameters import Use, match_arguments, parameter_at, uses
from modulint.lint.forward.results import module_takes_tensor, takes_tensor
from modulint.lint.operations import CONTAINERS, MOVEMENT
from modulint.lint.scopes import AnyFunction, bound_names
from modulint.lint.values import OTHER, OUTPUT, TENSOR, UNKNOWN, Value, annotated, call_result, join, outline

_MANY = frozenset({"atleast_1d", "atleast_2d", "atleast_3d", "broadcast_tensors"})  # take a list as well
# Decorators behind which a function still gives what its body returns, by the last parts of their names.
TRANSPARENT = frozenset(
    {"autocast", "cache", "compile", "disable", "export", "ignore", "inference_mode", "lru_cache", "no_grad", "once"}
    | {"register_notrace_function", "script", "script_if_tracing", "staticmethod", "unused", "wrap"}
)
_NESTING = 9  # modules within modules that are looked into


class Modules(Expressions):
    """Looks into the classes of modules, as far as the tree has them."""

    def module_result(self, module: Value, positional: tuple[Value, ...], keywords: dict[str, Value]) -> Value:
        """What a call of a module gives: what all that it may be give."""
        value = self._module_result(module, positional, keywords)
        if value.kind == "unknown" and any(given.is_tensor or given.is_output for given in positional):
            return OUTPUT
        return value

    def _module_result(self, module: Value, positional: tuple[Value, ...], keywords: dict[str, Value]) -> Value:
        if module.name == "torch.nn.Identity":
            return outline(positional[0]) if positional else UNKNOWN
        if module.name == "torch.nn.Sequential":
            return self._through(module, positional)
        if module.name:
            return call_result(module.name)
        if module.facts is not None:
            return self._class_result(module.facts, positional, keywords)
        result: Value | None = None
        for choice in module.choices:
            value = self.module_result(choice, positional, keywords)
            result = value if result is None else join(result, value)
        return UNKNOWN if result is None else result

    def _through(self, container: Value, positional: tuple[Value, ...]) -> Value:
        """What comes out of modules that are called one after the other."""
        value = positional[0] if positional else UNKNOWN
        if container.items is not None:
            for item in container.items:
                value = self.module_result(item, (value,), {})
            return outline(value)
        if container.each is None:
            return UNKNOWN
        once = self.module_result(container.each, (value,), {})
        return join(once, self.module_result(container.each, (once,), {}))

    def _class_result(self, facts: ClassFacts, positional: tuple[Value, ...], keywords: dict[str, Value]) -> Value:
        if not facts.knows_entries:
            return UNKNOWN
        if not facts.entries:
            return self._through(children_of(facts), positional) if facts.container_base in CONTAINERS else UNKNOWN
        values = [self._method_result(facts, *entry, positional, keywords) for entry in facts.entries]
        return reduce(join, values)

    def _method_result(
        self, facts: ClassFacts, owner: ClassFacts, function: Function, positional: tuple[Value, ...], keywords: dict[str, Value]
    ) -> Value:
        """What a method of a module gives that runs when the module is called."""
        arguments = match_arguments(function, (UNKNOWN, *positional), keywords)
        arguments.pop(first_argument(function), None)
        outlined = {name: outline(value) for name, value in arguments.items()}
        key = facts.reference, function.name, tuple(sorted(outlined.items(), key=lambda entry: entry[0]))
        known = self.memory.results.get(key)
        self.behind(facts)
        if known is not None:
            return known
        value = annotated(function.returns)
        if value.kind == "unknown":
            cuts = self.memory.cuts
            walker = self._walker_of(facts)
            if walker is None:
                return UNKNOWN
            value = outline(walker.enter(owner, function, outlined))
            self.memory.active.pop()
            if self.memory.cuts != cuts and self.memory.active:
                return value
        self.memory.results[key] = value
        return value

    def called(self, node: ast.Call, module: Value, positional: tuple[Value, ...], keywords: dict[str, Value]) -> Value:
        """What a call of a module gives, with its shape."""
        value = self.module_result(module, positional, keywords)
        if module.facts is None:
            return self.through_module(module, positional, value)
        if not self.follow or not self.is_kept(module) or not _runs_one_method(module.facts):
            return value
        ((owner, function),) = module.facts.entries
        given = match_arguments(function, (UNKNOWN, *positional), keywords)
        return self.followed(node, module.facts, owner, function, given, value)

    def followed(
        self, node: ast.Call, target: Owner, owner: Owner, function: Function, given: dict[str, Value], value: Value
    ) -> Value:
        """The ``value`` of a call with the shape that it has by a walk of its own: of a method of ``target``, or of that function."""
        if not any(map(has_shape, given.values())) or not decorators(function) <= TRANSPARENT or is_spread(node):
            return value
        formal = Formal()
        self_name = first_argument(function) if isinstance(target, ClassFacts) and not is_static(function) else ""
        arguments = {name: formal.value(each) for name, each in sorted(given.items()) if name != self_name}
        key = (target.reference, owner.reference, function.name, tuple(arguments.items()))
        found = self.memory.shapes.get(key)
        if found is None:
            cuts = self.memory.cuts
            walker = self._walker_of(target if isinstance(target, ClassFacts) else self.context, follow=True)
            if walker is None:
                return value
            walker.state = State({}, {})
            found = only_shapes(walker.call_function(owner, function, arguments | walker.instance(self_name), {}))
            self.memory.active.pop()
            if self.memory.cuts == cuts or not self.memory.active:
                self.memory.shapes[key] = found
        return with_shapes(value, found, formal.sizes, self.number)

    def instance(self, name: str) -> dict[str, Value]:
        """The instance as the argument ``name`` of a method, nothing for a function that takes none."""
        return {name: self.self_value} if name else {}

    def _walker_of(self, facts: ClassFacts, follow: bool = False) -> Modules | None:
        """A walk of another class that notes nothing, to be taken off ``active`` behind it. None where it leads too deep."""
        active = self.memory.active
        if facts.reference in active or len(active) >= _NESTING:
            self.memory.cuts += 1
            return None
        active.append(facts.reference)
        return type(self)(facts, None, follow)

    # --- what takes only tensors -----------------------------------------------------------------------------------

    def note_tensors(self, callee: Value, nodes: list[ast.expr]) -> None:
        """A name that is handed over where only a tensor can be is one, from then on."""
        for position, node in enumerate(nodes):
            if isinstance(node, ast.Starred):
                return
            if isinstance(node, ast.Name) and self.state is not None:
                if self.state.names.get(node.id, OTHER).kind == "unknown" and self.takes_tensor(callee, position):
                    self.name_tensor(node)

    def name_tensor(self, node: ast.expr) -> None:
        """A name that stands for something unknown stands for a tensor, from here on."""
        if isinstance(node, ast.Name) and self.state is not None and self.state.names.get(node.id, OTHER).kind == "unknown":
            self.state.names[node.id] = TENSOR

    def takes_tensor(self, callee: Value, position: int | str) -> bool:
        """Whether a callable takes nothing but a tensor as this argument, given by position or by name."""
        if callee.kind == "operation" and callee.operation is not None:
            return isinstance(position, int) and takes_tensor(callee.operation, position)
        if callee.kind == "function" and isinstance(callee.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            owner = callee.plain or callee.facts
            return owner is not None and self._parameter_is_tensor(owner, callee.node, position)
        if callee.kind == "namespace":
            return position == 0 and callee.name in MOVEMENT and callee.name.rpartition(".")[2] not in _MANY
        if callee.kind != "module":
            return False
        if callee.name == "torch.nn.Sequential":
            first = callee.items[0] if callee.items else callee.each
            return first is not None and self.takes_tensor(first, position)
        choices = [choice for choice in callee.alternatives if choice.name != "torch.nn.Identity"]
        return bool(choices) and all(self._choice_takes_tensor(choice, position) for choice in choices)

    def _choice_takes_tensor(self, module: Value, position: int | str) -> bool:
        if module.facts is None:
            return position == 0 and module_takes_tensor(module.name)
        if not module.facts.entries or not module.facts.knows_entries:
            return False
        return all(self._method_takes_tensor(module.facts, *entry, position) for entry in module.facts.entries)

    def _method_takes_tensor(
        self, facts: ClassFacts, owner: ClassFacts, function: Function, position: int | str
    ) -> bool:
        key = facts.reference, function.name
        if key not in self.memory.tensors:
            cuts = self.memory.cuts
            walker = self._walker_of(facts)
            if walker is None:
                return False
            shown = walker.tensors_of(owner, function)
            self.memory.active.pop()
            if self.memory.cuts != cuts and self.memory.active:
                return parameter_at(function, position, 1) in shown
            self.memory.tensors[key] = shown
        return parameter_at(function, position, 1) in self.memory.tensors[key]

    def tensors_of(self, owner: Owner, function: AnyFunction) -> frozenset[str]:
        """The parameters of a function that are annotated as tensors, or that its body shows to be."""
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        annotations = {argument.arg: annotated(argument.annotation).kind for argument in arguments}
        shown = {name for name in self.shown_tensors(owner, function) if annotations.get(name) == "unknown"}
        return frozenset(shown | {name for name, kind in annotations.items() if kind == "tensor"})

    def shown_tensors(self, owner: Owner, function: AnyFunction) -> frozenset[str]:
        known = self.shown.get(function)
        if known is None:
            self.shown[function] = frozenset()  # a function that calls itself shows nothing more
            found: set[str] = set()
            for use in uses(function):
                if use.name not in found and use.name not in owner.module.bindings and self._shows(owner, function, use):
                    found.add(use.name)
            known = self.shown[function] = frozenset(found)
        return known

    def _shows(self, owner: Owner, function: AnyFunction, use: Use) -> bool:
        """Whether a use of a parameter is one that only a tensor can have."""
        if use.call is None:
            return True
        target = dotted(use.call.func)
        head, _, rest = target.partition(".")
        if not target:
            return False
        if head not in bound_names(function):
            return self.takes_tensor(self.of_reference(owner.resolve(target)), use.position)
        if not rest or "." in rest or not isinstance(owner, ClassFacts) or isinstance(function, ast.Lambda):
            return False
        if head != first_argument(function) or is_static(function):
            return False
        callee = self.own_attribute(rest)
        if callee.kind == "function" and isinstance(callee.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if decorators(callee.node) & {"property", "cached_property", "staticmethod", "classmethod"}:
                return False
        return self.takes_tensor(callee, use.position)

    def _parameter_is_tensor(self, owner: Owner, function: Function, position: int | str) -> bool:
        shift = 1 if isinstance(owner, ClassFacts) and not is_static(function) else 0
        return parameter_at(function, position, shift) in self.tensors_of(owner, function)


def _runs_one_method(facts: ClassFacts) -> bool:
    """Whether a call of an instance of exactly this class runs one method for certain."""
    return len(facts.entries) == 1 and facts.knows_entries and not facts.is_stored("forward")


def is_spread(node: ast.Call) -> bool:
    """Whether a call has arguments of which it is not shown which parameters they meet."""
    return any(isinstance(part, ast.Starred) for part in node.args) or any(keyword.arg is None for keyword in node.keywords)
