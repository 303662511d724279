"""What is called, what it gives, and the functions that a call leads into."""

from __future__ import annotations

import ast
from dataclasses import replace

from modulint.lint.assignments import Function, decorators, dotted
from modulint.lint.classes import ClassFacts, FunctionFacts, Owner
from modulint.lint.forward.attributes import BUILTIN_OTHER
from modulint.lint.forward.modules import TRANSPARENT, Modules, is_spread
from modulint.lint.forward.parameters import match_arguments
from modulint.lint.forward.results import is_tensor_call, operation_result, torch_result
from modulint.lint.forward.steps import HelperCall, Site
from modulint.lint.operations import (
    MODULE_ATTRIBUTES,
    MOVEMENT,
    OPERATIONS,
    PAIR_WITH_DIMENSION,
    REARRANGING,
    RESULT_NOT_TENSOR,
)
from modulint.lint.scopes import AnyFunction
from modulint.lint.scripting import is_scripted
from modulint.lint.values import NONE, NUMBERS, OTHER, TENSOR, TENSORS, UNKNOWN, Value, annotated, element, join, sequence

_CERTAIN_MOVEMENT = frozenset({"view", "permute", "contiguous", "unsqueeze", "expand", "expand_as", "view_as"})
_ON_NUMBERS = frozenset({"abs", "max", "min", "pow", "round", "sum"})
_RUNNERS = ("checkpoint", "_gradient_checkpointing_func")
_CONTAINER_METHODS = frozenset(name for kind in (list, tuple, dict, set, str) for name in dir(kind))


