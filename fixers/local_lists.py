"""How long the local lists of the forward path are, where the source shows that they have an entry for each module of a list.

``xs = [norm(x) for norm in self.norms]``, be it made in the method that reads ``xs``, in one that gives it, or in one that
hands it on as an argument. Lists can change: from where one is made to where it counts it is only read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from modulint.fixers.module_lists import Turns, against_growth, against_list, may_shrink
from modulint.fixers.placement import self_name
from modulint.fixers.proposal import Refusal
from modulint.fixers.surroundings import not_constant
from modulint.lint.assignments import Assignment, Function, dotted, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File
from modulint.lint.scopes import bound_names, parameters, walk

_BUILTINS = ("enumerate", "len", "range", "zip")


def turns_over(file: File, owner: ClassFacts, method: Function, name: ast.Name) -> Turns | Refusal | None:
    """What ``__init__`` can run over to make a module for each entry of a local list; None where the source does not show
    that it has an entry for each module of one, and a refusal where that list may change."""
    statement = _statement_of(method, name)
    bound = frozenset[str]().union(*map(bound_names, owner.methods.values()), owner.enclosing_names)
    if statement is None or any(each in bound or file.tree.may_bind(file.module, each) for each in _BUILTINS):
        return None
    lists = _Lists(owner)
    answer = lists.entries(name, method, statement)
    return Refusal(lists.reason) if answer is None and lists.reason else answer


class _Lists:
    """The lists of one class, each asked for once at a time: a method that gives what it gets shows nothing."""

    def __init__(self, owner: ClassFacts) -> None:
        self.owner = owner
        self.asked: list[object] = []
        self.reason = ""

    def entries(self, value: ast.expr, method: Function, statement: ast.stmt) -> Turns | None:
        """What has a module for each entry of the list that an expression gives."""
        match value:
            case ast.ListComp(generators=[ast.comprehension(iter=iterated, ifs=[], is_async=0)]):
                return self._turns(iterated, method, statement)
            case ast.IfExp(body=body, orelse=orelse):
                return _same(self.entries(each, method, statement) for each in (body, orelse))
            case ast.Name():
                return self._named(value, method, statement)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=called)) if name == first_argument(method):
                return self._given_back(called)
        return None

    def _turns(self, iterated: ast.expr, method: Function, statement: ast.stmt) -> Turns | None:
        """The same for what a comprehension runs over."""
        match iterated:
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner], keywords=[]):
                return self._turns(inner, method, statement)
            case ast.Call(func=ast.Name(id="zip"), args=[_, *_] as several, keywords=[]):
                return _same(self._turns(each, method, statement) for each in several)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == first_argument(method):
                return self._counted(attribute)
        return self.entries(iterated, method, statement)

    def _counted(self, attribute: str) -> Turns | None:
        """A list of modules. Of one that is made with an entry for each of another's, that one; of one that is made with a
        fixed number of entries, be it more than once, that number."""
        owner = self.owner
        if may_shrink(owner, attribute) or attribute in owner.lengthened:
            self.reason = f"`{attribute}`, whose modules make what the loop runs over, changes its length"
            return None
        assigned = [made for _, made in owner.attribute(attribute)]
        number = _same(self._number(made) for made in assigned)
        if any(made.method is not owner.init for made in assigned) and number is None:
            self.reason = f"`{attribute}`, whose modules make what the loop runs over, is replaced later"
        else:
            self.reason = against_list(owner, attribute) if number is None else against_growth(owner, attribute)
        if self.reason or number is not None:
            return number if not self.reason else None
        match [made.value for made in assigned]:
            case [ast.Call(args=[ast.ListComp(generators=[ast.comprehension(iter=ast.Attribute() as other, ifs=[])])])]:
                if dotted(other) == f"{self_name(owner)}.{other.attr}":
                    return self._counted(other.attr) if other.attr != attribute else None
        return f"{self_name(owner)}.{attribute}", frozenset({attribute})

    def _number(self, made: Assignment) -> Turns | None:
        """The number of modules of a list that an assignment makes: ``range(self.depth)``."""
        match made.value:
            case ast.Call(func=called, args=[ast.ListComp(generators=[ast.comprehension(iter=counted, ifs=[], is_async=0)])]):
                if self.owner.resolve(dotted(called) or "?").name != "torch.nn.ModuleList" or made.method is None:
                    return None
                match counted:
                    case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int(number))], keywords=[]):
                        return f"range({number})", frozenset()
                    case ast.Call(func=ast.Name(id="range"), args=[ast.Attribute(value=ast.Name(id=name), attr=depth)], keywords=[]):
                        if name == first_argument(made.method) and not not_constant(self.owner, depth, must_be_number=True):
                            return f"range({self_name(self.owner)}.{depth})", frozenset({depth})
        return None

    def _named(self, name: ast.Name, method: Function, statement: ast.stmt) -> Turns | None:
        """A local name: what was assigned to it last, or what its method is called with."""
        blocks = _blocks(method.body, statement)
        if blocks is None or any(isinstance(node, ast.NamedExpr) for node in walk(method)):
            return None
        for block, index in reversed(blocks):
            if not all(_is_read(part, name) for part in _own_expressions(block[index])):
                return None
            for earlier in reversed(block[:index]):
                match earlier:
                    case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name.id:
                        return self.entries(value, method, earlier)
                    case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name.id:
                        return self.entries(value, method, earlier)
                if not _is_read(earlier, name):
                    return None
        return self._handed_in(method, name.id) if name.id in _named_parameters(method) else None

    def _given_back(self, called: str) -> Turns | None:
        """What a method of the class returns, whichever way it ends."""
        found = self.owner.method(called)
        if found is None or found[0] is not self.owner or called in self.asked or not self._is_alone(found[1]):
            return None
        method = found[1]
        returned = [node for node in _own_nodes(method) if isinstance(node, ast.Return)]
        if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in _own_nodes(method)):
            return None
        self.asked.append(called)
        answer = _same(self.entries(each.value, method, each) if each.value is not None else None for each in returned)
        self.asked.remove(called)
        return answer

    def _handed_in(self, method: Function, parameter: str) -> Turns | None:
        """What all calls of a method hand in for a parameter: the calls of this class and of those that share its methods."""
        if (method, parameter) in self.asked or not self._is_alone(method):
            return None
        if any(method is entry for _, entry in self.owner.entries) or method.name == "forward":
            return None
        self.asked.append((method, parameter))
        answer = _same(self._handed_over(method, parameter))
        self.asked.remove((method, parameter))
        return answer

    def _handed_over(self, method: Function, parameter: str) -> Iterator[Turns | None]:
        for facts in map(self.owner.index.get, self.owner.family):
            if facts is None:
                yield None
                continue
            named = [node for node in walk(facts.node) if isinstance(node, ast.Attribute) and node.attr == method.name]
            for caller in facts.methods.values():
                for call in _own_nodes(caller):
                    match call:
                        case ast.Call(func=ast.Attribute(value=ast.Name(id=name)) as function) if (
                            function in named and name == first_argument(caller)
                        ):
                            named.remove(function)
                            given, statement = _argument(method, call, parameter), _statement_of(caller, call)
                            if facts is not self.owner or given is None or statement is None:
                                yield None
                            else:
                                yield self.entries(given, caller, statement)
            if named:
                yield None  # handed on, or called in a nested function or on another object

    def _is_alone(self, method: Function) -> bool:
        """Whether a method is what it says, defined once in the classes that share it, and never replaced."""
        headers, name = self.owner.family.values(), method.name
        replaced = any(name in header.stores for header in headers) or self.owner.is_stored(name)
        return not replaced and not method.decorator_list and sum(name in header.methods for header in headers) == 1


def _same(answers: Iterable[Turns | None]) -> Turns | None:
    """What all of some answers are, None where they differ or are none."""
    found = set(answers)
    return found.pop() if len(found) == 1 else None


def _statement_of(method: Function, node: ast.AST) -> ast.stmt | None:
    """The innermost statement of a method in which a node stands."""
    around = [each for each in _own_nodes(method) if isinstance(each, ast.stmt) and any(inner is node for inner in walk(each))]
    return around[-1] if around else None


def _own_nodes(method: Function) -> Iterator[ast.AST]:
    """The nodes of a method without those of functions and classes inside it, outer ones first."""
    queue: list[ast.AST] = [*method.body]
    while queue:
        node = queue.pop(0)
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            queue += ast.iter_child_nodes(node)


def _blocks(body: list[ast.stmt], statement: ast.stmt) -> list[tuple[list[ast.stmt], int]] | None:
    """The blocks around a statement, the outermost first, each with the index at which it stands there. None where one of
    them is no branch of a condition: its code may run in another order than it is written."""
    for index, each in enumerate(body):
        if each is statement:
            return [(body, index)]
        if isinstance(each, ast.If):
            for block in (each.body, each.orelse):
                if (inner := _blocks(block, statement)) is not None:
                    return [(body, index), *inner]
    return None


def _own_expressions(statement: ast.stmt) -> list[ast.AST]:
    """What a statement evaluates itself, without the blocks in it and the names that it assigns."""
    if isinstance(statement, ast.If):
        return [statement.test]
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr)):
        return [statement.value] if statement.value is not None else []
    return [statement]


def _is_read(node: ast.AST, name: ast.Name) -> bool:
    """Whether code only reads what ``name`` holds: its entries one by one or by index, and how many they are; or gives it
    back, and nothing runs behind it. ``name`` itself may be in it."""
    reads: set[ast.AST] = {name}
    for part in walk(node):
        match part:
            case ast.comprehension(iter=iterated):
                reads |= {iterated}
                if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and iterated.func.id in ("enumerate", "zip"):
                    reads |= {*iterated.args}
            case ast.Subscript(value=value, ctx=ast.Load()) | ast.Return(value=ast.Name() as value):
                reads.add(value)
            case ast.Call(func=ast.Name(id="len"), args=[value]):
                reads.add(value)
            case ast.FunctionDef(name=bound) | ast.ClassDef(name=bound) | ast.alias(name=bound) if bound == name.id:
                return False
    return all(part in reads for part in walk(node) if isinstance(part, ast.Name) and part.id == name.id)


def _named_parameters(method: Function) -> set[str]:
    stars = {star.arg for star in (method.args.vararg, method.args.kwarg) if star is not None}
    return {*parameters(method)} - stars


def _argument(method: Function, call: ast.Call, parameter: str) -> ast.expr | None:
    """What a call of a method hands in for a parameter, None where that is not written there."""
    if any(isinstance(each, ast.Starred) for each in call.args) or any(keyword.arg is None for keyword in call.keywords):
        return None
    names = [each.arg for each in (*method.args.posonlyargs, *method.args.args)][1:]
    given = dict(zip(names, call.args)) | {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return given.get(parameter)
