"""Where the objects of a class go in the files of a tree: whether code does more with such a container than call it, hand it
on to other containers, and give it children under names that are shown.

A call of the class is followed from the place where it stands: to the names and attributes that get the object, the
lists and containers that hold it, the functions that take it or give it back. Names are followed everywhere in their
function, attributes everywhere in their file and in those that import it. What is not known to leave the object as it is
counts as a reason against it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias
from weakref import WeakKeyDictionary

from modulint.lint.assignments import LENGTHENING, NAMING, Function, decorators, dotted, first_argument
from modulint.lint.classes import Classes
from modulint.lint.computed_names import is_open_name
from modulint.lint.names import ModuleFacts, last_part
from modulint.lint.operations import CONTAINERS
from modulint.lint.scopes import AnyFunction, bindings_of, bound_names, parameters, parents_in, rebound_names, walk
from modulint.lint.tree import UNKNOWN, Reference

PROTOCOL = frozenset(
    {"append", "clear", "extend", "insert", "items", "keys", "pop", "popitem", "setdefault", "update", "values"}
    | {"children", "named_children", "_modules", "__class__", "__dict__"}
    | {f"__{name}__" for name in ("add", "contains", "delitem", "getitem", "iadd", "iter", "len", "reversed", "setitem")}
)
"""What a container has to give what it holds away, or to hold more under a number that counts what it holds already."""

_SAME = frozenset(
    "apply bfloat16 cpu cuda double eval float half requires_grad_ share_memory to to_empty train type xpu".split()
)  # methods of modules that give the module itself
_HOLDERS = CONTAINERS | {"collections.OrderedDict"}
_PAIRS = frozenset({"items", "named_children"})
_EACH = frozenset({"keys", "modules", "named_modules", "named_parameters", "parameters"})
_LOOKS = frozenset({"id", "isinstance", "print", "repr", "str", "type"})
_COUNTS = frozenset({"any", "all", "bool", "len"})
# How much deeper what they give is than what they get.
_GIVES: Mapping[str, int] = {
    "dict": 0, "enumerate": 1, "iter": 0, "list": 0, "next": -1, "reversed": 0, "set": 0, "sorted": 0, "tuple": 0, "zip": 1
}
_CALLERS = frozenset({"torch.utils.checkpoint.checkpoint"})
_PLAIN_DECORATORS = frozenset({"cached_property", "classmethod", "property", "staticmethod"})
_DEEPEST = 6
_FILES = 12  # files whose nodes are kept in order

_Scope: TypeAlias = AnyFunction | ast.ClassDef | ast.Module


@dataclass(frozen=True, slots=True)
class Instances:
    """What a tree does with the objects of some classes.

    ``against`` says why one may be used as the container that it is: one line, "" where none is. ``names`` are the sources
    of the names under which they get children from outside, ``calls`` all calls that make one.
    """

    against: str
    names: tuple[str, ...] = ()
    calls: tuple[ast.Call, ...] = ()


class _Refused(Exception):
    """Something may use the object as a container."""


@dataclass(eq=False)
class _Syntax:
    """One file, with the way from a node to what is around it."""

    module: ModuleFacts
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(init=False)
    named: dict[str, list[ast.Name]] = field(default_factory=dict)
    attributes: dict[str, list[ast.Attribute]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parents = parents_in(self.tree)
        for node in self.parents:
            if isinstance(node, ast.Name):
                self.named.setdefault(node.id, []).append(node)
            elif isinstance(node, ast.Attribute):
                self.attributes.setdefault(node.attr, []).append(node)

    @cached_property
    def asked(self) -> list[ast.Call]:
        """The calls that ask for an attribute by its name."""
        found: list[ast.Call] = []
        for node in (*self.named.get("getattr", ()), *self.attributes.get("get_submodule", ())):
            parent = self.parents[node]
            if isinstance(parent, ast.Call) and parent.func is node and len(parent.args) > isinstance(node, ast.Name):
                found.append(parent)
        return found

    @cached_property
    def children(self) -> list[ast.expr]:
        """What gives the children of modules, where code does not visit those of all modules alike."""
        found: list[ast.expr] = []
        for name in ("children", "named_children", "_modules"):
            for node in self.attributes.get(name, ()):
                if ast.unparse(node.value) in self.module.unpacked or isinstance(node.value, ast.Name) and self.is_self(node.value):
                    outer = self.parents[node]
                    found.append(outer if isinstance(outer, ast.Call) and outer.func is node else node)
        for nodes in self.named.values():
            found += (node for node in nodes if self.is_self(node) and self._is_iterated(node))
        return found

    def _is_iterated(self, node: ast.Name) -> bool:
        match self.parents[node]:
            case ast.For() | ast.comprehension() | ast.Subscript() | ast.Starred():
                return True
            case ast.Call(func=ast.Name(id=function)):
                return function in _GIVES
        return False

    def is_self(self, node: ast.Name) -> bool:
        """Whether a name stands for the instance in a method."""
        for outer in self.around(node):
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)) and isinstance(self.parents[outer], ast.ClassDef):
                return node.id == first_argument(outer)
        return False

    @cached_property
    def methods(self) -> Mapping[str, list[Function]]:
        """The methods of all classes of the file, by name."""
        found: dict[str, list[Function]] = {}
        for node, parent in self.parents.items():
            if isinstance(parent, ast.ClassDef) and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.setdefault(node.name, []).append(node)
        return found

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, from the inside out."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def scope(self, name: ast.Name) -> _Scope:
        """What binds a name that stands somewhere."""
        for outer in self.around(name):
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and name.id in bound_names(outer):
                return outer
            if isinstance(outer, ast.ClassDef) and self.parents.get(self.parents[name]) is outer:
                return outer  # an assignment in its body
        return self.tree


_Position: TypeAlias = tuple[int, int]
_START: _Position = (0, 0)
_Place: TypeAlias = tuple[str, str, object, str, int, _Position]
"""Where an object, or what holds it, can be met: which kind of place, its file, the scope, its name; the depth, which is
0 for the object, 1 for what holds it, 2 for what holds that; and the position in the scope behind which it is there."""


class _Search:
    """Follows the objects of some classes through the files."""

    def __init__(self, index: Classes, files: _Files) -> None:
        self.index = index
        self._files = files
        self.names: dict[str, None] = {}
        self.calls: list[ast.Call] = []
        self.queue: list[_Place] = []
        self.seen: set[_Place] = set()

    def run(self, references: Iterable[Reference]) -> Instances:
        try:
            for reference in references:
                facts = self.index.get(reference)
                if facts is None or facts.node.decorator_list:
                    raise _Refused(f"`{last_part(reference.name)}` has a decorator, which may make objects of it")
                for syntax, node in self._mentions(reference):
                    self._class(syntax, node)
            while self.queue:
                self._visit(self.queue.pop())
        except _Refused as refused:
            return Instances(str(refused))
        return Instances("", tuple(self.names), tuple(self.calls))

    def _file(self, path: str) -> _Syntax:
        return self._files.get(self.index, path)

    def _importers(self, path: str, attribute: str) -> Iterator[_Syntax]:
        """The files that import one and mention an attribute; "" stands for any that is computed."""
        tree = self.index.tree
        words = (attribute.encode(),) if attribute else (b"getattr", b"get_submodule")
        for module in tree.importers(path):
            content = tree.content(module.path)
            if any(word in content for word in words):
                yield self._file(module.path)

    def _mentions(self, reference: Reference) -> Iterator[tuple[_Syntax, ast.expr]]:
        """The expressions that stand for a class or function of the tree."""
        name = last_part(reference.name)
        if "." in reference.name:
            raise _Refused(f"`{name}` stands inside of another class or a function")
        tree = self.index.tree
        paths = {path for path, _ in tree.mentions(name)}
        while True:
            # Another name for it, where it is imported as one.
            syntaxes = [self._file(path) for path in sorted(paths)]
            known = {name} | {
                each
                for syntax in syntaxes
                for each, targets in syntax.module.bindings.items()
                if any(last_part(target) == name for target in targets)
            }
            more = {path for each in known - {name} for path, _ in tree.mentions(each)} - paths
            if not more:
                break
            paths |= more
        for syntax in syntaxes:
            for each in sorted(known):
                for node in (*syntax.named.get(each, ()), *syntax.attributes.get(each, ())):
                    written = dotted(node)
                    if not written or isinstance(node.ctx, ast.Store):
                        continue
                    if tree.resolve(syntax.module, written) == reference:
                        yield syntax, node

    def _class(self, syntax: _Syntax, node: ast.expr) -> None:
        """A place that names one of the classes."""
        parent = syntax.parents[node]
        match parent:
            case ast.Call(func=func) if func is node:
                self.calls.append(parent)
                self._judge(syntax, parent, 0)
            case ast.ClassDef():
                pass
            case ast.Call(func=ast.Name(id="super")) | ast.Attribute(attr="__init__"):
                pass
            case _ if (tested := _tested(syntax, node)) is not None:
                if isinstance(tested, (ast.Name, ast.Attribute)):
                    self._bind(syntax, tested, 0, _Refused(f"`{_short(tested)}` may be one{_where(syntax, tested)}"))
            case _ if not self._is_annotation(syntax, node):
                raise _Refused(f"`{dotted(node)}` is handed on as a value{_where(syntax, node)}")

    def _is_annotation(self, syntax: _Syntax, node: ast.expr) -> bool:
        inner: ast.AST = node
        for outer in syntax.around(node):
            match outer:
                case ast.arg() | ast.AnnAssign(annotation=ast.expr()) if outer.annotation is inner:
                    return True
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    return outer.returns is inner
                case ast.stmt():
                    return False
            inner = outer
        return False

    def _judge(self, syntax: _Syntax, node: ast.expr, depth: int) -> None:
        """What is done with the object that an expression gives, or with what holds it."""
        parent = syntax.parents[node]
        refusal = _Refused(f"`{_short(node)}` is used as a container{_where(syntax, node)}")
        if depth > _DEEPEST:
            raise refusal
        match parent:
            case ast.Call(func=func) if func is node:
                pass
            case ast.Call() | ast.Starred() | ast.keyword():
                self._handed(syntax, node, depth)
            case ast.Attribute():
                self._asked(syntax, parent, depth, refusal)
            case ast.Assign(targets=targets):
                for target in targets:
                    self._bind(syntax, target, depth, refusal)
            case ast.AnnAssign(target=target):
                self._bind(syntax, target, depth, refusal)
            case ast.NamedExpr(target=target):
                self._bind(syntax, target, depth, refusal)
                self._judge(syntax, parent, depth)
            case ast.AugAssign(target=target) if depth:
                self._bind(syntax, target, depth, refusal)
            case ast.For(iter=iterated, target=target) | ast.comprehension(iter=iterated, target=target) if iterated is node:
                self._bind(syntax, target, depth - 1, refusal)
            case ast.Subscript(ctx=ctx, slice=index) if index is not node:
                if not depth:
                    raise refusal
                if isinstance(ctx, ast.Load):
                    self._judge(syntax, parent, depth if isinstance(index, ast.Slice) else depth - 1)
            case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
                self._judge(syntax, parent, depth + 1)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self._judge(syntax, parent, depth + 1)
            case ast.IfExp(test=test) if test is not node:
                self._judge(syntax, parent, depth)
            case ast.BoolOp() if depth:
                self._judge(syntax, parent, depth)
            case ast.BinOp(op=ast.Add() | ast.Mult()) if depth:
                self._judge(syntax, parent, depth)
            case ast.Compare(ops=[*operators]):
                if not depth and any(isinstance(each, (ast.In, ast.NotIn)) for each in operators) and node is not parent.left:
                    raise refusal
            case ast.Return():
                self._returned(syntax, node, depth, refusal)
            case ast.Expr() | ast.FormattedValue() | ast.Delete():
                pass
            case ast.If() | ast.IfExp() | ast.While() | ast.Assert() | ast.UnaryOp() | ast.comprehension() if depth:
                pass  # of the container itself it would say whether it is empty
            case _:
                raise refusal

    def _asked(self, syntax: _Syntax, node: ast.Attribute, depth: int, refusal: _Refused) -> None:
        """An attribute of the object, or of what holds it."""
        outer = syntax.parents[node]
        called = outer if isinstance(outer, ast.Call) and outer.func is node else None
        if called is not None and node.attr in _SAME:
            self._judge(syntax, called, depth)
        elif depth:
            self._asked_of_holder(syntax, node, called, depth)
        elif isinstance(node.ctx, ast.Store):
            self.names[repr(node.attr)] = None
        elif called is not None and node.attr in NAMING:
            self._named(syntax, called, refusal)
        elif node.attr in PROTOCOL:
            raise refusal

    def _asked_of_holder(self, syntax: _Syntax, node: ast.Attribute, called: ast.Call | None, depth: int) -> None:
        if called is not None and node.attr in LENGTHENING | _EACH:
            return  # what it gets is no part of it yet; modules of all depths are met in any class
        if called is not None and node.attr in _PAIRS:
            self._judge_pairs(syntax, called, depth)
        elif called is not None and node.attr in ("children", "copy", "values"):
            self._judge(syntax, called, depth)
        elif called is not None and node.attr in ("get", "pop", "popitem", "setdefault"):
            self._judge(syntax, called, depth - 1)
        elif node.attr == "_modules":
            self._judge(syntax, node, depth)
        elif isinstance(node.ctx, ast.Load):
            self._judge(syntax, node, depth - 1)  # perhaps what it holds, by its name

    def _judge_pairs(self, syntax: _Syntax, call: ast.Call, depth: int, index: int = 1) -> None:
        """What is done with tuples in which what a holder holds has a place, beside a number or a name for example."""
        match syntax.parents[call]:
            case (
                ast.For(iter=iterated, target=ast.Tuple(elts=parts))
                | ast.comprehension(iter=iterated, target=ast.Tuple(elts=parts))
            ) if iterated is call and index < len(parts) and not any(isinstance(part, ast.Starred) for part in parts):
                refusal = _Refused(f"`{_short(call)}` is used as a container{_where(syntax, call)}")
                self._bind(syntax, parts[index], depth - 1, refusal)
            case _:
                self._judge(syntax, call, depth + 1)

    def _named(self, syntax: _Syntax, call: ast.Call, refusal: _Refused) -> None:
        """``block.add_module(name, module)``: a child for the object."""
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        name = call.args[0] if call.args else keywords.get("name")
        if name is None or isinstance(name, ast.Starred):
            raise refusal
        if isinstance(name, ast.Name):
            scope = syntax.scope(name)
            given = [each for each in walk(scope) if isinstance(each, ast.Name) and each.id == name.id]
            stores = [syntax.parents[each] for each in given if not isinstance(each.ctx, ast.Load)]
            takes = any(isinstance(each, ast.arg) and each.arg == name.id for each in walk(scope))
            values = [each.value for each in stores if isinstance(each, ast.Assign) and len(each.targets) == 1]
            if takes or not values or len(values) < len(stores):
                raise _Refused(f"it is given children under names that are not shown{_where(syntax, call)}")
            self._give(syntax, values)
        else:
            self._give(syntax, [name])

    def _give(self, syntax: _Syntax, names: Iterable[ast.expr]) -> None:
        for name in names:
            source = ast.unparse(name)
            if is_open_name(source) and dotted(name.func if isinstance(name, ast.Call) else name) != "str":
                raise _Refused(f"it is given children under names that are not shown{_where(syntax, name)}")
            self.names[source] = None

    def _bind(self, syntax: _Syntax, target: ast.expr, depth: int, refusal: _Refused) -> None:
        """A target takes the object, or what holds it."""
        if depth < 0:
            raise refusal
        match target:
            case ast.Name(id=name):
                scope = syntax.scope(target)
                functions = [each for each in syntax.around(target) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
                if isinstance(scope, ast.Module) or any(name in rebound_names(each) for each in functions):
                    raise _Refused(f"it is kept by a name of its module, or of other functions{_where(syntax, target)}")
                if isinstance(scope, ast.ClassDef):
                    self._add("attribute", syntax, None, name, depth)
                else:
                    self._add("local", syntax, scope, name, depth, _end_of_binding(syntax, target, scope))
            case ast.Attribute(attr=name):
                self._add("attribute", syntax, None, name, depth)
            case ast.Subscript(value=holder):
                self._holder(syntax, holder, depth + 1, refusal)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self._bind(syntax, part, depth - 1, refusal)
            case ast.Starred(value=part):
                self._bind(syntax, part, depth + 1, refusal)
            case _:
                raise refusal

    def _holder(self, syntax: _Syntax, node: ast.expr, depth: int, refusal: _Refused) -> None:
        """An expression stands for what holds the object from now on."""
        match node:
            case ast.Name(id=name) if name == self._self_name(syntax, node):
                self._add("attribute", syntax, None, "", depth - 1)  # under a name that is followed where it is shown
            case ast.Name() | ast.Attribute():
                self._bind(syntax, node, depth, refusal)
            case ast.Subscript(value=inner):
                self._holder(syntax, inner, depth + 1, refusal)
            case _:
                raise refusal

    def _self_name(self, syntax: _Syntax, node: ast.AST) -> str:
        """What the method around a node calls its instance."""
        for outer in syntax.around(node):
            if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)) and isinstance(syntax.parents[outer], ast.ClassDef):
                return first_argument(outer)
        return ""

    def _handed(self, syntax: _Syntax, node: ast.expr, depth: int) -> None:
        """The object is an argument, perhaps unpacked or by keyword."""
        refusal = _Refused(f"`{_short(node)}` is handed to other code{_where(syntax, node)}")
        passed: ast.AST = node
        call = syntax.parents[node]
        if isinstance(call, ast.Starred):
            if not depth:
                raise refusal
            passed, call, depth = call, syntax.parents[call], depth - 1
        elif isinstance(call, ast.keyword):
            passed, call = call, syntax.parents[call]
        if isinstance(call, (ast.List, ast.Tuple, ast.Set)):
            self._judge(syntax, call, depth + 1)
            return
        if not isinstance(call, ast.Call) or isinstance(passed, ast.keyword) and passed.arg is None:
            raise refusal
        function = dotted(call.func)
        if isinstance(call.func, ast.Attribute) and call.func.attr in LENGTHENING | {"update", "setdefault"}:
            self._holder(syntax, call.func.value, depth if call.func.attr in ("extend", "update") else depth + 1, refusal)
            if call.func.attr in NAMING and call.args:
                self._name(syntax, call.args[0], depth)
            return
        scope = syntax.scope(call.func) if isinstance(call.func, ast.Name) else syntax.tree
        if scope is not syntax.tree:
            inner = [each for each in walk(scope) if isinstance(each, ast.FunctionDef) and each.name == function]
            if len(inner) != 1 or inner[0] is scope or bindings_of(scope, function) or _is_parameter(scope, function):
                raise refusal
            self._parameter(syntax, inner[0], call, passed, depth, 0, refusal)
            return
        if function and "." not in function and function not in syntax.module.bindings:
            self._to_builtin(syntax, call, function, passed, depth, refusal)
            return
        target = self.index.tree.resolve(syntax.module, function) if function else UNKNOWN
        if target.kind == "external":
            self._outside(syntax, call, target.name, passed, depth, refusal)
        elif target.kind in ("class", "function"):
            self._through(target, call, passed, depth, refusal, syntax)
        elif isinstance(call.func, ast.Attribute) and dotted(call.func.value) == self._self_name(syntax, call) != "":
            methods = syntax.methods.get(call.func.attr)
            if not methods:
                raise refusal
            for method in methods:
                offset = 0 if "staticmethod" in decorators(method) else 1
                self._parameter(syntax, method, call, passed, depth, offset, refusal)
        else:
            raise refusal

    def _outside(
        self, syntax: _Syntax, call: ast.Call, name: str, passed: ast.AST, depth: int, refusal: _Refused
    ) -> None:
        """To a class or function that is not of the tree."""
        if name in _HOLDERS:
            # Modules one by one; or a list or dict of them, perhaps a list of pairs.
            by_one = isinstance(passed, ast.Starred) or name == "torch.nn.Sequential"
            for each in (depth + 1,) if isinstance(passed, ast.Starred) else (depth + by_one, depth, depth - 1):
                if each > 0:
                    self._judge(syntax, call, each)
        elif name == "itertools.chain.from_iterable" and depth > 1:
            self._judge(syntax, call, depth - 1)
        elif name == "itertools.chain" and (depth or isinstance(passed, ast.Starred)):
            if not depth:
                raise refusal
            self._judge(syntax, call, depth)
        elif name.startswith("torch.nn.") and not name.startswith("torch.nn.utils") or name in _CALLERS:
            pass  # a module that takes another one calls it
        elif name in ("torch.compile", "torch.jit.script"):
            self._judge(syntax, call, depth)
        else:
            raise refusal

    def _to_builtin(
        self, syntax: _Syntax, call: ast.Call, name: str, passed: ast.AST, depth: int, refusal: _Refused
    ) -> None:
        if isinstance(passed, ast.Starred):
            depth += 1
            if name not in _LOOKS | {"zip"}:
                raise refusal
        if name in ("setattr", "getattr", "hasattr", "delattr"):
            self._by_name(syntax, call, name, passed, depth, refusal)
        elif name in _LOOKS or depth and name in _COUNTS:
            pass
        elif depth and name == "enumerate":
            self._judge_pairs(syntax, call, depth)
        elif depth and name == "zip" and passed in call.args and not any(isinstance(each, ast.Starred) for each in call.args):
            self._judge_pairs(syntax, call, depth, next(index for index, each in enumerate(call.args) if each is passed))
        elif depth and name in _GIVES:
            self._judge(syntax, call, depth + _GIVES[name])
        else:
            raise refusal

    def _by_name(
        self, syntax: _Syntax, call: ast.Call, name: str, passed: ast.AST, depth: int, refusal: _Refused
    ) -> None:
        """``setattr``, ``getattr`` and their kin, of the object or with it as the value."""
        first, asked = (*call.args, None, None)[:2]
        written = asked.value if isinstance(asked, ast.Constant) else None
        if first is not passed:
            if name != "setattr" or asked is None:
                raise refusal
            self._name(syntax, asked, depth)
        elif depth:
            if name == "getattr":
                self._judge(syntax, call, depth - 1)
        elif name == "setattr" and asked is not None:
            self._give(syntax, [asked])
        elif not isinstance(written, str) or written in PROTOCOL:
            raise refusal

    def _name(self, syntax: _Syntax, name: ast.expr, depth: int) -> None:
        """The object is kept under the name that an expression gives; "" stands for any that is computed."""
        shown = name.value if isinstance(name, ast.Constant) else None
        self._add("attribute", syntax, None, shown if isinstance(shown, str) else "", depth)

    def _through(
        self, target: Reference, call: ast.Call, passed: ast.AST, depth: int, refusal: _Refused, syntax: _Syntax
    ) -> None:
        """Into a class or a function of the tree."""
        if target.kind == "function":
            found = self.index.function(target)
            if found is None:
                raise refusal
            self._parameter(self._file(target.path), found.node, call, passed, depth, 0, refusal)
            return
        facts = self.index.get(target)
        init = facts.method("__init__") if facts is not None else None
        if facts is not None and init is not None:
            self._parameter(self._file(init[0].reference.path), init[1], call, passed, depth, 1, refusal)
        elif facts is not None and facts.container_base and not facts.unknown_base:
            self._outside(syntax, call, facts.container_base, passed, depth, refusal)
        else:
            raise refusal

    def _parameter(
        self, home: _Syntax, function: Function, call: ast.Call, passed: ast.AST, depth: int, offset: int, refusal: _Refused
    ) -> None:
        """The parameter of a function that takes an argument."""
        arguments = function.args
        positional = [*arguments.posonlyargs, *arguments.args][offset:]
        if isinstance(passed, ast.keyword):
            named = [each.arg for each in (*positional, *arguments.kwonlyargs)]
            if passed.arg not in named:
                raise refusal
            self._add("local", home, function, passed.arg or "", depth)
            return
        index = next(index for index, each in enumerate(call.args) if each is passed)
        if index < len(positional) and not any(isinstance(each, ast.Starred) for each in call.args[: index + 1]):
            self._add("local", home, function, positional[index].arg, depth)
        elif arguments.vararg is not None and not positional:
            self._add("local", home, function, arguments.vararg.arg, depth + 1)
        else:
            raise refusal

    def _returned(self, syntax: _Syntax, node: ast.expr, depth: int, refusal: _Refused) -> None:
        """A function gives the object to whoever calls it."""
        function = next(
            each for each in syntax.around(node) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        )
        if isinstance(function, ast.Lambda) or decorators(function) - _PLAIN_DECORATORS:
            raise refusal
        outer = syntax.parents[function]
        if isinstance(outer, ast.ClassDef):
            self._add("method", syntax, None, function.name, depth)
        elif isinstance(outer, ast.Module):
            self._add("function", syntax, None, function.name, depth)
        else:
            raise refusal

    def _add(self, kind: str, syntax: _Syntax, scope: _Scope | None, name: str, depth: int, behind: _Position = _START) -> None:
        place = (kind, syntax.module.path, scope, name, depth, behind)
        if place not in self.seen:
            self.seen.add(place)
            self.queue.append(place)
        if kind == "attribute" and (apart := ("children", syntax.module.path, None, "", depth + 1, _START)) not in self.seen:
            self.seen.add(apart)
            self.queue.append(apart)

    def _visit(self, place: _Place) -> None:
        """Everything that is done at one place."""
        kind, path, scope, name, depth, behind = place
        syntax = self._file(path)
        if kind == "local":
            assert isinstance(scope, ast.AST)
            for each in walk(scope):
                if isinstance(each, ast.Name) and each.id == name:
                    if not self._is_read(syntax, each, depth):
                        continue
                    if (each.lineno, each.col_offset) >= behind or _function_around(syntax, each) is not scope:
                        self._judge(syntax, each, depth)
        elif kind == "children":
            for children in syntax.children:
                if isinstance(children, ast.Call) and isinstance(children.func, ast.Attribute) and children.func.attr in _PAIRS:
                    self._judge_pairs(syntax, children, depth)
                else:
                    self._judge(syntax, children, depth)
        elif kind == "function":
            for other, mention in self._mentions(Reference("function", name, path)):
                outer = other.parents[mention]
                if not isinstance(outer, ast.Call) or outer.func is not mention:
                    raise _Refused(f"`{name}`, which gives it, is handed on as a value{_where(other, mention)}")
                self._judge(other, outer, depth)
        else:
            for other in (syntax, *self._importers(path, name)):
                for node in other.attributes.get(name, ()):
                    self._attribute(syntax, other, node, kind, depth)
                for call in other.asked if kind == "attribute" else ():
                    asked = call.args[-1] if isinstance(call.func, ast.Attribute) else call.args[1]
                    shown = str(asked.value) if isinstance(asked, ast.Constant) else ""
                    if last_part(shown) == name or not shown:
                        self._judge(other, call, depth)

    def _attribute(self, home: _Syntax, syntax: _Syntax, node: ast.Attribute, kind: str, depth: int) -> None:
        outer = syntax.parents[node]
        if not self._is_read(syntax, node, depth):
            return
        if kind == "attribute":
            self._judge(syntax, node, depth)
        elif isinstance(outer, ast.Call) and outer.func is node:
            self._judge(syntax, outer, depth)
        elif any("property" in decorators(method) for method in home.methods.get(node.attr, ())):
            self._judge(syntax, node, depth)
        else:
            raise _Refused(f"`{node.attr}`, which gives it, is handed on as a value{_where(syntax, node)}")

    def _is_read(self, syntax: _Syntax, node: ast.Name | ast.Attribute, depth: int) -> bool:
        """Whether a name or attribute is read where it stands."""
        if isinstance(syntax.parents[node], ast.AugAssign) and not isinstance(node.ctx, ast.Load) and not depth:
            raise _Refused(f"`{_short(node)}` is made longer{_where(syntax, node)}")
        return isinstance(node.ctx, ast.Load)


class _Files:
    """The files that were looked at lately, each with its nodes in order, and what was found for the tree as it is."""

    def __init__(self) -> None:
        self._known: dict[str, _Syntax] = {}
        self._found: dict[tuple[Reference, ...], tuple[int, Instances]] = {}

    def get(self, index: Classes, path: str) -> _Syntax:
        module, tree = index.tree.module(path), index.syntax(path)
        assert module is not None
        known = self._known.pop(path, None)
        if known is None or known.tree is not tree:  # functions and classes are those of the index
            known = _Syntax(module, tree)
        self._known[path] = known
        return known

    def search(self, index: Classes, references: tuple[Reference, ...]) -> Instances:
        version, found = self._found.get(references, (-1, Instances("")))
        if version != index.tree.version:
            found = _Search(index, self).run(references)
            self._found[references] = index.tree.version, found
            # Not before: what a search has met are nodes of the files that it goes on with.
            while len(self._known) > _FILES:
                del self._known[next(iter(self._known))]
        return found


_KNOWN: WeakKeyDictionary[Classes, _Files] = WeakKeyDictionary()


def instances(index: Classes, references: Iterable[Reference]) -> Instances:
    """What the tree does with the objects of some classes: it, and those that derive from it."""
    return _KNOWN.setdefault(index, _Files()).search(index, tuple(references))


def _end_of_binding(syntax: _Syntax, target: ast.expr, scope: _Scope) -> _Position:
    """Where the statement ends that binds a name; the start of the file where what stands above may run after it."""
    statement = next(outer for outer in syntax.around(target) if isinstance(outer, ast.stmt))
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if not any(each is target for part in targets for each in walk(part)):
        return _START
    for outer in syntax.around(statement):
        if outer is scope:
            return statement.end_lineno or 0, statement.end_col_offset or 0
        if isinstance(outer, (ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef)):
            break
    return _START


def _function_around(syntax: _Syntax, node: ast.AST) -> ast.AST | None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return next((outer for outer in syntax.around(node) if isinstance(outer, functions)), None)


def _is_parameter(scope: _Scope, name: str) -> bool:
    return isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and name in parameters(scope)


def _tested(syntax: _Syntax, node: ast.expr) -> ast.expr | None:
    """What an `isinstance` asks about that names a class, None where the class stands in none."""
    outer = syntax.parents[node]
    call = syntax.parents[outer] if isinstance(outer, ast.Tuple) else outer
    match call:
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[tested, kinds]) if kinds in (node, outer):
            return tested
    return None


def _where(syntax: _Syntax, node: ast.AST) -> str:
    return f" in {last_part(syntax.module.module) or 'a file'}, line {getattr(node, 'lineno', 0)}"


def _short(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, (ast.Name, ast.Attribute)) else ast.unparse(node).partition("(")[0] + "()"
