"""What the fixers of calls share: whether a call can be turned into a module of its own, and how it is rewritten."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from modulint.fixers import layout
from modulint.fixers.edits import Edit
from modulint.fixers.imports import spell
from modulint.fixers.placement import self_name
from modulint.fixers.proposal import NAME, Answer, Beside, Definition, Proposal, Refusal
from modulint.fixers.surroundings import against_children, doubts, not_constant
from modulint.lint.classes import ClassFacts, first_argument
from modulint.lint.constructor import Constructor
from modulint.lint.file import File, bound_names, is_static, method_around
from modulint.lint.forward import ForwardPath, Site
from modulint.lint.names import dotted
from modulint.lint.source import Source


def against_site(site: Site) -> str:
    """What stands against a module of its own for this call, because of where it stands: one line, "" if nothing does."""
    method = method_around(site)
    if method is None or is_static(method):
        return "it stands in a function without `self`"
    if method.name == "__init__":
        return "it stands in a function that `__init__` keeps: a copy of the model would still call the original's module"
    if site.loops:
        return "it runs in a loop: one module would run in every turn"
    if any(run.before for run in site.runs):
        return "the code around it runs more than once in a forward pass: one module would be reused"
    name = first_argument(method)
    if site.function is not method and name in bound_names(site.function):
        return f"`{name}` is another name in the function around it"
    if name != self_name(site.owner):
        return "`__init__` and the method call the instance by different names"
    return ""


def to_module(
    file: File, path: ForwardPath, site: Site, constructor: Constructor, stem: str, checked: bool = False
) -> Answer:
    """Replace a functional call by a call of a module that is defined in ``__init__``."""
    owner = site.owner
    if reason := against_site(site) or against_children(owner):
        return Refusal(reason)
    expression = construction(file, owner, constructor.module, constructor.keywords, checked)
    if isinstance(expression, Refusal):
        return expression
    text, needs, imports = expression
    edits = call_edits(file.source, site, constructor.tensors)
    if edits is None:
        return Refusal("its arguments stand in another order than the module takes them")
    before, after = neighbours(path, site)
    definition = Definition(owner, stem, (text,), Beside(before, after, needs))
    doubt = doubts(owner)
    return Proposal(edits, definition, imports, "unsafe" if doubt else "safe", doubt)


def construction(
    file: File,
    owner: ClassFacts,
    module: str,
    keywords: Iterable[tuple[str | None, ast.expr | str]],
    checked: bool = False,
) -> tuple[str, frozenset[str], tuple[str, ...]] | Refusal:
    """The source that constructs ``module``, the attributes of ``self`` that it reads, and the imports that it needs.

    A keyword of None stands for a positional argument.
    """
    name, imports = spell(file, module, owner)
    parts: list[str] = []
    needs: set[str] = set()
    for keyword, value in keywords:
        if isinstance(value, str):
            text = value
        else:
            if reason := against_value(owner, value, checked):
                return Refusal(reason)
            needs |= read_attributes(owner, value)
            text = file.source.code(value) if hasattr(value, "lineno") and not isinstance(value, ast.Tuple) else ""
            if not text or "\n" in text:
                text = ast.unparse(value)
        parts.append(f"{keyword}={text}" if keyword else text)
    return f"{name}({', '.join(parts)})", frozenset(needs), imports


def against_value(owner: ClassFacts, value: ast.expr, must_be_number: bool) -> str:
    """Why an argument has no fixed value in ``__init__``: one line, "" if it has one."""
    name = self_name(owner)
    local = bound_names(owner.init) if owner.init is not None else frozenset()
    for node in ast.walk(value):
        if isinstance(node, ast.Name) and node.id != name and node.id in local:
            return f"`{node.id}` is another name in `__init__`"
    for attribute in read_attributes(owner, value):
        if reason := not_constant(owner, attribute, must_be_number):
            return reason
    for node in ast.walk(value):
        if isinstance(node, ast.Attribute) and dotted(node).startswith(f"{name}.") and dotted(node).count(".") > 1:
            return f"`{dotted(node)}` is an attribute of another object and may change"
    return ""


def read_attributes(owner: ClassFacts, value: ast.expr) -> set[str]:
    """The attributes of ``self`` that an expression reads."""
    name = self_name(owner)
    return {
        node.attr
        for node in ast.walk(value)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    }


def neighbours(path: ForwardPath, site: Site) -> tuple[str, str]:
    """The attributes that hold the modules which run just before and just after a call, "" where there is none."""
    sites = path.sites
    index = sites.index(site)

    def attribute(other: Site) -> str:
        name = other.callee.path.partition(".")[0].partition("[")[0] if other.callee.kind == "module" else ""
        own = site.owner.assignments.get(name, ())
        return name if any(assignment.method is site.owner.init for assignment in own) else ""

    before = next((name for other in reversed(sites[:index]) if (name := attribute(other))), "")
    after = next((name for other in sites[index + 1 :] if (name := attribute(other))), "")
    return before, after


def call_edits(source: Source, site: Site, kept: tuple[ast.expr, ...]) -> tuple[Edit, ...] | None:
    """The edits that turn a call into ``self.NAME(*kept)``, None where ``kept`` stand in another order.

    They touch nothing inside what is kept, so that calls within calls can all be rewritten at once.
    """
    call = site.call
    start, end = source.start(call), source.end(call)
    spans = [(source.start(node), source.end(node)) for node in kept]
    if spans != sorted(spans) or isinstance(kept[0], (ast.Yield, ast.YieldFrom, ast.GeneratorExp, ast.Starred)):
        return None
    method = method_around(site)
    name = f"{first_argument(method) if method else 'self'}.{NAME}"
    first, last = spans[0][0], spans[-1][1]
    dropped = [(start, first), *((a[1], b[0]) for a, b in zip(spans, spans[1:])), (last, end)]
    if any("#" in source.text[a:b] for a, b in dropped) and site.receiver is None:
        positions = [_position(call, node) for node in kept]
        return (Edit(start, end, layout.keep_arguments(source.code(call), name, positions)),)
    function_end = source.end(call.func)
    after_all = max((source.end(node) for node in [*call.args, *(k.value for k in call.keywords)]), default=last)
    if site.receiver is None and "\n" in source.text[first:last] and "\n" in source.text[function_end:first]:
        # The arguments have lines of their own: keep the layout, and take out what is dropped.
        if list(kept) == call.args[: len(kept)]:
            return (Edit(start, function_end, name), Edit(last, after_all, ""))
    between = [Edit(a, b, ", ") for a, b in dropped[1:-1] if source.text[a:b] != ", "]
    return (Edit(start, first, f"{name}("), *between, Edit(last, end, ")"))


def _position(call: ast.Call, node: ast.expr) -> int:
    """The index of an argument among all arguments of a call as they are written."""
    written = sorted([*call.args, *(k.value for k in call.keywords)], key=lambda n: (n.lineno, n.col_offset))
    return written.index(node)