class Calls(Modules):
    """Calls: recorded where a rule may care, followed where the tree defines the function."""

    def visit_Call(self, node: ast.Call) -> Value:
        function = node.func
        receiver: Value | None = None
        method = ""
        if isinstance(function, ast.Attribute):
            name = dotted(function)
            if name and not self.is_local(name.partition(".")[0]):
                callee = self.of_global(name)
            elif (target := self._super_method(function)) is not None:
                arguments = self._arguments(node)
                return self._call_method(*target, node, *arguments)
            else:
                receiver = self.expression(function.value)
                method = function.attr
                called_by_name = receiver.kind == "module" and receiver.path and method in ("forward", "__call__")
                callee = receiver if called_by_name else self.attribute_of(receiver, method)
        elif isinstance(function, ast.Name) and not self.is_local(function.id):
            callee = self.of_global(function.id)
            if callee.kind == "unknown" and function.id in BUILTIN_OTHER:
                self._arguments(node)
                return OTHER
            if callee.kind == "unknown" and function.id == "dict":
                self._arguments(node)
                return Value("dict", node=node)
            if callee.kind == "unknown" and function.id in ("tuple", "list", "reversed", "sorted") and len(node.args) == 1:
                value = self.expression(node.args[0])
                made = "" if function.id in ("tuple", "reversed") else "list"
                kept = value if value.kind in ("tuple", "other") else TENSORS if value.is_tensor else UNKNOWN
                return replace(kept if function.id == "tuple" else kept.shapeless, name=made)
        else:
            callee = self.expression(function)
        positional, keywords = self._arguments(node)
        if self.state is None:
            return UNKNOWN
        if callee.kind == "unknown" and self._is_of_numbers(function, positional, keywords):
            return replace(OTHER, shown=all(value.shown for value in positional))
        if dotted(function).rpartition(".")[2] in _RUNNERS and callee.kind in ("function", "namespace", "unknown"):
            return self._run_passed(node, positional, keywords)
        if receiver is not None and receiver.kind != "module" and callee.kind in ("unknown", "tensor", "other"):
            return self._method_call(node, receiver, method, positional, keywords)
        return self._call_value(node, callee, method, receiver, positional, keywords)

    def _is_of_numbers(self, function: ast.expr, positional: tuple[Value, ...], keywords: dict[str, Value]) -> bool:
        """Whether a function of Python that is given nothing but numbers, and so gives one, is called."""
        if not isinstance(function, ast.Name) or function.id not in _ON_NUMBERS or self.is_local(function.id):
            return False
        return bool(positional) and not keywords and all(value.kind == "other" for value in positional)

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
            name = callee.operation.name
            if not _is_plain_split(name, positional[1:2], keywords):
                self._record(node, callee, positional, keywords)
            self.note_tensors(callee, node.args)
            if name in PAIR_WITH_DIMENSION and (len(positional) > 1 or "dim" in keywords):
                return TENSORS
            return self._on_first(node, name, positional, operation_result(name, values))
        if callee.kind == "module":
            if receiver is not None and not receiver.path and method in MODULE_ATTRIBUTES and method != "forward":
                return UNKNOWN
            return self._module_call(node, callee, positional, keywords)
        if callee.kind == "built":
            self._record(node, callee, positional, keywords)
            return self.called(node, callee, positional, keywords)
        if callee.kind == "class":
            if callee.name or (callee.facts is not None and callee.facts.is_module):
                return Value("built", name=callee.name, facts=callee.facts, node=node)
            return UNKNOWN
        if callee.kind == "function" and callee.plain is not None:
            return self._call_plain(node, callee, callee.plain, positional, keywords)
        if callee.kind == "function" and callee.node is not None:
            function = callee.node
            assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            if callee.facts is not None and not isinstance(function, ast.Lambda):
                return self._call_method(callee.facts, function, node, positional, keywords)
            names = self.state.names if self.state else {}
            return self._enter(node, self.frame.owner, function, match_arguments(function, positional, keywords), names)
        if callee.kind == "namespace":
            name = callee.name
            if name == "math.ceil" and positional and positional[0].size is not None:
                return replace(UNKNOWN, size=positional[0].size.ceiling)
            if name == "math.prod" and len(node.args) == 1 and not node.keywords:
                return replace(UNKNOWN, size=self.product_of(node.args[0]))
            if name == "collections.OrderedDict":
                return Value("dict", node=node)
            if name in RESULT_NOT_TENSOR or name in MOVEMENT or name.startswith("torch."):
                self._walk_passed(node, values)
                return self._on_first(node, name, positional, torch_result(name, values))
        self._walk_passed(node, values)
        return UNKNOWN

    def _on_first(self, node: ast.Call, name: str, positional: tuple[Value, ...], result: Value) -> Value:
        """What a function of torch gives, with the shape that follows from its first argument's."""
        if not positional:
            return result
        first, *others = zip(node.args, positional)
        return self.through_call(node, name, first, others, result)

    def _method_call(
        self, node: ast.Call, receiver: Value, method: str, positional: tuple[Value, ...], keywords: dict[str, Value]
    ) -> Value:
        """A method of something that is no module: claimed as a tensor's where that is shown."""
        name = f"torch.Tensor.{method}"
        operation = OPERATIONS.get(name) or REARRANGING.get(name)
        tensor = receiver.is_tensor or (receiver.kind == "unknown" and is_tensor_call(node, method))
        tensor = tensor or (receiver.is_output and name in OPERATIONS and method not in _CONTAINER_METHODS)
        if operation is not None and operation.parameters and len(positional) >= len(operation.parameters):
            return UNKNOWN  # more arguments than the tensor's method takes: it is another object's
        if tensor and receiver.kind == "unknown" and isinstance(node.func, ast.Attribute):
            self.name_tensor(node.func.value)
        if operation is not None and tensor and not _is_plain_split(name, positional[:1], keywords):
            self._record(node, Value("operation", operation=operation), positional, keywords, receiver)
        if tensor and name in PAIR_WITH_DIMENSION and (positional or "dim" in keywords):
            return TENSORS
        if receiver.kind == "tuple":
            return self._list_call(node, receiver, method, positional)
        if tensor and method == "size" and isinstance(node.func, ast.Attribute):
            shape = self.shape_of(node.func.value, receiver)
            return self.size_at(shape, node.args[0]) if node.args and shape.is_shape else shape
        if isinstance(node.func, ast.Attribute) and (tensor or (receiver.kind == "unknown" and method in _CERTAIN_MOVEMENT)):
            result = operation_result(name, (receiver if receiver.is_tensor else TENSOR, *positional))
            return self.through_call(node, method, (node.func.value, receiver), [*zip(node.args, positional)], result)
        self._walk_passed(node, (*positional, *keywords.values()))
        if method in ("size", "dim", "numel", "item"):
            return OTHER
        return UNKNOWN

    def _list_call(self, node: ast.Call, receiver: Value, method: str, positional: tuple[Value, ...]) -> Value:
        """A method of a list. One that is kept under a local name grows there."""
        held = [] if receiver.items == () else [element(receiver)]
        if method in ("append", "insert", "extend") and positional:
            added = element(positional[-1]) if method == "extend" else positional[-1]
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and self.state is not None:
                grown = added if not held else join(held[0], added)
                self.state.names[node.func.value.id] = replace(sequence(grown), name=receiver.name)
            return NONE
        if method == "pop" and held:
            return held[0]
        if method == "copy":
            return receiver
        return OTHER if method in ("count", "index") else UNKNOWN

    def _module_call(
        self, node: ast.Call, callee: Value, positional: tuple[Value, ...], keywords: dict[str, Value]
    ) -> Value:
        self._record(node, callee, positional, keywords)
        if isinstance(node.func, (ast.Name, ast.Attribute, ast.Subscript)):
            self.note_tensors(callee, node.args)
        return self.called(node, callee, positional, keywords)

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
        arguments = match_arguments(function, positional, keywords)
        value = self._enter(node, owner, function, arguments, {})
        value = annotated(function.returns) if value.kind == "unknown" else value
        if not self.follow or self.context.may_be_replaced(function.name):
            return value.shapeless
        return self._behind_call(node, self.context, owner, function, arguments, value)

    def _behind_call(
        self, node: ast.Call, target: Owner, owner: Owner, function: Function, arguments: dict[str, Value], value: Value
    ) -> Value:
        """What a function gives, with its shape: a walk that notes nothing has followed it already."""
        if self.result is None:
            return value.shapeless if is_spread(node) else value
        return self.followed(node, target, owner, function, arguments, value)

    def _call_plain(
        self,
        node: ast.Call,
        callee: Value,
        plain: FunctionFacts,
        positional: tuple[Value, ...],
        keywords: dict[str, Value],
    ) -> Value:
        """Follow a plain function of the tree, through decorators that leave it what it is."""
        path = self.path
        known = path.helper_calls.get(node) if path is not None else None
        if known is not None:
            self._note_again(known.site, positional, keywords)
        elif path is not None:
            site = Site(node=node, **self.here, callee=callee, arguments=positional, keywords=keywords)
            known = path.helper_calls[node] = HelperCall(site, plain)
            self.note_run(site, node)
        arguments = _match_starred(node, plain.node, positional, keywords)
        if is_scripted(plain) and self.result is not None:  # no module can come in there: nothing is noted
            value = annotated(plain.node.returns)
            return self._behind_call(node, plain, plain, plain.node, arguments, value) if self.follow else value
        value = self._enter(node, plain, plain.node, arguments, {})
        if not decorators(plain.node) <= TRANSPARENT:
            value = UNKNOWN
        value = annotated(plain.node.returns) if value.kind == "unknown" else value
        if known is not None:
            known.result = value if known.result is None else join(known.result, value)
        return self._behind_call(node, plain, plain, plain.node, arguments, value) if self.follow else value

    def _note_again(self, site: Site, positional: tuple[Value, ...], keywords: dict[str, Value]) -> None:
        """Another run of a call of a plain function, perhaps with other arguments."""
        if len(positional) == len(site.arguments):
            site.arguments = tuple(map(join, site.arguments, positional))
        site.keywords = {name: join(value, keywords.get(name, UNKNOWN)) for name, value in site.keywords.items()}
        self.note_run(site, site.node)

    def _enter(
        self,
        node: ast.Call,
        owner: Owner,
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
            if value.kind == "function" and value.node is not None and value.plain is None:
                outer, self.loops = self.loops, (*self.loops, value.node)
                self._call_value(node, value, "", None, (), {})
                self.loops = outer

    def _super_method(self, function: ast.Attribute) -> tuple[ClassFacts, Function] | None:
        call = function.value
        owner = self.frame.owner
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "super":
            return self.context.method_after(owner, function.attr) if isinstance(owner, ClassFacts) else None
        return None

    def _arguments(self, node: ast.Call) -> tuple[tuple[Value, ...], dict[str, Value]]:
        positional = tuple(self._argument(argument) for argument in node.args)
        keywords = {}
        for keyword in node.keywords:
            value = self._argument(keyword.value)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
        return positional, keywords

    def _argument(self, node: ast.expr) -> Value:
        value = self.expression(node)
        return self._sized(node, value) if self.follow else value

    def _sized(self, node: ast.expr, value: Value) -> Value:
        """An argument with the sizes that it stands for, also those that a tuple holds."""
        if isinstance(node, ast.Tuple) and value.items is not None and len(value.items) == len(node.elts):
            return replace(value, items=tuple(map(self._sized, node.elts, value.items)))
        if value.kind in ("other", "unknown") and value.size is None and not value.is_shape:
            return value.of_size(self.size_of(node, value))
        return value

    def _record(
        self,
        node: ast.Call,
        callee: Value,
        positional: tuple[Value, ...],
        keywords: dict[str, Value],
        receiver: Value | None = None,
    ) -> None:
        path = self.path
        if path is None:
            return
        site = path.site_of(node)
        if site is None:
            site = Site(node=node, **self.here, callee=callee, arguments=positional, keywords=keywords, receiver=receiver)
            path.add(site)
        self.note_run(site, callee.path if callee.kind == "module" else node)


def _is_plain_split(name: str, sizes: tuple[Value, ...], keywords: dict[str, Value]) -> bool:
    """Whether it is ``split`` with one size for all parts, which counts as reshaping."""
    if name not in ("torch.split", "torch.Tensor.split"):
        return False
    size = sizes[0] if sizes else keywords.get("split_size_or_sections", keywords.get("split_size", UNKNOWN))
    return size.kind == "other" and size != NUMBERS


def _match_starred(
    node: ast.Call, function: AnyFunction, positional: tuple[Value, ...], keywords: dict[str, Value]
) -> dict[str, Value]:
    """``match_arguments`` for a call that may have a star among its arguments: what stands behind it is unknown."""
    star = next((i for i, argument in enumerate(node.args) if isinstance(argument, ast.Starred)), len(positional))
    return match_arguments(function, positional[:star], keywords)
