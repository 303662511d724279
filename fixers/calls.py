"""What the fixers of calls share: whether a call can be turned into a module of its own, and how it is rewritten."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from modulint.fixers import layout
from modulint.fixers.edits import Edit
from modulint.fixers.helper_modules import against_registration
from modulint.fixers.imports import spell
from modulint.fixers.placement import self_name
from modulint.fixers.proposal import Beside, Refusal
from modulint.fixers.surroundings import not_constant, open_store
from modulint.lint.assignments import Assignment, decorators, dotted, first_argument
from modulint.lint.classes import ClassFacts, FunctionFacts
from modulint.lint.file import File, is_static, method_around, names_around
from modulint.lint.scopes import bound_names, parameters, walk
from modulint.lint.forward import ForwardPath, Site, Step
from modulint.lint.source import Source

_NO_INPUT = frozenset({"module", "built", "class", "function", "operation"})


def against_site(site: Step, in_loop: bool = False) -> str:
    """What stands against a module of its own for this step, because of where it stands: one line, "" if nothing does.

    ``in_loop`` says that a loop around it is taken care of.
    """
    method = method_around(site)
    if method is None or is_static(method):
        return "it stands in a function without `self`"
    if method.name == "__init__":
        return "it stands in a function that `__init__` keeps: a copy of the model would still call the original's module"
    if decorators(method) & {"ignore", "unused"}:
        return "TorchScript leaves its method out, which would call a module that it has compiled"
    if site.loops and not in_loop:
        return "it runs in a loop: one module would run in every turn"
    if any(run.before for run in site.runs):
        return "the code around it runs more than once in a forward pass: one module would be reused"
    name = first_argument(method)
    if site.function is not method and name in bound_names(site.function):
        return f"`{name}` is another name in the function around it"
    if name != self_name(site.owner):
        return "`__init__` and the method call the instance by different names"
    return ""


def against_name(site: Site) -> str:
    """What stands against replacing the name of what is called: one line, "" if nothing does."""
    callee = site.call.func
    if isinstance(callee, ast.Name) and method_around(site) and callee.id in _local_names(site):
        return f"it is called by a local name, `{callee.id}`"
    return ""


def _local_names(site: Site) -> frozenset[str]:
    local, name = names_around(site)
    return local | {name}


def against_helper_call(file: File, site: Site, function: FunctionFacts) -> str:
    """What stands against calling an instance in place of a plain function: one line, "" if nothing does."""
    called = dotted(site.call.func)
    if reason := against_name(site):
        return reason
    if called.partition(".")[0] in _local_names(site) | site.owner.enclosing_names:
        return "the function is kept under a local name or as an attribute"
    if not called or file.tree.resolve(file.module, called) != function.reference:
        return "the function is handed on, not called by its name"
    if reason := against_registration(file.source.text, function.node.name):
        return reason
    values = (*site.arguments, *site.keywords.values())
    if any(value.kind in _NO_INPUT and value.shown for value in values):
        return "a module or a function is among its arguments"
    return ""


def construction(
    file: File,
    owner: ClassFacts,
    module: str,
    keywords: Iterable[tuple[str | None, ast.expr | str]],
    checked: bool = False,
    guards: Iterable[ast.expr] = (),
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
            if reason := against_value(owner, value, checked, guards):
                return Refusal(reason)
            needs |= read_attributes(owner, value)
            text = file.source.code(value) if hasattr(value, "lineno") and not isinstance(value, ast.Tuple) else ""
            if not text or "\n" in text:
                text = ast.unparse(value)
        parts.append(f"{keyword}={text}" if keyword else text)
    return f"{name}({', '.join(parts)})", frozenset(needs), imports


def against_value(owner: ClassFacts, value: ast.expr, must_be_number: bool, guards: Iterable[ast.expr] = ()) -> str:
    """Why an argument has no fixed value in ``__init__``: one line, "" if it has one."""
    name = self_name(owner)
    local = bound_names(owner.init) if owner.init is not None else frozenset()
    for node in walk(value):
        if isinstance(node, ast.Name) and node.id != name and node.id in local:
            return f"`{node.id}` is another name in `__init__`"
        if isinstance(node, ast.Name) and node.id != name and _changes(owner, node.id):
            return f"`{node.id}` is set more than once in its module"
    for attribute in read_attributes(owner, value):
        if reason := not_constant(owner, attribute, must_be_number, guards):
            return reason
    for node in walk(value):
        if isinstance(node, ast.Attribute) and dotted(node).startswith(f"{name}.") and dotted(node).count(".") > 1:
            return f"`{dotted(node)}` is an attribute of another object and may change"
    return ""


def _changes(owner: ClassFacts, name: str) -> bool:
    """Whether a module-level name may have another value when forward runs."""
    return name in owner.module.globals or len(owner.module.bindings.get(name, ())) > 1


def by_star(file: File, site: Site) -> str:
    """A doubt about a name that a star import brings: another one may bring another meaning."""
    head = dotted(site.call.func).partition(".")[0]
    local = _local_names(site)
    stars = [star for star in file.module.stars if file.tree.is_outside(file.module, star)]
    if stars and site.receiver is None and head and head not in file.module.bindings.keys() | local:
        return f"`{head}` comes from a star import"
    return ""


def open_values(owner: ClassFacts, needs: Iterable[str]) -> str:
    """A doubt about attributes that a definition reads: some code sets attributes under names that it computes."""
    if needs and open_store(owner):
        return f"code of the tree sets attributes under computed names, perhaps `{min(needs)}`"
    return ""


def read_attributes(owner: ClassFacts, value: ast.expr) -> set[str]:
    """The attributes of ``self`` that an expression reads."""
    name = self_name(owner)
    return {
        node.attr
        for node in walk(value)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    }


def argument_of(owner: ClassFacts, attribute: str) -> str:
    """The argument of ``__init__`` that an attribute keeps, by its name; "" where it keeps something else."""
    init = owner.init
    match owner.attribute(attribute):
        case [(_, Assignment(value=ast.Name(id=name), method=method))] if init is not None and method is init:
            bound = (node for node in walk(init) if isinstance(node, ast.Name) and node.id == name)
            if name in parameters(init) and all(isinstance(node.ctx, ast.Load) for node in bound):
                return name
    return ""


def by_arguments(owner: ClassFacts, construction: str, needs: frozenset[str]) -> str:
    """A construction with arguments of ``__init__`` in place of the attributes that keep them, "" where some keep something else."""
    given = {f"{self_name(owner)}.{attribute}": argument_of(owner, attribute) for attribute in needs}
    if not all(given.values()):
        return ""

    class Given(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            name = given.get(dotted(node))
            return ast.Name(name) if name else node

    return ast.unparse(Given().visit(ast.parse(construction, mode="eval")))


def beside(path: ForwardPath, step: Step, needs: frozenset[str]) -> Beside:
    """Between the modules that run just before and just after a step, as far as this class's ``__init__`` makes them."""
    sites = path.sites
    earlier, later = _around(sites, step)

    def attribute(other: Site) -> str:
        name = other.callee.path.partition(".")[0].partition("[")[0] if other.callee.kind == "module" else ""
        own = step.owner.assignments.get(name, ())
        return name if any(assignment.method is step.owner.init for assignment in own) else ""

    before = next((name for other in reversed(earlier) if (name := attribute(other))), "")
    after = next((name for other in later if (name := attribute(other))), "")
    users = frozenset(function.name for function in path.reached if not isinstance(function, ast.Lambda))
    return Beside(before, after, needs, users)


