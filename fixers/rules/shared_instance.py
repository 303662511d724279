"""MOD203: a fresh instance for each place, made by the expression that made the first one. Only without state."""

from __future__ import annotations

import ast
import re

from modulint.fixers.edits import Edit
from modulint.fixers.imports import spell
from modulint.fixers.placement import start_of
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.fixers.surroundings import doubts
from modulint.lint.assignments import Function, dotted, first_argument, statements
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, Place
from modulint.lint.kept_instances import Gift, Kept, Take, changes, on_forward_path, runs_in_forward
from modulint.lint.names import last_part
from modulint.lint.rules.shared_instance import SharedInstance
from modulint.lint.scopes import bound_names, parents_in, walk
from modulint.lint.sharing import Scope, through_branches
from modulint.lint.source import Source
from modulint.lint.state import State, state_of
from modulint.lint.tree import Reference


def propose(file: File, subject: SharedInstance) -> Answer:
    """The construction in place of the name."""
    if subject.kind == "class attribute":
        return _copied(file, subject)
    if subject.kind == "conditional":
        return Refusal("it is made under a condition that need not hold where it is used again")
    if subject.kind == "default":
        return _in_place_of_default(file, subject)
    if subject.kind == "fallback":
        return _in_place_of_name(file, subject)
    if subject.kind == "repeated":
        return _one_by_one(file, subject)
    if subject.kind == "kept":
        return _taken(file, subject)
    function, owner = subject.function, subject.facts
    if owner is None or isinstance(function, ast.Lambda) or function is None:
        return Refusal("it is shared outside of a class")
    if not isinstance(subject.use, (ast.Name, ast.Attribute)) or not isinstance(subject.use.ctx, ast.Load):
        return Refusal("one statement gives it several names")
    if reason := _against_state(state_of(owner, function, subject.made)):
        return Refusal(reason)
    if reason := _against_repeating(owner, function, subject.made):
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


def _against_state(state: State) -> str:
    """Why a module that holds this cannot be made several times: one line, "" if it can."""
    if state == "none":
        return ""
    held = "holds parameters or buffers" if state == "some" else "is not shown to hold no parameters and no buffers"
    return f"the module {held}: copies would drift apart in training"


