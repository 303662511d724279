"""What one file binds at module level: imports, classes, functions, aliases. A pure function of the file's syntax."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

# Attribute stores on anything but `self`, as text: precise enough, since it only ever makes a name count as taken.
_STORE = re.compile(r"(?<![\w.])(?:\w+\.)*?(\w+)(?:\[[^\]\n]*\]|\([^()\n]*\))?\.(\w+)\s*(?:[-+*/%@|&^]|//|\*\*)?=(?!=)")
_PROBE = re.compile(r"""\b(get|set|has|del)attr\(\s*([\w.\[\]]+)\s*,\s*["'](\w+)["']""")


@dataclass(frozen=True, slots=True)
class ClassHeader:
    """A class statement as it stands, nothing resolved: bases are dotted names as written, "" for anything else."""

    qualname: str
    bases: tuple[str, ...]
    methods: frozenset[str]


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """What a file says about names.

    ``bindings`` maps a module-level name to what it may stand for: an absolute dotted name for an import, a name with
    a leading dot for an alias of something in this file, ``class:Name`` and ``def:name`` for definitions, and "" for
    any other value. ``root`` is the directory from which absolute imports of the file's own package are found.
    ``stored`` are attribute names that the file sets on objects other than ``self``; ``probed`` those it asks for by
    ``getattr`` or ``hasattr``.
    """

    path: str
    root: str
    module: str
    bindings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stars: tuple[str, ...] = ()
    classes: dict[str, ClassHeader] = field(default_factory=dict)
    stored: frozenset[str] = frozenset()
    probed: frozenset[str] = frozenset()


def dotted(node: ast.expr) -> str:
    """``a.b.c`` for a chain of names, "" for any other expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def import_targets(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[tuple[str, str]]:
    """The names that an import statement binds, with the absolute dotted names they stand for; ``*`` for a star."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                yield alias.asname, alias.name
            else:
                top = alias.name.partition(".")[0]
                yield top, top
        return
    origin = node.module or ""
    if node.level:
        parents = package.split(".") if package else []
        kept = parents[: len(parents) - (node.level - 1)]
        origin = ".".join([*kept, *([origin] if origin else [])])
    for alias in node.names:
        yield alias.asname or alias.name, f"{origin}.{alias.name}" if alias.name != "*" else f"{origin}.*"


def module_facts(path: str, root: str, module: str, is_package: bool, text: str, tree: ast.Module) -> ModuleFacts:
    """Gather the facts of one file. Function bodies are not entered."""
    package = module if is_package else module.rpartition(".")[0]
    bindings: dict[str, list[str]] = {}
    stars: list[str] = []
    classes: dict[str, ClassHeader] = {}

    def bind(name: str, target: str) -> None:
        targets = bindings.setdefault(name, [])
        if target not in targets:
            targets.append(target)

    for node in module_statements(tree.body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name, target in import_targets(node, package):
                if name == "*":
                    stars.append(target.removesuffix(".*"))
                else:
                    bind(name, target)
        elif isinstance(node, ast.ClassDef):
            bind(node.name, f"class:{node.name}")
            classes.update((header.qualname, header) for header in class_headers(node, ""))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            bind(node.name, f"def:{node.name}")
        elif isinstance(node, ast.Assign):
            for target_node in node.targets:
                _bind_assignment(bind, target_node, node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            _bind_assignment(bind, node.target, node.value)
        elif isinstance(node, (ast.For, ast.AugAssign)):
            _bind_assignment(bind, node.target, None)

    probes = _PROBE.findall(text)
    stored = {name for owner, name in _STORE.findall(text) if owner != "self"}
    stored.update(name for verb, owner, name in probes if verb in ("set", "del") and owner != "self")
    return ModuleFacts(
        path=path,
        root=root,
        module=module,
        bindings={name: tuple(targets) for name, targets in bindings.items()},
        stars=tuple(stars),
        classes=classes,
        stored=frozenset(stored),
        probed=frozenset(name for _, _, name in probes),
    )


def module_statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement that runs when a block at module or class level does, also inside ``if``, ``try`` and the like."""
    for node in body:
        yield node
        for block in ("body", "orelse", "finalbody"):
            if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from module_statements(getattr(node, block, ()))
        for handler in getattr(node, "handlers", ()):
            yield from module_statements(handler.body)
        for case in getattr(node, "cases", ()):
            yield from module_statements(case.body)


def class_headers(node: ast.ClassDef, prefix: str) -> Iterator[ClassHeader]:
    """The class and those nested in its body."""
    qualname = f"{prefix}{node.name}"
    members = list(module_statements(node.body))
    yield ClassHeader(
        qualname=qualname,
        bases=tuple(base_name(base) for base in node.bases),
        methods=frozenset(m.name for m in members if isinstance(m, (ast.FunctionDef, ast.AsyncFunctionDef))),
    )
    for member in members:
        if isinstance(member, ast.ClassDef):
            yield from class_headers(member, f"{qualname}.")


def base_name(base: ast.expr) -> str:
    """The dotted name of a base class; of ``Generic[T]`` the part before the bracket."""
    return dotted(base.value if isinstance(base, ast.Subscript) else base)


def _bind_assignment(bind: object, target: ast.expr, value: ast.expr | None) -> None:
    assert callable(bind)
    if isinstance(target, ast.Name):
        if isinstance(value, ast.Constant) and value.value is None:
            return  # `try: import x / except ImportError: x = None`: the other branch says what it stands for
        name = dotted(value) if value is not None else ""
        bind(target.id, f".{name}" if name and name != target.id else "")
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            _bind_assignment(bind, element, None)
    elif isinstance(target, ast.Starred):
        _bind_assignment(bind, target.value, None)
