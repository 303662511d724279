"""Imports that a fix needs or leaves without a use, in the style of the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from modulint.fixers.edits import Edit, Edits
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, bound_names
from modulint.lint.names import ModuleFacts, module_statements
from modulint.lint.source import Source
from modulint.lint.tree import Tree

_WORD = re.compile(r"[^\W\d]\w*")


def spell(file: File, name: str, facts: ClassFacts) -> tuple[str, tuple[str, ...]]:
    """How the file writes a class such as ``torch.nn.ReLU`` in the ``__init__`` of ``facts``, and the imports for it."""
    module = file.module
    shadowed = bound_names(facts.init) if facts.init is not None else frozenset()
    package, _, last = name.rpartition(".")
    own = _alias(module, name, shadowed)
    if own:
        return own, ()
    for prefix in (package, "torch"):
        alias = _alias(module, prefix, shadowed)
        if alias:
            return f"{alias}{name.removeprefix(prefix)}", ()
    taken = module.bindings.keys() | shadowed
    if any(t.startswith(f"{package}.") and t.count(".") == name.count(".") for t in _targets(module)) and last not in taken:
        return last, (f"from {package} import {last}",)
    if "nn" not in taken:
        return f"nn.{last}", ("from torch import nn",)
    return name, ("import torch",)


def _alias(module: ModuleFacts, target: str, shadowed: frozenset[str]) -> str:
    names = [name for name, targets in module.bindings.items() if targets == (target,) and name not in shadowed]
    usual = target.rpartition(".")[2]
    return usual if usual in names else names[0] if names else ""


def _targets(module: ModuleFacts) -> Iterator[str]:
    for targets in module.bindings.values():
        yield from targets


def settle(source: Source, before: ast.Module, wanted: Iterable[str], tree: Tree, module: ModuleFacts) -> str:
    """The text of ``source`` with ``wanted`` imports in it, and without those that ``before`` used and it does not.

    Raises:
        SyntaxError: ``source`` does not parse.
    """
    syntax = ast.parse(source.text)
    edits = Edits()
    if not module.path.endswith("__init__.py"):
        lost = _lost(before, syntax) - _wanted_elsewhere(tree, module)
        for statement, block in _imports(syntax):
            edits.add(_without(source, statement, block, lost))
    missing = [line for line in dict.fromkeys(wanted) if not _is_there(syntax, line)]
    if missing:
        edits.add(_with(source, syntax, missing))
    return edits.apply(source.text)


def _lost(before: ast.Module, after: ast.Module) -> set[str]:
    """Names that imports bind, that were used before and are no longer."""
    bound = {alias.asname or alias.name.partition(".")[0] for node, _ in _imports(after) for alias in node.names}
    return {name for name in bound & _used(before) if name not in _used(after)}


def _used(syntax: ast.Module) -> set[str]:
    """Names that are read somewhere, also as words in strings: annotations and ``__all__`` may stand in quotes."""
    used: set[str] = set()
    for node in ast.walk(syntax):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            used.update(_WORD.findall(node.value))
    return used


def _wanted_elsewhere(tree: Tree, module: ModuleFacts) -> set[str]:
    """Names that other files of the tree import from this one."""
    prefix = f"{module.module}."
    names: set[str] = set()
    for importer in tree.importers(module.path):
        if module.module in importer.stars:
            names |= module.bindings.keys()
        names |= {t.removeprefix(prefix) for t in _targets(importer) if t.startswith(prefix)}
    return names


def _imports(syntax: ast.Module) -> Iterator[tuple[ast.Import | ast.ImportFrom, list[ast.stmt]]]:
    """Every import statement with the block that it stands in."""
    for node in ast.walk(syntax):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                for statement in block:
                    if isinstance(statement, (ast.Import, ast.ImportFrom)):
                        yield statement, block


def _without(source: Source, node: ast.Import | ast.ImportFrom, block: list[ast.stmt], lost: set[str]) -> list[Edit]:
    gone = [alias for alias in node.names if (alias.asname or alias.name.partition(".")[0]) in lost]
    assert node.end_lineno is not None
    whole = source.text[source.line_starts[node.lineno - 1] : source.line_end(node.end_lineno)]
    if not gone or "noqa" in whole:
        return []
    if len(gone) == len(node.names):
        if whole.strip() != source.code(node) and not whole.strip().removeprefix(source.code(node)).lstrip().startswith("#"):
            return []  # another statement shares the line
        if len(block) == 1:
            return [Edit(source.start(node), source.end(node), "pass")]
        return [Edit(source.line_starts[node.lineno - 1], source.line_end(node.end_lineno), "")]
    edits = []
    for index, alias in enumerate(node.names):
        if alias not in gone:
            continue
        if any(later not in gone for later in node.names[index + 1 :]):
            edits.append(Edit(source.start(alias), source.start(node.names[index + 1]), ""))
        else:
            edits.append(Edit(source.end(node.names[index - 1]), source.end(alias), ""))
    return [edit for edit in edits if "#" not in source.text[edit.start : edit.end]]


def _is_there(syntax: ast.Module, line: str) -> bool:
    wanted = ast.dump(ast.parse(line).body[0])
    return any(ast.dump(node) == wanted for node in syntax.body)


def _with(source: Source, syntax: ast.Module, lines: list[str]) -> list[Edit]:
    """Insert import lines behind the imports from torch, or the last imports, or the docstring."""
    top = [node for node in syntax.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    rest: list[str] = []
    edits: list[Edit] = []
    for line in lines:
        wanted = ast.parse(line).body[0]
        mate = next((node for node in top if _takes(node, wanted)), None)
        if isinstance(mate, ast.ImportFrom) and isinstance(wanted, ast.ImportFrom):
            edits.append(_extended(source, mate, wanted.names[0].name))
        else:
            rest.append(line)
    if rest:
        torch = [node for node in top if _origin(node).partition(".")[0] == "torch"]
        anchor = (torch or top or [node for node in syntax.body[:1] if _is_docstring(node)] or [None])[-1]
        offset = source.line_end(anchor.end_lineno or anchor.lineno) if anchor is not None else 0
        lead = source.newline if offset and not source.text[:offset].endswith(("\n", "\r")) else ""
        edits.append(Edit(offset, offset, lead + "".join(line + source.newline for line in rest)))
    return edits


def _takes(node: ast.stmt, wanted: ast.stmt) -> bool:
    """Whether the wanted name joins an import from the same module that is there, ``from torch.nn import Conv2d``."""
    if not isinstance(node, ast.ImportFrom) or not isinstance(wanted, ast.ImportFrom) or wanted.module == "torch":
        return False
    return node.module == wanted.module and not node.level and node.names[0].name != "*"


def _extended(source: Source, node: ast.ImportFrom, name: str) -> Edit:
    last = node.names[-1]
    separator = ", "
    if len(node.names) > 1 and node.names[-2].lineno != last.lineno:
        separator = f",{source.newline}{source.indent(last.lineno)}"
    return Edit(source.end(last), source.end(last), separator + name)


def _origin(node: ast.Import | ast.ImportFrom) -> str:
    if isinstance(node, ast.Import):
        return node.names[0].name
    return "" if node.level else node.module or ""


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
