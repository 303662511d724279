"""MOD301: the dict becomes parameters, in the order of first use, and the calls in the file follow."""

from __future__ import annotations

import ast
import keyword

from modulint.fixers.callers import callers, names_in_f_strings
from modulint.fixers.edits import Edit
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.lint.assignments import Function
from modulint.lint.file import File
from modulint.lint.forward import default_of
from modulint.lint.rules.dict_input import DictInput
from modulint.lint.scopes import walk
from modulint.lint.source import Source


def propose(file: File, subject: DictInput) -> Answer:
    """New signature, new body, new calls."""
    function, name, source = subject.function, subject.parameter.arg, file.source
    if subject.others:
        return Refusal(f"`{name}` is used for more than reading known keys: line {subject.others[0].lineno}")
    if name in names_in_f_strings(function):
        return Refusal(f"an f-string uses `{name}`; what stands in f-strings is not rewritten")
    if not subject.reads:
        return Refusal(f"no key of `{name}` is read here")
    if default_of(function, name) is not None:
        return Refusal(f"`{name}` has a default")
    keys = list(dict.fromkeys(_key(read) for read in subject.reads))
    copies = [node for node in walk(function) if isinstance(node, ast.Assign) and _copies(source, node, subject.reads)]
    if reason := _against_names(function, keys, name, copies):
        return Refusal(reason)
    found = callers(file, subject.facts)
    if isinstance(found, Refusal):
        return found
    annotation = _value_annotation(source, subject.parameter.annotation)
    signature = ", ".join(f"{key}{annotation}" for key in keys)
    edits = [Edit(source.start(subject.parameter), source.end(subject.parameter), signature)]
    done: set[ast.AST] = set()
    for statement in copies:
        edits.append(Edit(*source.lines_of(statement), ""))
        done.update(walk(statement))
    edits += [Edit(source.start(r), source.end(r), _key(r)) for r in subject.reads if r not in done]
    for caller in found:
        edit = _call(source, caller.call, function, name, keys)
        if isinstance(edit, Refusal):
            return edit
        edits.append(edit)
    return Proposal(tuple(edits))


def _key(read: ast.Subscript) -> str:
    assert isinstance(read.slice, ast.Constant)
    return str(read.slice.value)


def _copies(source: Source, statement: ast.Assign, reads: tuple[ast.Subscript, ...]) -> bool:
    """``image = inputs["image"]`` on a line of its own: the parameter takes its place."""
    if len(statement.targets) != 1 or statement.value not in reads:
        return False
    target = statement.targets[0]
    assert isinstance(statement.value, ast.Subscript)
    return source.is_alone(statement) and isinstance(target, ast.Name) and target.id == _key(statement.value)


def _against_names(function: Function, keys: list[str], name: str, copies: list[ast.Assign]) -> str:
    arguments = function.args
    taken = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs] if a.arg != name}
    taken |= {star.arg for star in (arguments.vararg, arguments.kwarg) if star is not None}
    copied = {target.id for node in copies for target in node.targets if isinstance(target, ast.Name)}
    for key in keys:
        if not key.isidentifier() or keyword.iskeyword(key):
            return f"the key {key!r} is no name for a parameter"
        if key in taken:
            return f"`{key}` is a parameter already"
        uses = [node for node in walk(function) if isinstance(node, ast.Name) and node.id == key]
        stores = [node for node in uses if isinstance(node.ctx, ast.Store)]
        if uses and (key not in copied or len(stores) != 1):
            return f"`{key}` is another name in `forward`"
    return ""


def _value_annotation(source: Source, annotation: ast.expr | None) -> str:
    """``: torch.Tensor`` for ``Dict[str, torch.Tensor]``."""
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple) and len(annotation.slice.elts) == 2:
        return f": {source.code(annotation.slice.elts[1])}"
    return ""


def _call(source: Source, call: ast.Call, function: Function, name: str, keys: list[str]) -> Edit | Refusal:
    """The dict display at a call, as arguments. They stay in the order in which they were evaluated."""
    parameters = [a.arg for a in [*function.args.posonlyargs, *function.args.args]][1:]
    index = parameters.index(name) if name in parameters else -1
    named = next((k for k in call.keywords if k.arg == name), None)
    if named is not None:
        given: ast.expr = named.value
    elif 0 <= index < len(call.args):
        given = call.args[index]
    else:
        return Refusal(f"line {call.lineno} calls it without `{name}` in sight")
    if not isinstance(given, ast.Dict):
        return Refusal(f"line {call.lineno} passes a dict that is made elsewhere")
    if source.text[source.end(given) :].lstrip()[:1] == ")" and source.text[: source.start(given)].rstrip()[-1:] == "(":
        if source.text[: source.start(given)].rstrip()[:-1].rstrip()[-1:] in ("(", ","):
            return Refusal(f"line {call.lineno} passes a dict in brackets of its own")
    written = [key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "" for key in given.keys]
    if sorted(written) != sorted(keys):
        return Refusal(f"line {call.lineno} passes other keys than `forward` reads")
    positional = written == keys and named is None
    if not positional and index + 1 < len(call.args):
        return Refusal(f"line {call.lineno} passes the keys in another order")
    parts = [source.code(value) for value in given.values]
    if not positional:
        parts = [f"{key}={part}" for key, part in zip(written, parts, strict=True)]
    start = source.start(named) if named is not None else source.start(given)
    return Edit(start, source.end(given), ", ".join(parts))
