"""MOD302: the dict becomes a tuple in the order of its keys, and the calls in the file follow."""

from __future__ import annotations

import ast
import re

from modulint.fixers.callers import Caller, callers, names_in_f_strings
from modulint.fixers.edits import Edit
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.lint.file import File
from modulint.lint.rules._annotations import is_dict
from modulint.lint.rules.dict_output import DictOutput
from modulint.lint.scopes import walk
from modulint.lint.source import Source

_COLON = re.compile(r"\s*:[ \t]*")


def propose(file: File, subject: DictOutput) -> Answer:
    """All returns of the ``forward``, its annotation and all calls, in one."""
    results = [result for result in subject.path.results if result.function is subject.function]
    displays: list[ast.Dict] = []
    for result in results:
        display = result.value.node if result.value.kind == "dict" else None
        if not isinstance(display, ast.Dict):
            return Refusal(f"line {result.node.lineno} returns something else than a dict that is written out")
        if display is not result.node and not _returned_only(subject, result.node):
            return Refusal("the dict has a name and is used before it is returned")
        displays.append(display)
    keys = [_keys(display) for display in displays]
    if not all(keys) or any(other != keys[0] for other in keys):
        return Refusal("the keys are not the same literals, in the same order, at every return")
    found = callers(file, subject.facts)
    if isinstance(found, Refusal):
        return found
    source = file.source
    edits = [edit for display in dict.fromkeys(displays) for edit in _as_tuple(source, display)]
    imports: tuple[str, ...] = ()
    returns = subject.function.returns
    if returns is not None and is_dict(returns):
        annotation = _annotation(source, returns, len(keys[0]))
        if annotation is None:
            return Refusal("the return annotation does not say what the dict holds")
        edit, imports = annotation
        edits.append(edit)
    for caller in found:
        followed = _reads(file, caller, keys[0])
        if isinstance(followed, Refusal):
            return followed
        edits += followed
    return Proposal(tuple(edits), imports=imports)


def _keys(display: ast.Dict) -> list[str]:
    keys = [key.value for key in display.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    return keys if len(keys) == len(display.keys) == len(set(keys)) else []


def _returned_only(subject: DictOutput, node: ast.expr) -> bool:
    if not isinstance(node, ast.Name):
        return False
    uses = [n for n in walk(subject.function) if isinstance(n, ast.Name) and n.id == node.id]
    return len(uses) == 2


def _as_tuple(source: Source, display: ast.Dict) -> list[Edit]:
    """Brackets for braces, and the keys taken out: what stands between and behind the values stays."""
    start, end = source.start(display), source.end(display)
    edits = [Edit(start, start + 1, "(")]
    for key in display.keys:
        assert key is not None
        colon = _COLON.match(source.text, source.end(key))
        assert colon is not None
        edits.append(Edit(source.start(key), colon.end(), ""))
    trailing = source.text[source.end(display.values[-1]) : end - 1]
    comma = "," if len(display.values) == 1 and "," not in trailing else ""
    return [*edits, Edit(end - 1, end, f"{comma})")]


def _annotation(source: Source, returns: ast.expr, count: int) -> tuple[Edit, tuple[str, ...]] | None:
    if not isinstance(returns, ast.Subscript) or not isinstance(returns.slice, ast.Tuple) or len(returns.slice.elts) != 2:
        return None
    outer = source.code(returns.value)
    value = source.code(returns.slice.elts[1])
    values = ", ".join([value] * count)
    edit = Edit(source.start(returns), source.end(returns), "")
    if outer == "dict":
        return Edit(edit.start, edit.end, f"tuple[{values}]"), ()
    if outer == "Dict":
        return Edit(edit.start, edit.end, f"Tuple[{values}]"), ("from typing import Tuple",)
    if outer.endswith(".Dict"):
        return Edit(edit.start, edit.end, f"{outer.removesuffix('Dict')}Tuple[{values}]"), ()
    return None


def _reads(file: File, caller: Caller, keys: list[str]) -> list[Edit] | Refusal:
    """The subscripts of one call's result, by position instead of by key."""
    parent = caller.parents[-1]
    line = caller.call.lineno
    if isinstance(parent, ast.Expr):
        return []
    if isinstance(parent, ast.Subscript) and parent.value is caller.call:
        return _by_position(file.source, [parent], keys, line)
    if not isinstance(parent, ast.Assign) or len(parent.targets) != 1 or not isinstance(parent.targets[0], ast.Name):
        return Refusal(f"line {line} hands the result on")
    name = parent.targets[0].id
    scope = next((p for p in reversed(caller.parents) if isinstance(p, (ast.FunctionDef, ast.AsyncFunctionDef))), file.syntax)
    if name in names_in_f_strings(scope):
        return Refusal(f"an f-string uses `{name}`; what stands in f-strings is not rewritten")
    uses = [node for node in walk(scope) if isinstance(node, ast.Name) and node.id == name]
    reads = [n for n in walk(scope) if isinstance(n, ast.Subscript) and n.value in uses and isinstance(n.ctx, ast.Load)]
    if len(uses) != len(reads) + 1:
        return Refusal(f"line {line} keeps the result, and uses it for more than reading keys")
    return _by_position(file.source, reads, keys, line)


def _by_position(source: Source, reads: list[ast.Subscript], keys: list[str], line: int) -> list[Edit] | Refusal:
    edits = []
    for read in reads:
        if not isinstance(read.slice, ast.Constant) or read.slice.value not in keys:
            return Refusal(f"line {line}: a key is read that `forward` does not return")
        edits.append(Edit(source.start(read.slice), source.end(read.slice), str(keys.index(read.slice.value))))
    return edits
