"""Imports that a fix needs or leaves without a use, in the style of the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from modulint.fixers.edits import Edit, Edits, Rewriting
from modulint.lint.assignments import dotted
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File
from modulint.lint.scopes import bound_names, walk
from modulint.lint.names import ModuleFacts
from modulint.lint.source import Source, UnreadableSource
from modulint.lint.tree import Tree

_WORD = re.compile(r"[^\W\d]\w*")


def spell(file: File, name: str, facts: ClassFacts | None) -> tuple[str, tuple[str, ...]]:
    """How the file writes a class such as ``torch.nn.ReLU`` in the ``__init__`` of ``facts``, or at its own level, and the
    imports for it."""
    module = file.module
    shadowed = bound_names(facts.init) if facts is not None and facts.init is not None else frozenset()
    package, _, last = name.rpartition(".")
    hidden = shadowed | module.typing_only
    own = alias_of(module, name, hidden)
    if own:
        return own, ()
    alias = alias_of(module, package, hidden)
    if alias:
        return f"{alias}.{last}", ()
    if "nn" not in hidden and file.tree.resolve(module, f"nn.{last}").name == name:
        return f"nn.{last}", ()  # `nn` comes by a star import
    taken = module.bindings.keys() | shadowed
    joins = any(t.startswith(f"{package}.") and t.count(".") == name.count(".") for t in _targets(module))
    if joins and last not in taken:
        return last, (f"from {package} import {last}",)
    alias = alias_of(module, "torch", hidden)
    if alias:
        return f"{alias}{name.removeprefix('torch')}", ()
    if "nn" not in taken:
        return f"nn.{last}", ("from torch import nn",)
    return name, ("import torch",)


def alias_of(module: ModuleFacts, target: str, hidden: frozenset[str]) -> str:
    """The name under which a file imports ``target``, "" where it does not or only under names that are ``hidden``."""
    names = [name for name, targets in module.bindings.items() if targets == (target,) and name not in hidden]
    usual = target.rpartition(".")[2]
    return usual if usual in names else names[0] if names else ""


def import_beside(file: File, called: ast.expr, home: ModuleFacts) -> str | None:
    """``from module`` for what is imported from ``home`` beside a function of it that the file calls, in the style of the
    import that brings the function; None where that is no plain statement of the file."""
    head = dotted(called).partition(".")[0]
    brought = [
        node
        for node in file.syntax.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and any((alias.asname or alias.name.partition(".")[0]) == head for alias in node.names)
    ]
    if len(brought) != 1 or not head or home.root != file.module.root or not home.module:
        return None
    statement = brought[0]
    if not isinstance(statement, ast.ImportFrom) or not statement.level:
        return f"from {home.module}"
    package = file.module.module.split(".")
    if not file.module.path.endswith("__init__.py"):
        package.pop()
    parts = home.module.split(".")
    shared = next((i for i, (a, b) in enumerate(zip(package, parts)) if a != b), min(len(package), len(parts)))
    if not shared:
        return f"from {home.module}"
    return f"from {'.' * (len(package) - shared + 1)}{'.'.join(parts[shared:])}"


def _targets(module: ModuleFacts) -> Iterator[str]:
    for targets in module.bindings.values():
        yield from targets


def settle(
    text: Rewriting, source: Source, before: ast.Module, wanted: Iterable[str], tree: Tree, module: ModuleFacts
) -> ast.Module:
    """Bring ``wanted`` imports into ``text``, and take those out that ``before`` used and it does not.

    ``source`` is what the text comes from. Gives the syntax of what the text is now.

    Raises:
        SyntaxError: ``text`` does not parse.
    """
    syntax = ast.parse(text.text)
    missing = [line for line in dict.fromkeys(wanted) if not _is_there(syntax, line)]
    if missing:
        _edit(text, _with(_as_source(text, source), syntax, missing))
        syntax = ast.parse(text.text)
    if module.path.endswith("__init__.py"):
        return syntax
    settled = _as_source(text, source)
    edits: list[Edit] = []
    for statement, block, lost in _lost(before, syntax, _wanted_elsewhere(before, tree, module)):
        edits += _without(settled, statement, block, lost)
    if not edits:
        return syntax
    _edit(text, edits)
    return ast.parse(text.text)


def _as_source(text: Rewriting, source: Source) -> Source:
    return Source(source.path, source.encode(text.text))


def _edit(text: Rewriting, edits: list[Edit]) -> None:
    made = Edits()
    made.add(edits)
    text.make(made)


_Import: TypeAlias = ast.Import | ast.ImportFrom
_Scope: TypeAlias = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


def _lost(before: ast.Module, after: ast.Module, kept: set[str]) -> Iterator[tuple[_Import, list[ast.stmt], set[str]]]:
    """Import statements with the block they stand in and the names they bind that were used before and are no longer."""
    used_before = {name: _used(scope) for name, scope in _scopes(before)}
    for name, scope in _scopes(after):
        imports = list(_imports(scope))
        if not imports:
            continue
        lost = used_before.get(name, set()) - _used(scope)
        for statement, block in imports:
            yield statement, block, lost - kept if name == "" else lost


def _scopes(syntax: ast.Module) -> Iterator[tuple[str, _Scope]]:
    """The module, under the name "", and every function that imports something itself."""
    yield "", syntax
    for node in walk(syntax):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(_imports(node)):
            yield f"{node.name} {ast.unparse(node.args)}", node


def _used(scope: _Scope) -> set[str]:
    """Names that are read somewhere, also in annotations in quotes and in ``__all__``: what pyflakes counts as a use."""
    used: set[str] = set()
    for node in walk(scope):
        quoted: list[ast.AST] = []
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.arg):
            quoted = [node.annotation] if node.annotation else []
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            quoted = [node.returns] if node.returns else []
        elif isinstance(node, (ast.AnnAssign, ast.Subscript)):
            quoted = [node.annotation if isinstance(node, ast.AnnAssign) else node.slice]
        elif isinstance(node, ast.Assign) and any(dotted(target) == "__all__" for target in node.targets):
            quoted = [node.value]
        for part in quoted:
            for inner in walk(part):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    used.update(_WORD.findall(inner.value))
    return used


def _wanted_elsewhere(before: ast.Module, tree: Tree, module: ModuleFacts) -> set[str]:
    """Names that other files of the tree import from this one, or read as its attributes."""
    prefix = f"{module.module}."
    names: set[str] = set()
    for importer in tree.importers(module.path):
        if module.module in importer.stars:
            names |= _exported(before, module)
        for alias, targets in importer.bindings.items():
            names |= {target.removeprefix(prefix) for target in targets if target.startswith(prefix)}
            if module.module in targets:
                names |= _attributes_read(tree, importer.path, alias)
    return names


def _exported(syntax: ast.Module, module: ModuleFacts) -> set[str]:
    """What a star import of the file brings: what ``__all__`` lists, else every public name."""
    lists = [node.value for node in syntax.body if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "__all__"]
    if not lists:
        return {name for name in module.bindings if not name.startswith("_")}
    return {str(part.value) for node in lists for part in walk(node) if isinstance(part, ast.Constant)}


def _attributes_read(tree: Tree, path: str, alias: str) -> set[str]:
    """The names that the file at ``path`` reads behind ``alias.``."""
    try:
        text = Source(path, tree.content(path)).text
    except (OSError, UnreadableSource):
        return set()
    return set(re.findall(rf"\b{re.escape(alias)}\.(\w+)", text))


def _imports(scope: _Scope) -> Iterator[tuple[_Import, list[ast.stmt]]]:
    """The import statements of a scope, not of the functions in it, with the block that each stands in."""
    blocks: list[list[ast.stmt]] = [scope.body]
    while blocks:
        block = blocks.pop()
        for statement in block:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                yield statement, block
            elif not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                blocks += [b for name in ("body", "orelse", "finalbody") if isinstance(b := getattr(statement, name, None), list)]
                blocks += [handler.body for handler in getattr(statement, "handlers", ())]


def _without(source: Source, node: _Import, block: list[ast.stmt], lost: set[str]) -> list[Edit]:
    gone = [alias for alias in node.names if (alias.asname or alias.name.partition(".")[0]) in lost]
    start, end = source.lines_of(node)
    if not gone or "noqa" in source.text[start:end]:
        return []
    if len(gone) == len(node.names):
        if not source.is_alone(node):
            return []
        if len(block) == 1:
            return [Edit(source.start(node), source.end(node), "pass")]
        next_line = (node.end_lineno or node.lineno) + 1
        if node is block[0] and node.col_offset and not source.line_text(next_line).strip():
            end = source.line_end(next_line)  # a function does not start with an empty line
        return [Edit(start, end, "")]
    edits = []
    for index, alias in enumerate(node.names):
        if alias not in gone:
            continue
        line = source.line_text(alias.lineno).strip()
        if line.partition("#")[0].strip().rstrip(",").rstrip() == source.code(alias) and line != source.code(alias):
            edits.append(Edit(source.line_starts[alias.lineno - 1], source.line_end(alias.lineno), ""))
        elif any(later not in gone for later in node.names[index + 1 :]):
            edits.append(Edit(source.start(alias), source.start(node.names[index + 1]), ""))
        else:
            edits.append(Edit(source.end(node.names[index - 1]), source.end(alias), ""))
    return edits


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
        rest = _joined(rest)
        # torch's imports go behind those that are there, others in front of all but `from __future__`.
        if rest[0].startswith(("from torch", "import torch")):
            near = [node for node in top if _origin(node).partition(".")[0] == "torch"] or top
        else:
            near = [node for node in top if _origin(node) == "__future__" or _is_kin(node, rest[0])]
        anchors: list[ast.stmt] = [*[node for node in syntax.body[:1] if _is_docstring(node)], *near]
        if not near and top:
            offset = source.line_starts[top[0].lineno - 1]
        elif anchors:
            offset = source.line_end(anchors[-1].end_lineno or anchors[-1].lineno)
        else:
            offset = source.line_starts[syntax.body[0].lineno - 1]
        if not near and top and _origin(top[0]).partition(".")[0] == "torch":
            rest.append("")  # torch's imports are a group of their own
        lead = source.newline if offset and not source.text[:offset].endswith(("\n", "\r")) else ""
        edits.append(Edit(offset, offset, lead + "".join(line + source.newline for line in rest)))
    return edits


def _is_kin(node: _Import, line: str) -> bool:
    """Whether an import is from the package of the file itself, as a relative one in ``line``, or from that in ``line``."""
    wanted = ast.parse(line).body[0]
    if not isinstance(wanted, ast.ImportFrom):
        return False
    if wanted.level:
        return isinstance(node, ast.ImportFrom) and node.level > 0
    return _origin(node).partition(".")[0] == (wanted.module or "").partition(".")[0]


def _joined(lines: list[str]) -> list[str]:
    """Imports from one module on one line."""
    names: dict[str, list[str]] = {}
    for line in lines:
        head, _, name = line.partition(" import ")
        names.setdefault(head, []).extend([name] if name else [])
    return [f"{head} import {', '.join(sorted(each))}" if each else head for head, each in names.items()]


def _takes(node: ast.stmt, wanted: ast.stmt) -> bool:
    """Whether the wanted name joins an import from the same module that is there, ``from torch.nn import Conv2d``."""
    if not isinstance(node, ast.ImportFrom) or not isinstance(wanted, ast.ImportFrom) or wanted.module == "torch":
        return False
    return (node.module, node.level) == (wanted.module, wanted.level) and node.names[0].name != "*"


def _extended(source: Source, node: ast.ImportFrom, name: str) -> Edit:
    last = node.names[-1]
    separator = ", "
    if len(node.names) > 1 and node.names[-2].lineno != last.lineno:
        separator = f",{source.newline}{source.indent(last.lineno)}"
    return Edit(source.end(last), source.end(last), separator + name)


def _origin(node: _Import) -> str:
    if isinstance(node, ast.Import):
        return node.names[0].name
    return "" if node.level else node.module or ""


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
