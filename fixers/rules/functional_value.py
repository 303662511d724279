"""MOD104: ``self.act = F.relu`` becomes ``self.act = nn.ReLU()``, where the attribute is only ever called with one tensor."""

from __future__ import annotations

import ast

from modulint.fixers.calls import construction
from modulint.fixers.edits import Edit
from modulint.fixers.placement import contains, last_child, returns_early, self_name
from modulint.fixers.proposal import Answer, Beside, Definition, Proposal, Refusal
from modulint.fixers.surroundings import against_children, doubts, open_store, super_init
from modulint.lint.classes import ClassFacts
from modulint.lint.constructor import Inexpressible, constructor_of
from modulint.lint.file import File
from modulint.lint.assignments import dotted
from modulint.lint.computed_names import may_be_computed
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
    source = file.source
    statement = next(a.statement for a in owner.assignments[attribute] if a.value is subject.value)
    definition = None
    edit = Edit(source.start(subject.value), source.end(subject.value), text)
    children = last_child(owner, [statement])
    if children is not None and statement.lineno > children.lineno:
        # The value is no child yet: as the last one it would be what code that slices `children()` cuts off.
        start, end = source.lines_of(statement)
        if source.text[start:end].strip() != source.code(statement):
            return Refusal("the module would be the last child, and its line holds more than the statement")
        if returns_early(owner):
            return Refusal("the module would be the last child, and `__init__` may return before it")
        edit = Edit(start, end, "")
        after = next((n for n, found in owner.assignments.items() for a in found if contains(children, a.statement)), "")
        definition = Definition(owner, attribute, (text,), Beside(after=after), exact=True)
    doubt = doubts(owner, outcome.module)
    return Proposal((edit,), definition, imports, "unsafe" if doubt else "safe", doubt)


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
    if owner.is_stored(attribute) or attribute in owner.index.tree.summary.probed:
        return f"`{attribute}` is set or asked for by name somewhere in the tree"
    if open_store(owner):
        return f"code of the tree sets attributes under computed names, `{attribute}` perhaps among them"
    if len(owner.assignments.get(attribute, ())) > 1:
        return f"`{attribute}` is assigned in several places"
    for reference, header in owner.family.items():
        if may_be_computed([header], attribute):
            return f"`{header.name}` may assign `{attribute}` under a computed name"
        if reference != owner.reference and attribute in header.stores | header.methods:
            return f"`{header.name}` has an attribute or method `{attribute}` too"
        if reference != owner.reference and attribute in header.mentions and reference.path != owner.reference.path:
            return f"`{header.name}` in another file uses it"
    for place in file.places:
        node = place.node
        if isinstance(node, ast.Attribute) and node.attr == attribute:
            call = place.parents[-1]
            if not isinstance(call, ast.Call) or call.func is not node:
                return f"`{attribute}` is handed on or compared"
            if len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
                return f"`{attribute}` is called with more than a tensor"
    return ""


def _as_call(value: ast.expr) -> ast.Call:
    """The call that the value stands for: ``partial(F.gelu, approximate="tanh")`` with a tensor in front."""
    tensor = ast.Name("tensor", ast.Load())
    if isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] == "partial":
        return ast.Call(value.args[0], [tensor, *value.args[1:]], value.keywords)
    return ast.Call(value, [tensor], [])
