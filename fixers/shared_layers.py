"""A layer that runs again: the further call goes through an op module that takes the layer's weights as inputs.

A second layer would be a copy that drifts apart in training. So the weights stay where they are, under the names that they
have, and the first call still runs the layer itself: hooks see it, and a quantizer of weights finds it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from modulint.fixers.edits import Edit
from modulint.fixers.op_classes import is_written
from modulint.fixers.op_modules import OpModule, for_call
from modulint.fixers.proposal import CLASS, Refusal
from modulint.fixers.wrapping import own_rows, stem_of
from modulint.lint.assignments import Assignment
from modulint.lint.certainty import surely_precedes
from modulint.lint.classes import ClassFacts
from modulint.lint.constructor import Inexpressible
from modulint.lint.file import File, Reuse
from modulint.lint.layers import SELF, LayerCall, layer_call
from modulint.lint.operations import OPERATIONS
from modulint.lint.scopes import parents_in

_BRACKETS = re.compile(r"(?:\s*\))*")
_ASKS = frozenset({"hasattr", "isinstance"})


@dataclass(frozen=True, slots=True, eq=False)
class Again:
    """The module that a further call gets.

    ``stem`` is what its name starts from. ``expressions`` make it, one for each statement that makes the first one. Of an op
    module ``edits`` hand over what it takes beside the input. ``doubt`` says in one line what the call may miss that is
    done to the first one.
    """

    stem: str
    expressions: tuple[str, ...]
    op: OpModule | None = None
    edits: tuple[Edit, ...] = ()
    doubt: str = ""


def shared_layer(file: File, subject: Reuse, owner: ClassFacts, called: ast.Attribute) -> Again | Refusal | None:
    """How a module that ``owner`` makes can run again, as ``called``, if it is a layer with weights; None for another one."""
    assignments = owner.assignments[called.attr]
    found = [layer_call(owner, assignment) for assignment in assignments]
    if all(each is None for each in found):
        return None
    layers = [each for each in found if isinstance(each, LayerCall)]
    if len(layers) < len(found) or not all(map(_is_plain, assignments)):
        reason = next((each for each in found if isinstance(each, str)), f"`{called.attr}` is not made in one plain way")
        return Refusal(f"a copy would drift apart in training, and {reason}")
    if not any(surely_precedes(file.parents, run, subject.run) for run in subject.earlier):
        return Refusal("no call of the layer before this one runs in any case: perhaps none would be left of it")
    if user := next(_handed_on(file, owner, called.attr), ""):
        return Refusal(f"`{user}` hands `{called.attr}` on, where more may be done with it than call it")
    ops: list[OpModule] = []
    for layer in layers:
        op = _op_module(file, layer)
        if isinstance(op, Inexpressible):
            return Refusal(op.reason)
        ops.append(op)
    texts = {_weights(file, layer, called) for layer in layers}
    if len(texts) > 1 or len({op.source for op in ops}) > 1:
        return Refusal(f"`{called.attr}` is made in several ways, which compute by different calls")
    edits = _edits(file, subject.site.call, texts.pop())
    if isinstance(edits, Refusal):
        return edits
    stem = stem_of(OPERATIONS[layers[0].operation])
    return Again(stem, tuple(_construction(file, op) for op in ops), ops[0], edits, _doubt(owner, layers))


def _is_plain(assignment: Assignment) -> bool:
    return assignment.via == "=" and isinstance(assignment.statement, ast.Assign) and len(assignment.statement.targets) == 1


def _op_module(file: File, layer: LayerCall) -> OpModule | Inexpressible:
    extra = own_rows(file.settings.operations)
    op = for_call(layer.operation, layer.call, False, layer.kinds, extra=extra, constructed=layer.constructed)
    if isinstance(op, Inexpressible):
        return op
    if op.guessed or op.constructed and not is_written(file, op):
        name, _ = (op.guessed or op.constructed)[0]
        return Inexpressible(f"the type of `{name}` is not shown, which an op module has to know")
    return op


def _construction(file: File, op: OpModule) -> str:
    arguments = (f"{name}={file.source.code(value)}" for name, value in op.constructed)
    return f"{CLASS}({', '.join(arguments)})"


def _weights(file: File, layer: LayerCall, called: ast.Attribute) -> str:
    """What the op module gets behind the input, as it is written where the layer is called."""
    prefix = file.source.code(called)

    def text(node: ast.expr) -> str:
        return ast.unparse(node) if isinstance(node, ast.Constant) else f"{prefix}{ast.unparse(node).removeprefix(SELF)}"

    positional = [f", {text(node)}" for node in layer.call.args[1:]]
    keywords = [f", {each.arg}={text(each.value)}" for each in layer.call.keywords if each.arg not in layer.constructed]
    return "".join([*positional, *keywords])


def _edits(file: File, call: ast.Call, weights: str) -> tuple[Edit, ...] | Refusal:
    """The edits that put the weights behind the one argument of a call."""
    if len(call.args) != 1 or call.keywords or isinstance(call.args[0], (ast.Starred, ast.GeneratorExp)):
        return Refusal("it is called with something else than one argument by position")
    start = file.source.end(call.args[0])
    behind = file.source.text[start : file.source.end(call) - 1]
    brackets = _BRACKETS.match(behind)
    length = brackets.end() if brackets is not None else 0
    if ")" in behind[length:]:
        return Refusal("a comment stands among its arguments")
    return (Edit(start + length, start + length, weights),)


def _handed_on(file: File, owner: ClassFacts, attribute: str) -> Iterator[str]:
    """Where the object under an attribute may get to, beside being called and asked for what it holds."""
    related: dict[str, set[str]] = {}
    for reference, header in owner.family.items():
        related.setdefault(reference.path, set()).add(header.name)
    for path, classes in related.items():
        parents = file.parents if path == owner.module.path else parents_in(owner.index.syntax(path))
        for node, parent in parents.items():
            if not isinstance(node, ast.Attribute) or node.attr != attribute or not isinstance(node.ctx, ast.Load):
                continue
            around = [each.name for each in _around(parents, node)]
            other = ast.unparse(node.value) == "self" and classes.isdisjoint(around)
            if not other and not _only_reads(node, parent):
                yield ".".join(reversed(around)) or "code of the file"


def _around(parents: Mapping[ast.AST, ast.AST], node: ast.AST) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """The definitions around a node, from the inside out."""
    while node in parents:
        node = parents[node]
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _only_reads(node: ast.Attribute, parent: ast.AST) -> bool:
    match parent:
        case ast.Call(func=function) if function is node:
            return True
        case ast.Call(func=ast.Name(id=function)):
            return function in _ASKS
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
            return True
    return isinstance(parent, ast.Attribute)


def _doubt(owner: ClassFacts, layers: list[LayerCall]) -> str:
    """The doubt about calls past a layer: they miss what other code puts in its place, or around it."""
    reworked = owner.index.tree.summary.reworked
    found = min((name for layer in layers for name in layer.classes & reworked), default="")
    if found:
        return f"code of the tree looks for `{found}` modules and may replace or wrap them, which this call would miss"
    return "this call would miss what is put around the layer later, such as a hook or an adapter"
