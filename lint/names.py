"""What one file binds at module level, and what its classes look like from outside. A pure function of the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from modulint.lint.assignments import assignments, decorators, dotted, statements
from modulint.lint.computed_names import computed_names
from modulint.lint.scopes import walk
from modulint.lint.source import Source
from modulint.lint.stores import stores
from modulint.lint.unpacked import unpacked

# What follows is read off the text: precise enough, since it only ever makes a fix more careful.
# Patterns start with a literal where they can: that is what makes them fast.
_TOUCH = re.compile(
    r"\.(\w+)\.(?:\w+\s*(?:[-+*/])?=(?!=)|(?:register_\w+|train|eval|requires_grad_|apply|add_module|half|to)\()"
)
_GROW = re.compile(r"\.(\w+)(?:\[[^\[\]\n]*\])*\.(?:append|extend|insert)\(")
_PROBE = re.compile(r"""attr\(\s*[\w.\[\]]+\s*,\s*["'](\w+)["']""")
_OPEN_STORE = re.compile(r"setattr\(\s*(?!self\b)[\w.\[\]]+\s*,\s*(?![\"']\w+[\"']\s*,)")
_REWORKS = ("setattr(", "_modules[", "set_submodule(", "register_forward_", "spectral_norm", "weight_norm", "parametriz")
_REWORK = re.compile(
    r"setattr\(\s*(?!self\b)(?:[^,()]|\([^()]*\))+,\s*(?![\"']\w+[\"']\s*,)|_modules\[[^\]\n]*\]\s*=(?!=)"
    r"|\.set_submodule\(\s*(?![\"'])|\.register_forward_|(?:spectral|weight)_norm\b|parametriz"
)
_TESTED = re.compile(r"isinstance\(\s*\w+\s*,\s*\(?([\w\s.,|]+)\)?\s*\)")
_PASSED = re.compile(r"=[ \t]?(?:\w+\.)*([A-Z]\w+)(?![\w.(\[])")
_WORD_BEFORE = re.compile(r"\w+(?=\s*$)")
_WALKS_MODULES = re.compile(r"(?:modules|children)\(\)")
_CHILDREN_OF = re.compile(r"\.(?:(?:named_)?children\(\)|_modules\b)")
_PRELU = re.compile(r"\bPReLU\b(?!\s*\()")
_ASKS_TABLE = re.compile(r"\b[A-Z][A-Z0-9_]*(?:\[|\.get\()")
_GLOBAL = re.compile(r"^[ \t]*global\s+([\w, ]+)", re.MULTILINE)

_SELF = re.compile(r"\bself\.(\w+)")
_CHILDREN = re.compile(
    r"\b(?:self|super\(\))\.(?:(?:named_)?children\(|_modules\b)"
    r"|\b(?:list|tuple|enumerate|next|iter|len|zip|reversed)\(\s*self\.(?:named_)?modules\("
)
_OWN_DICT = re.compile(r"\bself\.__dict__\b|\bvars\(self\)|\b__dict__\.update\b|\bcls\.__new__\(|\bobject\.__setattr__\(")
_INIT_CALL = re.compile(r"\bsuper\(\s*(?:([\w.]+)\s*,\s*\w+\s*)?\)\.__init__\(|\b([\w.]+)\.__init__\(\s*self\b")
_HOOKS = frozenset({"__getattr__", "__getattribute__", "__setattr__", "__new__", "__slots__", "__delattr__"})


@dataclass(frozen=True, slots=True)
class ClassHeader:
    """A class as other classes need to know it, nothing resolved.

    ``bases`` are dotted names as written, "" for anything else. ``stores`` are attributes that its statements set,
    ``touches`` those of ``self`` whose insides its text changes (``self.drop.p = 0``), ``mentions`` all names that stand
    behind ``self.``. ``computed`` holds the source of attribute names that it computes,
    ``reaches`` whose ``__init__`` its own calls: "super", "super:Name" for ``super(Name, self)``, or the name of a class;
    None without an ``__init__``. ``traits`` are short statements of what makes it unusual, ``iterates`` says whether its
    methods run over its children.
    """

    qualname: str
    bases: tuple[str, ...]
    methods: frozenset[str]
    stores: frozenset[str]
    touches: frozenset[str]
    mentions: frozenset[str]
    computed: tuple[str, ...]
    reaches: frozenset[str] | None
    traits: tuple[str, ...]
    iterates: bool = False

    @property
    def name(self) -> str:
        return last_part(self.qualname)

    @property
    def against_children(self) -> str:
        """What stands against a new submodule: one line, "" if nothing does as far as the class itself shows."""
        if self.traits:
            return self.traits[0]
        return f"`{self.name}` iterates its children: a new one would join them" if self.iterates else ""


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """What a file says about names.

    ``bindings`` maps a module-level name to what it may stand for: an absolute dotted name for an import, a name with
    a leading dot for an alias of something in this file, ``class:Name`` and ``def:name`` for definitions, and "" for
    any other value. ``root`` is the directory from which absolute imports of the file's own package are found.

    The rest is about objects that the file does not own: ``stored`` are attributes that it sets on other objects than
    ``self``, each with a class that the object may be of, as the file calls it, "" for any; ``touched`` those whose
    insides it changes (``model.drop.p = 0``), ``grown`` those that it makes longer (``model.blocks.append(...)``),
    ``probed`` those it asks for by name, ``tested`` the classes that it looks for with ``isinstance``, ``reworked`` those of
    which it may replace or wrap what it finds, ``passed`` the classes it hands on by keyword,
    ``unpacked`` what it iterates the children of. ``instances`` are names of the file, ``Class.name`` for those of a class,
    that stand for what a class makes, or for a dict or list of such, with the name of the class; ``askers`` are functions
    that may return an entry of a table, with the name of it. ``open_stores`` is true where it sets attributes under
    computed names,
    ``learned_activation`` where it hands on the one activation of torch that holds parameters.
    """

    path: str
    root: str
    module: str
    checksum: int = 0
    bindings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stars: tuple[str, ...] = ()
    typing_only: frozenset[str] = frozenset()
    globals: frozenset[str] = frozenset()
    classes: dict[str, ClassHeader] = field(default_factory=dict)
    stored: frozenset[tuple[str, str]] = frozenset()
    touched: frozenset[str] = frozenset()
    grown: frozenset[str] = frozenset()
    probed: frozenset[str] = frozenset()
    tested: frozenset[str] = frozenset()
    reworked: frozenset[str] = frozenset()
    passed: frozenset[tuple[str, str]] = frozenset()
    unpacked: tuple[str, ...] = ()
    instances: frozenset[tuple[str, str]] = frozenset()
    askers: frozenset[tuple[str, str]] = frozenset()
    open_stores: bool = False
    learned_activation: bool = False


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


def module_facts(path: str, root: str, module: str, is_package: bool, source: Source, tree: ast.Module) -> ModuleFacts:
    """Gather the facts of one file."""
    text = source.text
    bindings = _Bindings(module if is_package else module.rpartition(".")[0])
    for node in statements(tree.body):
        bindings.statement(node)
    lines = re.split(r"\r\n|\r|\n", text) if "\r" in text else text.split("\n")
    classes = {qualname: class_header(node, qualname, lines) for qualname, node in class_nodes(tree.body, "")}
    stored = set(stores(text, tree))
    for header in classes.values():
        if "<locals>" in header.qualname and header.bases:
            # Its base may be a parameter: whose attributes these are is anybody's guess.
            stored |= {(attribute, "") for attribute in header.stores}
    return ModuleFacts(
        path=path,
        root=root,
        module=module,
        checksum=source.checksum,
        bindings={name: tuple(targets) for name, targets in bindings.names.items()},
        stars=tuple(bindings.stars),
        typing_only=_typing_only(tree),
        globals=frozenset(_globals(text)),
        classes=classes,
        stored=frozenset(stored),
        touched=frozenset(_touched(source, tree)),
        grown=frozenset(m[1] for m in _GROW.finditer(text) if not text.endswith("self", 0, m.start())),
        probed=frozenset(_PROBE.findall(text)),
        tested=frozenset(_tested(text)),
        reworked=frozenset(_reworked(text, tree, lines)),
        passed=frozenset(_passed(text)),
        unpacked=tuple(unpacked(tree)) if _CHILDREN_OF.search(text) else (),
        instances=frozenset(_instances(tree.body, "")),
        askers=frozenset(_askers(tree.body)) if _ASKS_TABLE.search(text) else frozenset(),
        open_stores=bool(_OPEN_STORE.search(text)),
        learned_activation="PReLU" in text and bool(_PRELU.search(text)),
    )


def _instances(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, str]]:
    """Names at module level, or of a class, that are given what something named like a class makes, with its name."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _instances(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.If, ast.Try)):
            yield from _instances(node.body, prefix)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [prefix + target.id for target in targets if isinstance(target, ast.Name)]
            yield from ((name, maker) for maker in _makers(node.value) for name in names)


def _makers(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            for keyword in keywords:
                yield from _makers(keyword.value)
        case ast.Call(func=func, args=arguments):
            name = dotted(func)
            if last_part(name)[:1].isupper():
                yield name
            for argument in arguments[:1]:
                if isinstance(argument, (ast.Dict, ast.List)):
                    yield from _makers(argument)
        case ast.Dict(values=elements) | ast.List(elts=elements) | ast.Tuple(elts=elements):
            for element in elements:
                if isinstance(element, (ast.Call, ast.List, ast.Tuple)):
                    yield from _makers(element)


def _askers(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Functions at module level, with the names that they ask for an entry: ``return ACTIVATIONS[name]``."""
    for function in body:
        if isinstance(function, ast.FunctionDef) and any(isinstance(node, ast.Return) for node in statements(function.body)):
            for node in walk(function):
                match node:
                    case ast.Subscript(value=ast.Name(id=name), ctx=ast.Load()) if name.isupper():
                        yield function.name, name
                    case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get")) if name.isupper():
                        yield function.name, name


def _touched(source: Source, tree: ast.Module) -> Iterator[str]:
    """Attributes whose insides code changes, but those of ``self`` in classes: their headers have these."""
    spans = [range(node.lineno, (node.end_lineno or 0) + 1) for node in tree.body if isinstance(node, ast.ClassDef)]
    for match in _TOUCH.finditer(source.text):
        if not _is_own(source.text, match) or not any(source.place_at(match.start())[0] in span for span in spans):
            yield match[1]


def _is_own(text: str, match: re.Match[str]) -> bool:
    """Whether what matches from a dot on stands right behind ``self``."""
    start = match.start()
    return text.endswith("self", 0, start) and not re.match(r"[\w.]", text[max(start - 5, 0) : max(start - 4, 0)])


def _tested(text: str) -> Iterator[str]:
    """Classes that code which walks over the modules of a model looks for."""
    if _WALKS_MODULES.search(text):
        for names in _TESTED.findall(text):
            yield from re.findall(r"\w+", names)


def _reworked(text: str, tree: ast.Module, lines: Sequence[str]) -> Iterator[str]:
    """Classes that a function looks for which has a way to replace, wrap or hook what it finds, or a function of the file
    that has. All that stands outside of functions counts as one."""
    if "isinstance" not in text or not any(word in text for word in _REWORKS) or not _REWORK.search(text):
        return

    def code(*nodes: ast.stmt) -> str:
        return "\n".join("\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in nodes)

    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    parts = [(node.name, code(node)) for node in _functions(tree.body)]
    parts.append(("", code(*(node for node in tree.body if not isinstance(node, definitions)))))
    names = {name for name, part in parts if _REWORK.search(part)}
    for name, part in parts:
        if name in names or not names.isdisjoint(re.findall(r"\w+", part)):
            yield from (word for tested in _TESTED.findall(part) for word in re.findall(r"\w+", tested))


def _functions(body: Iterable[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions and methods of a file, without those inside of them."""
    for node in statements(body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body)


def _passed(text: str) -> Iterator[tuple[str, str]]:
    """``act_layer=nn.PReLU``: the keyword and the last part of the class."""
    for match in _PASSED.finditer(text):
        word = _WORD_BEFORE.search(text, max(match.start() - 40, 0), match.start())
        if word is not None:
            yield word[0], match[1]


def _globals(text: str) -> Iterator[str]:
    if "global " in text:
        for names in _GLOBAL.findall(text):
            yield from (name.strip() for name in names.split(","))


class _Bindings:
    """Collects what module-level statements bind."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.names: dict[str, list[str]] = {}
        self.stars: list[str] = []

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name, target in import_targets(node, self.package):
                if name == "*":
                    self.stars.append(target.removesuffix(".*"))
                else:
                    self.bind(name, target)
        elif isinstance(node, ast.ClassDef):
            self.bind(node.name, f"class:{node.name}")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.bind(node.name, f"def:{node.name}")
        elif isinstance(node, ast.Assign):
            for assigned in node.targets:
                self.assign(assigned, node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self.assign(node.target, node.value)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.AugAssign)):
            self.assign(node.target, None)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    self.assign(item.optional_vars, None)

    def bind(self, name: str, target: str) -> None:
        targets = self.names.setdefault(name, [])
        if target not in targets:
            targets.append(target)

    def assign(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            if isinstance(value, ast.Constant) and value.value is None:
                return  # `try: import x / except ImportError: x = None`: the other branch says what it stands for
            name = dotted(value) if value is not None else ""
            self.bind(target.id, f".{name}" if name and name != target.id else "")
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self.assign(element, None)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, None)


def class_nodes(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.ClassDef]]:
    """The classes of a block by qualified name, also those inside classes and functions."""
    for node in statements(body):
        if isinstance(node, ast.ClassDef):
            qualname = f"{prefix}{node.name}"
            yield qualname, node
            yield from class_nodes(node.body, f"{qualname}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from class_nodes(node.body, f"{prefix}{node.name}.<locals>.")


def class_header(node: ast.ClassDef, qualname: str, lines: Sequence[str]) -> ClassHeader:
    """What others need to know of a class. ``lines`` are those of its file."""
    text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    members = list(statements(node.body))
    methods = [m for m in members if isinstance(m, (ast.FunctionDef, ast.AsyncFunctionDef))]
    stores = {a.attribute for a in assignments(node)}
    stores |= {m.target.id for m in members if isinstance(m, ast.AnnAssign) and isinstance(m.target, ast.Name)}
    stores |= {m.name for m in members if isinstance(m, ast.ClassDef)}
    inits = [m for m in methods if m.name == "__init__"]
    reaches = None
    if inits:
        body = "\n".join("\n".join(lines[m.lineno - 1 : m.end_lineno]) for m in inits)
        reaches = frozenset(
            last_part(owner) if owner else f"super:{last_part(skipped)}" if skipped else "super"
            for skipped, owner in _INIT_CALL.findall(body)
        )
    names = frozenset(m.name for m in methods)
    return ClassHeader(
        qualname=qualname,
        bases=tuple(base_name(base) for base in node.bases),
        methods=names,
        stores=frozenset(stores),
        touches=frozenset(match[1] for match in _TOUCH.finditer(text) if _is_own(text, match)),
        mentions=frozenset(_SELF.findall(text)),
        computed=computed_names(node, text),
        reaches=reaches,
        traits=tuple(_traits(node, text, names | stores, len(inits))),
        iterates=("modules(" in text or "children(" in text or "_modules" in text) and bool(_CHILDREN.search(text)),
    )


def _traits(node: ast.ClassDef, text: str, names: frozenset[str], inits: int) -> Iterator[str]:
    if any(keyword.arg == "metaclass" for keyword in node.keywords):
        yield f"`{node.name}` has a metaclass"
    if "dataclass" in decorators(node):
        yield f"`{node.name}` is a dataclass: its `__init__` is generated"
    if hooks := _HOOKS & names:
        yield f"`{node.name}` defines `{min(hooks)}`"
    if inits > 1 or (not inits and "__init__" in names):
        yield f"`{node.name}` has an `__init__` that is chosen while it runs"
    if any(word in text for word in ("__dict__", "vars(", "__new__", "__setattr__")) and _OWN_DICT.search(text):
        yield f"`{node.name}` works on its own `__dict__`"


def base_name(base: ast.expr) -> str:
    """The dotted name of a base class; of ``Generic[T]`` the part before the bracket."""
    return dotted(base.value if isinstance(base, ast.Subscript) else base)


def last_part(name: str) -> str:
    """``Name`` of ``package.module.Name``."""
    return name.rpartition(".")[2]


def _typing_only(tree: ast.Module) -> frozenset[str]:
    """Names that are only bound for type checkers."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.If) and dotted(node.test).endswith("TYPE_CHECKING"):
            for inner in statements(node.body):
                if isinstance(inner, (ast.Import, ast.ImportFrom)):
                    names |= {alias.asname or alias.name.partition(".")[0] for alias in inner.names}
    return frozenset(names)
