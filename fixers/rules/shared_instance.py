"""MOD203: a fresh instance for each place, made by the expression that made the first one. Only without state."""

from __future__ import annotations

import ast
import re

from modulint.fixers.edits import Edit
from modulint.fixers.imports import spell
from modulint.fixers.placement import start_of
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.fixers.surroundings import doubts
from modulint.lint.assignments import Function, dotted
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File
from modulint.lint.rules.shared_instance import SharedInstance
from modulint.lint.scopes import bound_names, walk
from modulint.lint.source import Source
from modulint.lint.state import state_of


def propose(file: File, subject: SharedInstance) -> Answer:
    """The construction in place of the name."""
    if subject.kind == "class attribute":
        return _copied(file, subject)
    if subject.kind == "conditional":
        return Refusal("it is made under a condition that need not hold where it is used again")
    if subject.kind == "default":
        return Refusal("callers may count on the default; construct it in `__init__` when nothing is given")
    if subject.kind == "other":
        return Refusal("who takes it from the table decides whether it is shared; keep the class in the table")
    function, owner = subject.function, subject.facts
    if owner is None or isinstance(function, ast.Lambda) or function is None:
        return Refusal("it is shared outside of a class")
    if not isinstance(subject.use, (ast.Name, ast.Attribute)) or not isinstance(subject.use.ctx, ast.Load):
        return Refusal("one statement gives it several names")
    state = state_of(owner, function, subject.made)
    if state != "none":
        held = "holds parameters or buffers" if state == "some" else "is not shown to hold no parameters and no buffers"
        return Refusal(f"the module {held}: copies would drift apart in training")
    if reason := _against_repeating(function, subject.made):
        return Refusal(reason)
    text = file.source.code(subject.made)
    edits = [Edit(file.source.start(subject.use), file.source.end(subject.use), text)]
    if subject.in_loop and subject.kind == "local":
        statement = _lone_statement(file.source, function, subject)
        if statement is None:
            return Refusal("the name has other uses beside the loop")
        edits.append(Edit(*file.source.lines_of(statement), ""))
    doubt = doubts(owner)
    return Proposal(tuple(edits), None, (), "unsafe" if doubt else "safe", doubt)


def _against_repeating(function: Function, made: ast.expr) -> str:
    """Why the expression may give something else where it is repeated."""
    local = bound_names(function)
    parameters = {a.arg for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]}
    stored = [node.id for node in walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    for node in walk(made):
        if isinstance(node, ast.Name) and node.id in local and (node.id not in parameters or node.id in stored):
            return f"`{node.id}` may have another value where the instance is used again"
        if isinstance(node, ast.Call) and node is not made:
            return "its construction calls something else, which need not give the same twice"
    return ""


def _lone_statement(source: Source, function: Function, subject: SharedInstance) -> ast.stmt | None:
    """The statement that made the instance, if its only use is the one in the loop."""
    uses = [n for n in walk(function) if isinstance(n, ast.Name) and n.id == subject.name and isinstance(n.ctx, ast.Load)]
    if uses != [subject.use]:
        return None
    statement = next((s for s in function.body if isinstance(s, ast.Assign) and s.value is subject.made), None)
    if statement is None or len(statement.targets) != 1 or not source.is_alone(statement):
        return None
    return statement


def _copied(file: File, subject: SharedInstance) -> Answer:
    """``self.default_act`` read in ``__init__`` becomes a copy of it: who replaces the class attribute still can."""
    owner = subject.facts
    assert owner is not None
    others = [reference for reference, header in owner.family.items() if subject.name in header.stores]
    if state_of(owner, None, subject.made) != "none" or others != [owner.reference]:
        return Refusal(
            "the module, or what a related class has in its place, is not shown to hold no parameters and no buffers: "
            "copies would drift apart in training"
        )
    if owner.init is None:
        return Refusal("the class has no `__init__` that reads it")
    reads: list[ast.Attribute] = []
    name = subject.name
    for reference in owner.family:
        part = owner.index.get(reference)
        if part is None or (part.source is not file.source and subject.name in part.header.mentions):
            return Refusal("a related class in another file reads it too")
        for method in part.methods.values():
            for node in walk(method):
                if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Load):
                    if method is not owner.init or dotted(node) != f"self.{name}":
                        return Refusal(f"`{part.node.name}.{method.name}` reads it too")
                    if not _is_kept(owner.init, node):
                        return Refusal("it is not simply put into an attribute")
                    reads.append(node)
    if not reads:
        return Refusal("nothing in this class's `__init__` reads it")
    spelled = file.module.bindings.get("copy")
    if spelled not in (None, ("copy",)) or "copy" in bound_names(owner.init):
        return Refusal("`copy` is another name in this file")
    copying, edits, imports = "copy.deepcopy", [], set() if spelled else {"import copy"}
    if owner.is_stored(name):
        found = _copying_function(file, owner)
        if found is None:
            return Refusal(f"`{name}` is replaced from outside, perhaps by a module with parameters")
        copying, written, needed = found
        edits, imports = written, imports | needed
    for node in reads:
        edits.append(Edit(file.source.start(node), file.source.end(node), f"{copying}({file.source.code(node)})"))
    doubt = doubts(owner)
    return Proposal(tuple(edits), None, tuple(sorted(imports)), "unsafe" if doubt else "safe", doubt)


# Who replaces the class attribute may have one module with parameters in all places: that stays one.
_OWN_COPY = """\
def {name}(module):
    \"""A copy for the place that asks, or the module itself if places share its parameters or buffers.\"""
    shares = isinstance(module, {module}) and [*module.parameters(), *module.buffers()]
    return module if shares else copy.deepcopy(module)


"""


def _copying_function(file: File, owner: ClassFacts) -> tuple[str, list[Edit], set[str]] | None:
    """The name of a function that copies modules without state, and what brings it into the file; None without a name."""
    base, imports = spell(file, "torch.nn.Module", owner)
    for name in ("own_copy", "own_copy_of_module"):
        text = _OWN_COPY.format(name=name, module=base)
        there = [node for node in file.syntax.body if isinstance(node, ast.FunctionDef) and node.name == name]
        if len(there) == 1 and ast.dump(there[0]) == ast.dump(ast.parse(text).body[0]):
            return name, [], set()
        if not re.search(rf"\b{name}\b", file.source.text):
            start = start_of(file.source, next(node for node in file.syntax.body if isinstance(node, ast.ClassDef)))
            # It takes the place of a character, so that several findings which ask for the same make it once.
            head = file.source.text[start]
            return name, [Edit(start, start + 1, text.replace("\n", file.source.newline) + head)], set(imports)
    return None


def _is_kept(init: Function, read: ast.Attribute) -> bool:
    """Whether a read is the value, or a branch of the value, of an assignment to an attribute of ``self``."""

    def gives(value: ast.expr) -> bool:
        return value is read or (isinstance(value, ast.IfExp) and (gives(value.body) or gives(value.orelse)))

    return any(
        isinstance(node, ast.Assign) and gives(node.value) and all(dotted(t).startswith("self.") for t in node.targets)
        for node in walk(init)
    )


