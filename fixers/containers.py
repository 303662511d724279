"""A class that is a container and has loops of its own over what it contains: they leave the new child out.

That is all that changes where nothing else asks the container for what it contains: neither the class itself, nor code
of the tree that has one of its objects.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from modulint.fixers.edits import Edit
from modulint.fixers.helper_modules import HelperModule
from modulint.fixers.op_classes import OpClasses, is_written
from modulint.fixers.op_modules import OpModule
from modulint.fixers.placement import last_child, level
from modulint.fixers.proposal import CLASS, NAME, Refusal
from modulint.fixers.surroundings import joins, super_init
from modulint.lint.assignments import LENGTHENING, NAMING, Function, decorators, dotted, first_argument, is_static, statements
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File
from modulint.lint.forward import ForwardPath
from modulint.lint.instances import PROTOCOL, Instances, instances
from modulint.lint.scopes import bindings_of, bound_names, parameters, parents_in, walk
from modulint.lint.source import Source

_KINDS = frozenset({"torch.nn.ModuleDict", "torch.nn.ModuleList", "torch.nn.Sequential"})
_ELEMENTS = frozenset({"children", "values"})
_PAIRS = frozenset({"items", "named_children"})
_BY_NAME = frozenset({"getattr", "hasattr", "isinstance", "setattr"})


@dataclass(frozen=True, slots=True, eq=False)
class _Loop:
    """A loop over all that the container contains: ``element`` is the name of one of them, ``index`` that of its number,
    "" where none has it. ``scripted`` says whether TorchScript may compile it.

    ``node`` is an expression where more than the loop counts what it gives: ``zip(self, x)``.
    """

    node: ast.For | ast.comprehension | ast.expr
    method: Function
    element: str
    index: str
    scripted: bool


class _Shown(Exception):
    """What stands against a new child, in one line."""


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """The edits that have the loops of a class leave out a new child, and why that may not be all that it takes: one line,
    "" where it is."""

    edits: tuple[Edit, ...] = ()
    doubt: str = ""


def leave_out(file: File, path: ForwardPath, owner: ClassFacts, op: OpModule | HelperModule | None) -> LeftOut | Refusal:
    """What the loops of ``owner`` over its children need to leave out a new one, which ``op`` is the class of."""
    try:
        loops = _loops(owner)
        if other := next((loop.method.name for loop in loops if loop.method not in path.reached), ""):
            raise _Shown(f"`{other}` iterates over it, which may run before the new child is there")
        known = instances(owner.index, (owner.reference, *owner.below))
        counting = [loop for loop in loops if loop.index and _reads(loop.method, loop.index)]
        _check_construction(owner, known, bool(counting), [name for loop in counting for name in _names(loop)])
        if any(inner is not outer and _holds(outer, inner) for outer in loops for inner in loops):
            raise _Shown("its loops stand in each other")
        edits = [edit for loop in loops for edit in _guarded(file, owner, loop, op)]
    except _Shown as shown:
        return Refusal(f"{joins(owner)}: {shown}")
    if not loops:
        return Refusal(joins(owner))
    return LeftOut(tuple(edits), f"{joins(owner)}: {known.against}" if known.against else "")


def _holds(outer: _Loop, inner: _Loop) -> bool:
    """Whether a loop stands in another one."""
    return outer.method is inner.method and any(node is inner.node for node in walk(outer.node))


def _loops(owner: ClassFacts) -> list[_Loop]:
    """The loops of a class over what it contains.

    Raises:
        _Shown: it, or one that it shares its objects with, does something else with it.
    """
    if owner.container_base not in _KINDS or any(base != owner.container_base for base in owner.outer_bases):
        raise _Shown("the class is more than that")
    found: list[_Loop] = []
    for reference in owner.family:
        facts = owner.index.get(reference)
        if facts is None:
            raise _Shown("a class related to it is out of sight")
        uses = list(_uses(facts))
        if uses and facts is not owner:
            raise _Shown(f"`{facts.node.name}` iterates over it too")
        found += uses
    return found


def _uses(facts: ClassFacts) -> Iterator[_Loop]:
    """The loops of one class over what it contains; see :func:`_loops`."""
    if own := (PROTOCOL | {"__call__"}) & facts.methods.keys():
        raise _Shown(f"`{facts.node.name}` defines `{min(own)}`")
    parents = parents_in(facts.node)
    for method in statements(facts.node.body):
        if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        name = first_argument(method)
        if is_static(method):
            own_names = {name, facts.node.name} if "classmethod" in decorators(method) else {facts.node.name}
            if any(isinstance(node, ast.Name) and node.id in own_names for node in walk(method)):
                raise _Shown(f"`{method.name}` may make objects of the class")
            continue
        for node in walk(method):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                if (loop := _use(facts, method, parents, node)) is not None:
                    yield loop
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call) and dotted(node.value.func) == "super":
                if node.attr in PROTOCOL | LENGTHENING - NAMING | {"__call__", "forward"}:
                    raise _Shown(f"`{method.name}` takes `{node.attr}` of the class above")


def _use(facts: ClassFacts, method: Function, parents: Mapping[ast.AST, ast.AST], node: ast.Name) -> _Loop | None:
    """What a mention of the instance does with what it contains: nothing, or it runs over all of it."""
    parent = parents[node]
    match parent:
        case ast.Attribute(attr="modules" | "named_modules"):
            if isinstance(parents[parents[parent]], (ast.For, ast.comprehension)):
                return None  # each module, those of all modules: there is one more of them in any class
        case ast.Attribute(attr=attribute):
            if attribute not in PROTOCOL | LENGTHENING - NAMING:
                return None
        case ast.Call(func=ast.Name(id=function), args=[first, *_]):
            if function == "super" or first is node and function in _BY_NAME:
                return None
        case ast.Call(func=ast.Attribute(attr="__init__")):
            return None
        case ast.FormattedValue():
            return None
    loop = _loop(facts, method, parents, node)
    if loop is None:
        line = facts.source.line_text(node.lineno).strip()
        raise _Shown(f"`{line if len(line) < 60 else line[:57] + '...'}` asks for it")
    return loop


def _loop(facts: ClassFacts, method: Function, parents: Mapping[ast.AST, ast.AST], node: ast.Name) -> _Loop | None:
    """The loop over a container whose name stands in its head; None where that is no plain loop over all of it."""
    head, steps = _head(parents, node)
    pairs = bool(steps) and steps[-1] in _PAIRS
    known = steps in ([], ["_modules", "values"], ["_modules", "items"]) or len(steps) == 1 and steps[0] in _ELEMENTS | _PAIRS
    if not known or bool(steps) != (isinstance(head, ast.Call) and not head.args) or method.name == "__init__":
        return None
    scripted = "_modules" not in steps and method.args.kwarg is None and method.args.vararg is None
    outer = parents[head]
    counted = dotted(outer.func) if isinstance(outer, ast.Call) and head in outer.args else ""
    whole = outer if counted in ("enumerate", "zip") else head
    loop = parents[whole]
    if not isinstance(loop, (ast.For, ast.comprehension)) or loop.iter is not whole:
        return None
    if counted and (facts.index.tree.may_bind(facts.module, counted) or _arguments(whole) != [head] and counted == "enumerate"):
        return None
    target, index = loop.target, ""
    if counted:
        match target:
            case ast.Tuple(elts=[ast.Name(id=index), target]) if counted == "enumerate":
                pass
            case _ if not scripted and not pairs:
                return _Loop(head, method, "module", "", False)
            case _:
                return None
    if pairs:
        match target:
            case ast.Tuple(elts=[ast.Name(), target]):
                pass
            case _:
                return None
    if not isinstance(target, ast.Name) or _is_read_behind(method, parents, loop, target.id):
        return None
    if index and not scripted and not pairs and _reads(method, index):
        return _Loop(head, method, target.id, "", False)
    return _Loop(loop, method, target.id, index, scripted)


def _arguments(call: ast.expr) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)] if isinstance(call, ast.Call) else []


def _head(parents: Mapping[ast.AST, ast.AST], node: ast.Name) -> tuple[ast.expr, list[str]]:
    """The chain of attributes and calls that starts with a name, and these attributes: ``self._modules.values()``."""
    head: ast.expr = node
    steps: list[str] = []
    while isinstance(attribute := parents[head], ast.Attribute):
        steps.append(attribute.attr)
        call = parents[attribute]
        head = call if isinstance(call, ast.Call) and call.func is attribute else attribute
    return head, steps


def _is_read_behind(
    method: Function, parents: Mapping[ast.AST, ast.AST], loop: ast.For | ast.comprehension, name: str
) -> bool:
    """Whether a name that a loop binds is read where the loop is over. One of a comprehension is its own."""
    if isinstance(loop, ast.comprehension):
        return False
    for node in walk(method):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            outer: ast.AST = node
            while outer is not method:
                inner, outer = outer, parents[outer]
                if isinstance(outer, ast.For) and inner in outer.body and _binds(outer.target, name):
                    break
                if isinstance(outer, (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)):
                    if any(_binds(each.target, name) for each in outer.generators):
                        break
            else:
                return True
    return False


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in walk(target))


def _reads(method: Function, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load) for node in walk(method))


def _check_construction(owner: ClassFacts, known: Instances, counts: bool, left_out: Sequence[str]) -> None:
    """See that children get the names that they had: no number that they get counts the new one.

    ``counts`` says whether loops of the class number what it contains: the new child has to come after all the others then,
    beside those that are ``left_out`` already.
    """
    takes = False
    for reference in owner.family:
        facts = owner.index.get(reference)
        assert facts is not None
        if facts.init is None:
            takes = takes or reference == owner.reference
            continue
        for call in _init_calls(facts.init):
            passed = [each for each in call.args if dotted(each) != first_argument(facts.init)]
            stars = all(isinstance(each, ast.Starred) for each in passed)
            if passed and not stars and owner.container_base != "torch.nn.ModuleList" and facts.container_base:
                if not _are_modules(facts, call):
                    raise _Shown(f"`{facts.node.name}` hands its base what is not shown to be no dict")
            takes = takes or bool(passed) or bool(call.keywords) and owner.container_base != "torch.nn.Sequential"
    if takes:
        if owner.container_base == "torch.nn.ModuleDict":
            raise _Shown("its children may have any name")
        for call in known.calls:
            if owner.container_base == "torch.nn.Sequential" and not _are_modules(owner, call):
                raise _Shown("what it is made from is not shown to be no dict")
    if counts:
        late = any(facts is not None and facts.init is not None for facts in map(owner.index.get, owner.below))
        computed = any(header.computed for header in owner.family.values())
        made = [each.statement for name in left_out for each in owner.assignments.get(name, ())]
        own = owner.init is not None and (last_child(owner, made) is not None or super_init(owner.init, owner) is None)
        if late or computed or own or known.names:
            raise _Shown("its loops number what it contains, and the new child would not be the last one")


def _init_calls(init: Function) -> Iterator[ast.Call]:
    """The calls of an ``__init__`` of a base."""
    for node in walk(init):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
            yield node


def _are_modules(facts: ClassFacts, call: ast.Call) -> bool:
    """Whether a container gets modules as its arguments, and not a dict of them, which has to be the only argument."""
    if len(call.args) != 1:
        return True
    only = call.args[0]
    if isinstance(only, ast.Starred):
        return True
    if not isinstance(only, ast.Call):
        return isinstance(only, (ast.Constant, ast.BinOp))  # for an `__init__` of its own
    return dotted(only.func).rpartition(".")[2] not in ("", "OrderedDict", "dict")


def _guarded(file: File, owner: ClassFacts, loop: _Loop, op: OpModule | HelperModule | None) -> Iterator[Edit]:
    """The edits that have a loop leave out the new child."""
    node, source, new = loop.node, file.source, f"{first_argument(loop.method)}.{NAME}"
    if loop.scripted:
        yield from _guarded_for_script(file, owner, loop, op)
        return
    conditions: list[ast.expr] = []
    match node:
        case ast.comprehension(ifs=[first, *_]):
            conditions = [first]
        case ast.For(body=[ast.If(test=test, orelse=[])]):
            conditions = [test]
    known = next((condition for condition in conditions if _children(loop, condition)), None)
    children = [ast.unparse(child) for child in _children(loop, known)] if known is not None else []
    several = ", ".join([*children, new])
    test_text = f"{loop.element} not in ({several})" if children else f"{loop.element} is not {new}"
    if known is not None:
        yield Edit(source.start(known), source.end(known), test_text)
    elif isinstance(node, ast.For):
        yield from _indented(source, node, [test_text])
    elif isinstance(node, ast.comprehension):
        start, end = source.start(node.iter), source.end(node.iter)
        if not source.text[:start].rstrip().endswith("in") or node.is_async:
            raise _Shown("its loop takes no condition")
        yield Edit(start, end, f"{source.text[start:end]} if {test_text}")
    else:
        start, end = source.start(node), source.end(node)
        one = f"{loop.element} for {loop.element} in {source.text[start:end]} if {test_text}"
        yield Edit(start, end, one if source.text[end:].startswith(")") and _opens(source, start) else f"({one})")


def _names(loop: _Loop) -> Iterator[str]:
    """The names of the children that a loop leaves out already."""
    if isinstance(loop.node, ast.For):
        condition = _conditions(loop, loop.node)[1]
        yield from (each.attr for each in _children(loop, condition)) if condition is not None else ()


def _guarded_for_script(
    file: File, owner: ClassFacts, loop: _Loop, op: OpModule | HelperModule | None
) -> Iterator[Edit]:
    """The same in a loop that TorchScript may compile: the turn with the new child too, and so it has to be able to.

    Where that is not shown, a condition around the other one is about its class: TorchScript decides that when it compiles.
    It cannot be the only one, since a quantizer may put a module of another class in the place of the new child.
    """
    source, node = file.source, loop.node
    if not isinstance(node, ast.For):
        raise _Shown("TorchScript takes no condition in its loop")
    outer, inner = _conditions(loop, node)
    new = f"{loop.element} is not {first_argument(loop.method)}.{NAME}"
    missing: list[str] = []
    if not isinstance(op, OpModule) or is_written(file, op) and not _fits(loop, op):
        name = _class_of(file, owner, loop, op)
        known = [] if outer is None else [ast.unparse(each) for each in _classes(loop, outer)]
        if name not in known:
            several = ", ".join([*known, CLASS])
            of_class = f"not isinstance({loop.element}, {f'({several})' if known else several})"
            if outer is None:
                missing.append(of_class)
            else:
                yield Edit(source.start(outer), source.end(outer), of_class)
    if inner is None:
        missing.append(new)
    else:
        yield Edit(source.start(inner), source.end(inner), f"{source.code(inner)} and {new}")
    if missing:
        yield from _indented(source, node, missing)


def _conditions(loop: _Loop, node: ast.For) -> tuple[ast.expr | None, ast.expr | None]:
    """The condition on the class of a child, and the one on the child, of a loop that leaves some out."""
    match node.body:
        case [ast.If(test=outer, body=[ast.If(test=inner, orelse=[])], orelse=[])] if _classes(loop, outer) and _children(loop, inner):
            return outer, inner
        case [ast.If(test=inner, orelse=[])] if _children(loop, inner):
            return None, inner
    return None, None


def _children(loop: _Loop, condition: ast.expr) -> list[ast.Attribute]:
    """The children that a condition leaves out, none where it asks anything else."""
    children: list[ast.expr] = []
    for part in condition.values if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And) else [condition]:
        match part:
            case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[only]) if name == loop.element:
                children.append(only)
            case ast.Compare(left=ast.Name(id=name), ops=[ast.NotIn()], comparators=[ast.Tuple(elts=several)]):
                children += several if name == loop.element else [part]
            case _:
                return []
    own = [child for child in children if isinstance(child, ast.Attribute)]
    return own if len(own) == len(children) else []


def _classes(loop: _Loop, condition: ast.expr) -> list[ast.expr]:
    """The classes of which a condition leaves out the children, none where it asks anything else."""
    match condition:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kinds])):
            classes = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
            return classes if name == loop.element else []
    return []


def _class_of(file: File, owner: ClassFacts, loop: _Loop, op: OpModule | HelperModule | None) -> str:
    """The name of the new child's class, which is none of the others'."""
    if not isinstance(op, OpModule):
        raise _Shown("TorchScript tells it from the others by a class of its own only")
    found = OpClasses(file).find(op, owner)
    if isinstance(found, Refusal):
        raise _Shown(found.reason)
    if not found.edits:
        _check_class(file, found.name)
    if found.name in bound_names(loop.method) or file.tree.may_bind(file.module, "isinstance"):
        raise _Shown(f"`{found.name}` is another name in `{loop.method.name}`")
    return found.name


def _fits(loop: _Loop, op: OpModule) -> bool:
    """Whether TorchScript compiles the calls of a loop for an op module: they hand it a list, which is what it takes."""
    forward = next((node for node in walk(ast.parse(op.source)) if _is_forward(node)), None)
    if not isinstance(forward, ast.FunctionDef) or forward.returns is None or ast.unparse(forward.returns) != "torch.Tensor":
        return False
    arguments = forward.args.args[1:]
    takes = arguments[0].annotation if arguments and len(forward.args.defaults) == len(arguments) - 1 else None
    if takes is None or ast.unparse(takes) != "list[torch.Tensor]":
        return False
    parents = parents_in(loop.method)
    loads = [node for node in walk(loop.method) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    used = [parents[node] for node in loads if node.id == loop.element and not isinstance(parents[node], ast.Compare)]
    return all(_gives_list(loop.method, call) and _takes_tensor(parents[call]) for call in used)


def _is_forward(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "forward"


def _gives_list(method: Function, call: ast.AST) -> bool:
    """Whether a node is a call with one argument, a name that always has a list that is written down."""
    match call:
        case ast.Call(func=ast.Name(), args=[ast.Name(id=name)], keywords=[]):
            values = bindings_of(method, name)
            return bool(values) and name not in parameters(method) and all(isinstance(value, ast.List) for value in values)
    return False


def _takes_tensor(outer: ast.AST) -> bool:
    """Whether what is around a call takes one tensor."""
    match outer:
        case ast.Assign(targets=[ast.Name()]) | ast.Call(func=ast.Attribute(attr="append")):
            return True
    return False


def _opens(source: Source, offset: int) -> bool:
    """Whether an argument is the first of its call."""
    return source.text[:offset].endswith("(")


def _check_class(file: File, name: str) -> None:
    """See that objects of a class are attributes alone, and nothing that a container is given."""
    made = [node.value for node in walk(file.syntax) if isinstance(node, ast.Assign) and _is_own(node.targets)]
    listed = [
        each.elt
        for value in made
        if isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] == "ModuleList"
        for each in value.args
        if isinstance(each, ast.ListComp)
    ]
    kept = {each.func for each in (*made, *listed) if isinstance(each, ast.Call)}
    for node in walk(file.syntax):
        if isinstance(node, ast.Call) and dotted(node.func) == "isinstance":
            kept |= {each for argument in node.args for each in walk(argument) if isinstance(each, ast.expr)}
    for node in walk(file.syntax):
        if isinstance(node, ast.Name) and node.id == name and node not in kept:
            raise _Shown(f"`{name}` may be the class of other children")
    target = f"{file.module.module}.{name}"
    if any(target in targets for each in file.tree.importers(file.module.path) for targets in each.bindings.values()):
        raise _Shown(f"`{name}` may be the class of other children")


def _is_own(targets: Sequence[ast.expr]) -> bool:
    return all(isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) for each in targets)


def _indented(source: Source, loop: ast.For, tests: Sequence[str]) -> Iterator[Edit]:
    """The body of a loop under conditions.

    One edit replaces the end of the loop's head, so that another one of the same loop waits for the next pass.
    """
    first, last = loop.body[0], loop.body[-1]
    head = loop.iter.end_lineno or loop.iter.lineno
    end = source.line_end(head)
    inside = [node for part in loop.body for node in walk(part)]
    strings = (node for node in inside if isinstance(node, (ast.Constant, ast.JoinedStr)))
    lines = source.text[source.end(loop.iter) : end].partition("#")[0].strip().lstrip(") \t")
    if loop.orelse or first.lineno <= head or lines != ":" or any(node.lineno != node.end_lineno for node in strings):
        raise _Shown("its loop takes no condition")
    inner, start = source.indent(first.lineno), source.end(loop.iter)
    step = level(source, loop, inner)
    heads = (f"{inner}{step * depth}if {test}:{source.newline}" for depth, test in enumerate(tests))
    yield Edit(start, end, source.text[start:end] + "".join(heads))
    for line in range(head + 1, (last.end_lineno or last.lineno) + 1):
        if source.line_text(line).strip():
            yield Edit(source.line_starts[line - 1], source.line_starts[line - 1], step * len(tests))