def _against_repeating(scope: ClassFacts | Scope, function: Function, made: ast.expr) -> str:
    """Why the expression may give something else where it is repeated."""
    local = bound_names(function)
    parameters = {a.arg for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]}
    stored = [node.id for node in walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    for node in walk(made):
        if isinstance(node, ast.Name) and node.id in local and (node.id not in parameters or node.id in stored):
            return f"`{node.id}` may have another value where the instance is used again"
        if isinstance(node, ast.Call) and node is not made and state_of(scope, function, node) != "none":
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
        found = _copying_function(file)
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


def _copying_function(file: File) -> tuple[str, list[Edit], set[str]] | None:
    """The name of a function that copies modules without state, and what brings it into the file; None without a name."""
    base, imports = spell(file, "torch.nn.Module", None)
    for name in ("own_copy", "own_copy_of_module"):
        text = _OWN_COPY.format(name=name, module=base)
        there = [node for node in file.syntax.body if isinstance(node, ast.FunctionDef) and node.name == name]
        if len(there) == 1 and ast.dump(there[0]) == ast.dump(ast.parse(text).body[0]):
            return name, [], set()
        if not re.search(rf"\b{name}\b", file.source.text):
            definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
            start = start_of(file.source, next(node for node in file.syntax.body if isinstance(node, definitions)))
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




def _taken(file: File, subject: SharedInstance) -> Answer:
    """A copy of what a table, module or class keeps, where it is taken: the table stays as it is, for all others."""
    place = subject.take
    assert place is not None
    kept = place.kept
    if isinstance(place, Take) and on_forward_path(place.facts, place.parents):
        return Refusal("it is taken on the forward path")
    if isinstance(place, Gift) and runs_in_forward(file.index, place.function):
        return Refusal("the function that returns it is called on the forward path")
    inner = next((p for p in reversed(place.parents) if isinstance(p, (ast.FunctionDef, ast.AsyncFunctionDef))), None)
    if inner is None:
        return Refusal("it is taken outside of a function")
    states = [_kept_state(file, kept, entry) for entry in kept.entries]
    changed = changes(file.index, kept) or _is_replaced(file, kept)
    if set(states) == {"some"} and not changed:
        return Refusal(_against_state("some"))
    doubt = "something in it is not shown to hold no parameters and no buffers" if "unknown" in states else ""
    if isinstance(place, Take) and place.facts is not None:
        doubt = doubt or doubts(place.facts)
    spelled = file.module.bindings.get("copy")
    hidden = frozenset().union(*(bound_names(p) for p in place.parents if isinstance(p, (ast.FunctionDef, ast.Lambda))))
    if spelled not in (None, ("copy",)) or "copy" in hidden:
        return Refusal("`copy` is another name in this file")
    copying, edits, imports = "copy.deepcopy", [], set() if spelled else {"import copy"}
    if changed or set(states) != {"none"}:
        found = _copying_function(file)
        if found is None or found[0] in hidden:
            return Refusal("no name is free for a function that copies modules without parameters")
        copying, written, needed = found
        edits, imports = written, imports | needed
    edits.append(Edit(file.source.start(place.node), file.source.end(place.node), f"{copying}({file.source.code(place.node)})"))
    return Proposal(tuple(edits), None, tuple(sorted(imports)), "unsafe" if doubt else "safe", doubt)


def _kept_state(file: File, kept: Kept, entry: ast.expr) -> State:
    """What one entry of a table holds. Functions, classes and constants are no modules, and copies of them are themselves."""
    module = file.tree.module(kept.path)
    if module is None:
        return "unknown"
    scope = Scope(file.index, module)
    if isinstance(entry, (ast.Constant, ast.Lambda)):
        return "none"
    if isinstance(entry, ast.Call):
        return state_of(scope, None, entry)
    kind = scope.resolve(dotted(entry)).kind if dotted(entry) else "unknown"
    return "none" if kind in ("function", "class", "external") else "unknown"


def _is_replaced(file: File, kept: Kept) -> bool:
    """Whether other code gives the class another object in the place of one that it keeps."""
    owner = file.index.get(Reference("class", kept.name.rpartition(".")[0], kept.path)) if "." in kept.name else None
    return owner is not None and owner.may_be_replaced(last_part(kept.name))


def _in_place_of_default(file: File, subject: SharedInstance) -> Answer:
    """``act=None``, and the construction wherever the argument is put if it is None."""
    function, name = subject.function, subject.name
    assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
    scope = subject.facts or Scope(file.index, file.module)
    if reason := _against_state(state_of(scope, None, subject.made)):
        return Refusal(reason)
    if function.decorator_list:
        return Refusal("a decorator may look at the default")
    if subject.facts is not None and on_forward_path(subject.facts, (function,)):
        return Refusal("the argument belongs to the forward path")
    if reason := _against_moving(file, subject):
        return Refusal(reason)
    uses = _only_uses(function, name, subject.uses)
    if not uses:
        return Refusal(f"`{name}` is used for something else than to be put somewhere")
    value = f"{file.source.code(subject.made)} if {name} is None else {name}"
    edits = [Edit(file.source.start(subject.made), file.source.end(subject.made), "None")]
    edits += [_written(file, use, value) for use in uses]
    argument = next(a for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs] if a.arg == name)
    if argument.annotation is not None:
        annotation = file.source.code(argument.annotation)
        if isinstance(argument.annotation, ast.Constant):
            return Refusal("its annotation is a string")
        if not re.search(r"\b(?:None|Optional|Any)\b", annotation):
            end = file.source.end(argument.annotation)
            edits.append(Edit(end, end, " | None"))
    doubt = _against_none(subject) or (doubts(subject.facts) if subject.facts is not None else "")
    return Proposal(tuple(edits), None, (), "unsafe" if doubt else "safe", doubt)


