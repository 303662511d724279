"""MOD201: a definition for each further use, beside the first one. A module without state is made once more; a layer with
weights keeps them, and its further uses get an op module that takes them as inputs."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from modulint.fixers.calls import against_site
from modulint.fixers.edits import Edit
from modulint.fixers.proposal import NAME, Answer, Behind, Definition, Proposal, Refusal
from modulint.fixers.shared_layers import Again, shared_layer
from modulint.fixers.surroundings import against_children, doubts
from modulint.lint.assignments import Assignment, Function, dotted, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Reuse
from modulint.lint.forward import ForwardPath, Site
from modulint.lint.computed_names import may_be_computed
from modulint.lint.names import last_part
from modulint.lint.recorded_state import ran_without_state
from modulint.lint.scopes import bound_names, walk
from modulint.lint.state import state_of


_PURE = frozenset({"int", "float", "bool", "tuple", "len", "max", "min", "abs", "round", "isinstance", "str"})


def propose(file: File, subject: Reuse) -> Answer:
    """A module for this call, under the next free name: made as the first one is, or one that takes its weights."""
    site = subject.site
    if any(run.node is site.call for run in subject.earlier):
        return Refusal("the code around it runs more than once in a forward pass")
    if reason := against_site(as_single(site)):
        return Refusal(reason)
    owner = maker_of(file, subject)
    if isinstance(owner, Refusal):
        return owner
    attribute, node = site.callee.path, attribute_node(site)
    again = _again(file, subject, owner, node)
    if isinstance(again, Refusal):
        return again
    if node is None:
        return Refusal("it is called under another name")
    end = file.source.end(node)
    colour = _colours(subject.path, attribute)[site.call]
    place = Behind(tuple(assignment.statement for assignment in owner.assignments[attribute]))
    key = (owner.reference, attribute, colour)
    definition = Definition(owner, again.stem, again.expressions, place, key=key, op=again.op)
    doubt = doubts(owner) or again.doubt
    edits = (Edit(end - len(attribute), end, NAME), *again.edits)
    return Proposal(edits, definition, (), "unsafe" if doubt else "safe", doubt)


def _again(file: File, subject: Reuse, owner: ClassFacts, called: ast.Attribute | None) -> Again | Refusal:
    attribute = subject.site.callee.path
    shared = shared_layer(file, subject, owner, called) if called is not None else None
    done = done_to(owner, attribute)
    if reason := (done if shared is None else "") or against_maker(owner, attribute):
        return Refusal(reason)
    if shared is not None:
        return replace(shared, doubt=done or shared.doubt) if isinstance(shared, Again) else shared
    expressions = repeated(file, subject, owner)
    if isinstance(expressions, Refusal):
        return expressions
    return Again(re.sub(r"_?\d+$", "", attribute) or attribute, expressions)


def maker_of(file: File, subject: Reuse) -> ClassFacts | Refusal:
    """The one class that makes a reused module, if it stands in this file."""
    attribute = subject.site.callee.path
    if not attribute.isidentifier():
        return Refusal(f"`{attribute}` is no attribute of this class itself")
    found = subject.path.facts.attribute(attribute)
    if not found:
        return Refusal(f"`{attribute}` is not assigned in a class that is in sight")
    owner = found[0][0]
    if any(facts is not owner for facts, _ in found):
        return Refusal(f"`{attribute}` is assigned in several classes")
    if owner.source is not file.source:
        return Refusal(f"`{attribute}` is assigned in another file")
    caller, tree = subject.site.owner, owner.index.tree
    if other := next((each for each in caller.below if owner.reference not in tree.above(each)), None):
        return Refusal(f"the method is one of `{caller.qualname}`, which `{last_part(other.name)}` runs with a module of its own")
    return owner


def repeated(file: File, subject: Reuse, owner: ClassFacts) -> tuple[str, ...] | Refusal:
    """The source of each expression that makes a reused module, if repeating it is the same."""
    expressions: list[str] = []
    for assignment in owner.assignments[subject.site.callee.path]:
        answer = _repeatable(file, owner, assignment, subject.site)
        if isinstance(answer, Refusal):
            return answer
        expressions.append(file.source.code(answer))
    return tuple(expressions)


def attribute_node(site: Site) -> ast.Attribute | None:
    """The ``self.relu`` of a call of it, be it ``self.relu.forward(x)``; None where it goes by another name."""
    node = site.call.func
    while isinstance(node, ast.Attribute) and node.attr != site.callee.path:
        node = node.value
    return node if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else None


def as_single(site: Site) -> Site:
    """The site without what precedes it: being behind other calls is what this fixer is for."""
    return replace(site, runs=[])


def _colours(path: ForwardPath, attribute: str) -> dict[ast.expr | ast.AugAssign, int]:
    """A number for each call of the module such that calls which may run in one pass have different ones."""
    colours: dict[ast.expr | ast.AugAssign, int] = {}
    for site in path.sites:
        if site.callee.kind == "module" and site.callee.path == attribute:
            taken = {colours[run.node] for own in site.runs for run in own.before if run.node in colours}
            colours[site.call] = next(colour for colour in range(len(taken) + 1) if colour not in taken)
    return colours


def done_to(owner: ClassFacts, attribute: str) -> str:
    """What is done to a module somewhere, beside calling it: one line, "" if nothing is."""
    if owner.is_stored(attribute):
        return f"`{attribute}` is replaced from outside somewhere in the tree"
    if owner.is_touched(attribute):
        return f"something is done to `{attribute}` beside calling it, which a second module would miss"
    return ""


def against_maker(owner: ClassFacts, attribute: str) -> str:
    """What stands against a second module beside the one that a class makes: one line, "" if nothing does."""
    for reference, header in owner.family.items():
        if reference != owner.reference and attribute in header.stores:
            return f"`{header.name}` assigns `{attribute}` too"
        if may_be_computed([header], attribute):
            return f"`{header.name}` may assign `{attribute}` under a computed name"
    return against_children(owner)


def _repeatable(file: File, owner: ClassFacts, assignment: Assignment, site: Site) -> ast.expr | Refusal:
    """The expression that made the module which ``site`` calls, if repeating it gives another one of the same."""
    name, value = assignment.attribute, assignment.value
    if assignment.method is None or value is None or assignment.via != "=":
        return Refusal(f"`{name}` is not made by one expression")
    if not isinstance(assignment.statement, ast.Assign) or len(assignment.statement.targets) != 1:
        return Refusal(f"`{name}` is not assigned by a statement of its own")
    if not isinstance(assignment.statement.targets[0], ast.Attribute):
        return Refusal(f"`{name}` is not assigned by a statement of its own")
    if not isinstance(value, (ast.Call, ast.IfExp)):
        return Refusal(f"`{name}` came in as an object: there is no expression to repeat")
    if any(isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield)) or _has_effects(node, value) for node in walk(value)):
        return Refusal("making it calls something that need not give the same twice")
    state = state_of(owner, assignment.method, value)
    if state == "some":
        return Refusal("the module holds parameters or buffers: copies would drift apart in training")
    if state == "unknown" and not (_is_chosen(assignment.method, value) and ran_without_state(file, owner, name, site.call)):
        made = dotted(value.func) if isinstance(value, ast.Call) else ""
        return Refusal(f"it is not shown that {f'`{made}`' if made else 'the module'} holds no parameters and no buffers")
    return value


def _is_chosen(init: Function, value: ast.expr) -> bool:
    """Whether the class that makes a module is an argument or a local name: its construction does nothing else."""
    made = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
    called = [dotted(each.func).partition(".")[0] for each in made if isinstance(each, ast.Call)]
    return bool(called) and all(name in bound_names(init) - {first_argument(init)} for name in called)


def _has_effects(node: ast.AST, value: ast.expr) -> bool:
    """Whether a node is a call inside the construction, other than of what only computes."""
    made = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
    return isinstance(node, ast.Call) and node not in made and dotted(node.func) not in _PURE