def _around(sites: list[Site], step: Step) -> tuple[list[Site], list[Site]]:
    """The calls that run before and after a step. An operator runs behind the calls that end before it does, and so does
    the call of a plain function, which is none of the sites."""
    if isinstance(step, Site) and step in sites:
        index = sites.index(step)
        return sites[:index], sites[index + 1 :]
    own = [site for site in sites if site.function is step.function and _end(site.node) <= _end(step.node)]
    index = max((sites.index(site) for site in own), default=-1) + 1
    return sites[:index], sites[index:]


def _end(node: ast.expr | ast.AugAssign) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def keep_arguments(
    source: Source, site: Site, kept: Sequence[ast.expr | ast.keyword], name: str
) -> tuple[Edit, ...] | None:
    """The edits that turn a call into ``name(*kept)``, None where ``kept`` stand in another order.

    They touch nothing inside what is kept, so that calls within calls can all be rewritten at once. Of a keyword the value
    is kept alone, or the keyword itself.
    """
    call = site.call
    start, end = source.start(call), source.end(call)
    spans = [(source.start(node), source.end(node)) for node in kept]
    if spans != sorted(spans) or isinstance(kept[0], (ast.Yield, ast.YieldFrom, ast.GeneratorExp, ast.Starred)):
        return None
    first, last = spans[0][0], spans[-1][1]
    dropped = [(start, first), *((a[1], b[0]) for a, b in zip(spans, spans[1:])), (last, end)]
    if site.receiver is not None:
        if any("#" in source.text[a:b] for a, b in dropped):
            return None
        # What is called last wraps what is called first, and all of them start where the chain starts.
        between = [Edit(a, b, ", ") for a, b in dropped[1:-1]]
        return (Edit(start, first, f"{name}(", rank=-end), *between, Edit(last, end, ")"))
    lines = "\n" in source.text[first:last] and "\n" in source.text[source.end(call.func) : first]
    if lines or any("#" in source.text[a:b] for a, b in dropped):
        # The arguments have lines or comments of their own, which are kept with those that stay.
        positions = {_position(call, node): isinstance(node, ast.keyword) for node in kept}
        return (Edit(start, end, layout.keep_arguments(source.code(call), name, positions, source.newline)),)
    between = [Edit(a, b, ", ") for a, b in dropped[1:-1] if source.text[a:b] != ", "]
    return (Edit(start, first, f"{name}("), *between, Edit(last, end, ")"))


def _position(call: ast.Call, node: ast.expr | ast.keyword) -> int:
    """The index of an argument among all arguments of a call as they are written."""
    written = sorted([*call.args, *(k.value for k in call.keywords)], key=lambda n: (n.lineno, n.col_offset))
    return written.index(node.value if isinstance(node, ast.keyword) else node)