def _against_moving(file: File, subject: SharedInstance) -> str:
    """Why a default may be another module where it is made inside of the function."""
    made, function = subject.made, subject.function
    assert isinstance(made, ast.Call) and function is not None
    given = [*made.args, *(keyword.value for keyword in made.keywords)]
    if any(isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Starred)) for part in given for node in walk(part)):
        return "its arguments may have other values where it is made for each instance"
    head = dotted(made.func).partition(".")[0]
    inner = [node for node in walk(function) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))]
    own = subject.facts.header.stores | subject.facts.header.methods if subject.facts is not None else frozenset()
    if head in own or any(head in bound_names(each) for each in inner):
        return f"`{head}` is another name inside of the function"
    return ""


def _only_uses(function: Function, name: str, uses: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places that put an argument somewhere, if the function does nothing else with it."""
    names = [node for node in walk(function) if isinstance(node, ast.Name) and node.id == name]
    inner = [node for node in walk(function) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))]
    declared = any(name in bound_names(each) for each in inner if each is not function)
    return uses if {id(node) for node in names} == {id(use.node) for use in uses} and not declared else ()


def _written(file: File, use: Place, value: str) -> Edit:
    """The edit that writes a conditional value in the place of a name."""
    bare = isinstance(use.parents[-1], (ast.Assign, ast.Call, ast.keyword, ast.List, ast.Dict))
    text = value if bare else f"({value})"
    return Edit(file.source.start(use.node), file.source.end(use.node), text)


def _against_none(subject: SharedInstance) -> str:
    """Why somebody who gives None for an argument today may mean something by it: one line, "" if None is of no use."""
    name, facts, function = subject.name, subject.facts, subject.function
    reason = f"whoever gives None for `{name}` gets a module from then on"
    for use in subject.uses:
        _, parents = through_branches(use.node, use.parents)
        outer = parents[-1]
        if isinstance(outer, ast.Call) and last_part(dotted(outer.func)) == "Sequential":
            continue  # calls what it holds
        if not isinstance(outer, ast.Assign) or facts is None or function is None or isinstance(function, ast.Lambda):
            return reason
        for target in outer.targets:
            owner, _, attribute = dotted(target).partition(".")
            if owner != first_argument(function) or "." in attribute or _is_asked(facts, attribute):
                return reason
    return ""


def _is_asked(facts: ClassFacts, attribute: str) -> bool:
    """Whether code does more with what an attribute holds than call it: that may be done without a module."""
    if attribute in facts.index.tree.summary.probed:
        return True
    for reference in facts.family:
        part = facts.index.get(reference)
        if part is None:
            return True
        above = parents_in(part.node)
        for node in above:
            if isinstance(node, ast.Attribute) and node.attr == attribute and isinstance(node.ctx, ast.Load):
                outer = above[node]
                if not (isinstance(outer, ast.Call) and outer.func is node) or _is_guarded(above, node):
                    return True
    return False


def _is_guarded(above: dict[ast.AST, ast.AST], node: ast.AST) -> bool:
    """Whether code runs under a condition only."""
    while node in above:
        outer = above[node]
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return outer.name != "forward"
        if isinstance(outer, (ast.If, ast.IfExp, ast.BoolOp, ast.Try, ast.While)):
            return True
        node = outer
    return True


def _in_place_of_name(file: File, subject: SharedInstance) -> Answer:
    """What a local name stands for, an argument or without one a new instance, wherever the name is put."""
    function, statement = subject.function, subject.statement
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or statement is None:
        return Refusal("it is shared outside of a function")
    argument, call, text = _parts(file, subject)
    scope = subject.facts or Scope(file.index, file.module)
    if reason := _against_state(state_of(scope, function, call)):
        return Refusal(reason)
    if reason := _against_repeating(scope, function, call):
        return Refusal(reason)
    around = parents_in(function)
    outer = around[statement]
    if isinstance(subject.made, ast.Call):
        statement = outer if isinstance(outer, ast.If) else statement
        outer = around[statement]
    body = outer.body if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
    inside = {id(node) for node in walk(statement)}
    others = [
        node
        for node in walk(function)
        if isinstance(node, ast.Name) and node.id in (subject.name, argument) and id(node) not in inside
    ]
    stored = any(not isinstance(node.ctx, ast.Load) for node in others)
    uses = {id(use.node) for use in subject.uses}
    if stored or not uses or {id(node) for node in others if node.id == subject.name} != uses:
        return Refusal(f"`{subject.name}` has other uses beside those that put it somewhere")
    if statement not in body or len(body) < 2 or not file.source.is_alone(statement):
        return Refusal("the statement that makes it cannot go")
    edits = [_written(file, use, text) for use in subject.uses]
    edits.append(Edit(*file.source.lines_of(statement), ""))
    doubt = doubts(subject.facts) if subject.facts is not None else ""
    return Proposal(tuple(edits), None, (), "unsafe" if doubt else "safe", doubt)


def _parts(file: File, subject: SharedInstance) -> tuple[str, ast.Call, str]:
    """The argument, the construction that stands in for it, and both as one expression."""
    match subject.made:
        case ast.IfExp(body=ast.Call() as call, orelse=ast.Name(id=argument)):
            pass
        case ast.IfExp(body=ast.Name(id=argument), orelse=ast.Call() as call):
            pass
        case ast.BoolOp(values=[ast.Name(id=argument), ast.Call() as call]):
            pass
        case made:
            assert isinstance(made, ast.Call)
            return subject.name, made, f"{file.source.code(made)} if {subject.name} is None else {subject.name}"
    return argument, call, file.source.code(subject.made)


def _one_by_one(file: File, subject: SharedInstance) -> Answer:
    """A comprehension that makes an instance for each place in the list."""
    function, whole = subject.function, subject.use
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return Refusal("it is shared outside of a function")
    scope = subject.facts or Scope(file.index, file.module)
    if reason := _against_state(state_of(scope, function, subject.made)):
        return Refusal(reason)
    if reason := _against_repeating(scope, function, subject.made):
        return Refusal(reason)
    if any(isinstance(node, ast.Name) and node.id in ("_", "key") for node in walk(subject.made)):
        return Refusal("its construction reads a name that the comprehension would bind")
    if {"range", "tuple"} & bound_names(function) or any(file.tree.may_bind(file.module, name) for name in ("range", "tuple")):
        return Refusal("`range` is another name in this file")
    made = file.source.code(subject.made)
    match whole:
        case ast.BinOp(left=ast.List() | ast.Tuple() as display, right=count) | ast.BinOp(
            left=count, right=ast.List() | ast.Tuple() as display
        ):
            turns = f"{made} for _ in range({file.source.code(count)})"
            text = f"[{turns}]" if isinstance(display, ast.List) else f"tuple({turns})"
        case ast.Call(func=ast.Name(), args=[_, count]) | ast.Call(func=ast.Attribute(attr="repeat"), args=[_, count]):
            text = f"({made} for _ in range({file.source.code(count)}))"
        case ast.Call(args=[keys, _]):
            text = f"{{key: {made} for key in {file.source.code(keys)}}}"
        case _:
            return Refusal("it is repeated in a way that has no comprehension")
    edits = [Edit(file.source.start(whole), file.source.end(whole), text)]
    if subject.name and "." not in subject.name:
        names = [n for n in walk(function) if isinstance(n, ast.Name) and n.id == subject.name]
        if len(names) == 2:  # what it is assigned to, and here
            made_by = next((s for s in statements(function.body) if isinstance(s, ast.Assign) and s.value is subject.made), None)
            if made_by is None or not file.source.is_alone(made_by) or made_by not in function.body:
                return Refusal("the statement that makes it cannot go")
            edits.append(Edit(*file.source.lines_of(made_by), ""))
    doubt = doubts(subject.facts) if subject.facts is not None else ""
    return Proposal(tuple(edits), None, (), "unsafe" if doubt else "safe", doubt)
