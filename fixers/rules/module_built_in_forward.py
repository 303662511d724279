"""MOD107: the construction moves into ``__init__``."""

from __future__ import annotations

import ast
from dataclasses import replace

from modulint.fixers.calls import against_site, beside, construction, open_values
from modulint.fixers.edits import Edit
from modulint.fixers.proposal import NAME, Answer, Definition, Proposal, Refusal
from modulint.fixers.surroundings import against_children, doubts
from modulint.lint.constructor import not_fixed
from modulint.lint.file import File, method_around, self_name_of
from modulint.lint.operations import RANDOM
from modulint.lint.rules.module_built_in_forward import BuiltCall
from modulint.lint.scopes import bound_names, walk
from modulint.lint.state import state_of


def propose(file: File, subject: BuiltCall) -> Answer:
    """A definition with the same arguments, read where the module was built."""
    site, made = subject.site, subject.construction
    owner = site.owner
    if reason := against_site(site) or against_children(owner):
        return Refusal(reason)
    method = method_around(site)
    if state_of(owner, method, made) != "none":
        return Refusal("it is not shown to hold no parameters: each call draws new ones, a module would keep them")
    if not subject.module:
        return Refusal("its class is one of the tree; only torch's own are moved")
    local = bound_names(site.function) | (bound_names(method) if method else frozenset())
    name = self_name_of(site)
    values = [*made.args, *(keyword.value for keyword in made.keywords)]
    if any(keyword.arg is None for keyword in made.keywords):
        return Refusal("its arguments are unpacked with a star")
    for value in values:
        if reason := not_fixed(value, local - {name}, name) or "":
            return Refusal(f"an argument {reason}")
    keywords: list[tuple[str | None, ast.expr | str]] = [(None, value) for value in made.args]
    keywords += [(keyword.arg, keyword.value) for keyword in made.keywords]
    expression = construction(file, owner, subject.module, keywords)
    if isinstance(expression, Refusal):
        return expression
    text, needs, imports = expression
    text = file.source.code(made.func) + text[text.index("(") :] if not imports else text
    assigned = _assigned_attribute(file, subject, name)
    place = beside(subject.path, site, needs)
    if assigned is None:
        stem = _stem(subject.module)
        edits: tuple[Edit, ...] = (Edit(file.source.start(made), file.source.end(made), f"{name}.{NAME}"),)
        definition = Definition(owner, stem, (text,), place)
    else:
        attribute, statement, alone = assigned
        if len(owner.attribute(attribute)) != 1:
            return Refusal(f"`{name}.{attribute}` is set elsewhere too")
        if not file.source.is_alone(statement):
            return Refusal("another statement shares the line")
        whole = Edit(*file.source.lines_of(statement), "")
        edits = (Edit(file.source.start(statement), file.source.end(statement), "pass") if alone else whole,)
        definition = Definition(owner, attribute, (text,), place, exact=True)
    doubt = doubts(owner, subject.module) or open_values(owner, needs)
    proposal = Proposal(edits, definition, imports, "unsafe" if doubt else "safe", doubt)
    if subject.module in RANDOM:
        reason = "a module built on the spot is in train mode always; as a child it follows the mode"
        return replace(proposal, safety="unsafe", reason=reason)
    return proposal


def _stem(module: str) -> str:
    """``max_pool`` for ``torch.nn.MaxPool2d``."""
    name = module.rpartition(".")[2].removesuffix("1d").removesuffix("2d").removesuffix("3d")
    known = {"ReLU": "relu", "GELU": "gelu", "SiLU": "silu", "ELU": "elu", "SELU": "selu", "CELU": "celu", "GLU": "glu"}
    if name in known:
        return known[name]
    return "".join(f"_{c.lower()}" if c.isupper() and i and not name[i - 1].isupper() else c.lower() for i, c in enumerate(name))


def _assigned_attribute(file: File, subject: BuiltCall, name: str) -> tuple[str, ast.stmt, bool] | None:
    """The attribute that a statement sets to the new module, the statement, and whether its block holds nothing else."""
    method = method_around(subject.site)
    assert method is not None
    for node in walk(method):
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if not isinstance(statements, list):
                continue
            for statement in statements:
                if isinstance(statement, ast.Assign) and statement.value is subject.construction:
                    target = statement.targets[0]
                    if len(statement.targets) == 1 and isinstance(target, ast.Attribute):
                        if isinstance(target.value, ast.Name) and target.value.id == name:
                            return target.attr, statement, len(statements) == 1
    return None
