"""MOD104: ``self.act = F.relu`` becomes ``self.act = nn.ReLU()``, where the attribute is only ever called with one tensor."""

from __future__ import annotations

import ast
import re

from modulint.fixers.calls import construction
from modulint.fixers.edits import Edit
from modulint.fixers.placement import self_name
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.fixers.surroundings import against_children, doubts, super_init
from modulint.lint.classes import ClassFacts
from modulint.lint.constructor import Inexpressible, constructor_of
from modulint.lint.file import File
from modulint.lint.names import dotted
from modulint.lint.rules.functional_value import FunctionalValue


def propose(file: File, subject: FunctionalValue) -> Answer:
    """The module in place of the function, under the same name."""
    owner = subject.place.facts
    attribute = _attribute(subject, owner)
    if owner is None or not attribute:
        return Refusal("only a functional that `__init__` puts into an attribute can be replaced where it stands")
    operation = subject.operation
    if len(operation.tensors) != 1:
        return Refusal("the module takes several tensors")
    if reason := against_children(owner) or _against_calls(file, owner, attribute):
        return Refusal(reason)
    assert owner.init is not None
    call = _as_call(subject.value)
    outcome = constructor_of(operation, call, frozenset(), self_name(owner))
    if isinstance(outcome, Inexpressible):
        return Refusal(f"no module does the same: {outcome.reason}")
    if any(not isinstance(value, (str, ast.Constant)) for _, value in outcome.keywords):
        return Refusal("its arguments are no literals")
    expression = construction(file, owner, outcome.module, outcome.keywords, operation.checked)
    if isinstance(expression, Refusal):
        return expression
    text, _, imports = expression
    edit = Edit(file.source.start(subject.value), file.source.end(subject.value), text)
    doubt = doubts(owner)
    return Proposal((edit,), None, imports, "unsafe" if doubt else "safe", doubt)


def _attribute(subject: FunctionalValue, owner: ClassFacts | None) -> str:
    """The attribute that the value is assigned to by a statement directly in ``__init__``, behind ``super().__init__()``."""
    if owner is None or owner.init is None or subject.place.function is not owner.init:
        return ""
    start = super_init(owner.init, owner)
    for name, assignments in owner.assignments.items():
        for assignment in assignments:
            if assignment.value is subject.value and start is not None and assignment.statement.lineno > start.lineno:
                return name if assignment.via == "=" and assignment.top else ""
    return ""


def _against_calls(file: File, owner: ClassFacts, attribute: str) -> str:
    if attribute in owner.index.tree.stored_names | owner.index.tree.probed_names:
        return f"`{attribute}` is set or asked for by name somewhere in the tree"
    for part in owner.family:
        if len(part.assignments.get(attribute, ())) > (1 if part is owner else 0):
            return f"`{attribute}` is assigned in several places"
        if attribute in part.methods:
            return f"`{part.node.name}` has a method of that name"
        name = re.escape(attribute)
        for node in ast.walk(part.node):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == attribute:
                if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
                    return f"`{attribute}` is called with more than a tensor"
        reads = len(re.findall(rf"\bself\.{name}\b", part.text))
        calls = len(re.findall(rf"\bself\.{name}\(", part.text))
        stores = len(re.findall(rf"\bself\.{name}\s*(?::[^=\n]*)?=[^=]", part.text))
        if reads != calls + stores:
            return f"`{attribute}` is handed on or compared"
    return ""


def _as_call(value: ast.expr) -> ast.Call:
    """The call that the value stands for: ``partial(F.gelu, approximate="tanh")`` with a tensor in front."""
    tensor = ast.Name("tensor", ast.Load())
    if isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] == "partial":
        return ast.Call(value.args[0], [tensor, *value.args[1:]], value.keywords)
    return ast.Call(value, [tensor], [])
