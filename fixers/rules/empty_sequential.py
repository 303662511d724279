"""MOD110: `nn.Identity()` in place of the empty container, where nothing counts on its being a container."""

from __future__ import annotations

import ast
import re

from modulint.fixers.edits import Edit
from modulint.fixers.imports import spell
from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File
from modulint.lint.computed_names import is_open_name, may_be_computed
from modulint.lint.rules.empty_sequential import EmptySequential
from modulint.lint.scopes import walk


def propose(file: File, subject: EmptySequential) -> Answer:
    """The other class in the place of the name of this one."""
    if not subject.alone:
        return Refusal(f"`{subject.attribute}` is not assigned by a statement of its own")
    if reason := _against(file, subject.facts, subject.attribute):
        return Refusal(reason)
    identity, imports = spell(file, "torch.nn.Identity", subject.facts)
    function = subject.construction.func
    edit = Edit(file.source.start(function), file.source.end(function), identity)
    doubt = f"base class `{subject.facts.unknown_base}` is out of sight" if subject.facts.unknown_base else ""
    return Proposal((edit,), None, imports, "unsafe" if doubt else "safe", doubt)


def _against(file: File, facts: ClassFacts, attribute: str) -> str:
    """Why some code may do more with the container than call it: one line, "" if none does as far as the tree shows."""
    summary = facts.index.tree.summary
    if facts.is_touched(attribute) or attribute in summary.grown | summary.probed:
        return f"something is done to `{attribute}` beside calling it, which may need a container"
    for header in facts.family.values():
        if header.against_children:
            return header.against_children
        if may_be_computed([header], attribute) or any(map(is_open_name, header.computed)):
            return f"`{header.name}` may reach `{attribute}` under a computed name"
    related = {part.node for part in map(facts.index.get, facts.family) if part is not None}
    if any(map(_computes_names, (file.syntax, *related))):
        return f"attributes are asked for by computed names here, perhaps `{attribute}`"
    if any(_looks_into(node, attribute) for node in file.syntax.body if not related & set(walk(node))):
        return f"other code of this file uses `{attribute}`, perhaps as a container"
    used = re.compile(rf"\.{re.escape(attribute)}\b(?!\s*[(=])".encode())
    for module in facts.index.tree.importers(facts.module.path):
        if used.search(facts.index.tree.content(module.path)):
            return f"a file that imports this one uses `{attribute}`, perhaps as a container"
    return ""


def _computes_names(root: ast.AST) -> bool:
    for node in walk(root):
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[_, name, *_]) if not isinstance(name, ast.Constant):
                return True
            case ast.Attribute(attr="get_submodule"):
                return True
    return False


def _looks_into(root: ast.AST, attribute: str) -> bool:
    """Whether code does something else with an attribute than call or set it, other than with one of its own class."""
    called = {node.func for node in walk(root) if isinstance(node, ast.Call)}
    return any(
        node.attr == attribute and node not in called and isinstance(node.ctx, ast.Load) and not _is_own(root, node)
        for node in walk(root)
        if isinstance(node, ast.Attribute)
    )


def _is_own(root: ast.AST, node: ast.Attribute) -> bool:
    """Whether it is ``self.attribute`` in a class statement."""
    return isinstance(root, ast.ClassDef) and isinstance(node.value, ast.Name) and node.value.id == "self"
