"""Module classes for plain functions that the forward path calls: which functions can have one, and how it is written.

The class stands right behind its function, in the function's file, whichever file the calls are in. A file is fixed by
itself, so what its calls ask of another file is kept here, for the whole run: see :class:`HelperModules`.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from modulint.fixers.edits import Edit, Edits
from modulint.lint.assignments import dotted
from modulint.lint.classes import FunctionFacts
from modulint.lint.forward.parameters import default_of
from modulint.lint.names import last_part
from modulint.lint.scopes import bound_names, parameters
from modulint.lint.scripting import compiled
from modulint.lint.source import Source
from modulint.lint.tree import Reference, Tree

_ENDINGS = ("", "Module", "Op")
_WIDTH = 100
_OPENED = re.compile(r"def\s+\w+\s*\(")
_SEES_LOCALS = frozenset({"__class__", "dir", "eval", "exec", "globals", "locals", "super", "vars"})
_ANY_TYPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
# What TorchScript does not compile, or not always.
_UNSCRIPTED = (ast.Try, ast.With, ast.Lambda, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.Starred, ast.Delete)
_UNSCRIPTED_CALLS = frozenset({"callable", "filter", "getattr", "hasattr", "iter", "map", "next", "open", "setattr", "type"})


@dataclass(frozen=True, slots=True)
class HelperClass:
    """A class of a function. One that leaves the function as it stands, for TorchScript to compile, has in ``sized`` the
    parameters that take sizes of tensors; None is for one that has the function's statements in its ``forward``."""

    reference: Reference
    sized: frozenset[str] | None = None

    @property
    def path(self) -> str:
        return self.reference.path


@dataclass(frozen=True, slots=True)
class Given:
    """The parameters of a function that calls give tensors, and those that they give what is the same in every forward
    pass: settings, and weights."""

    tensors: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()

    def __and__(self, other: Given) -> Given:
        return Given(self.tensors & other.tensors, self.fixed & other.fixed)

    def __le__(self, other: Given) -> bool:
        return self.tensors <= other.tensors and self.fixed <= other.fixed


@dataclass(frozen=True, slots=True)
class HelperModule:
    """The module class of a function, as a call wants it, with what the call gives."""

    function: FunctionFacts
    called: ast.expr
    given: Given
    sized: frozenset[str] | None = None

    @property
    def made_class(self) -> HelperClass:
        return HelperClass(self.function.reference, self.sized)


@dataclass(slots=True)
class HelperModules:
    """The functions of a tree that are to have a module class, in the order in which they were asked for.

    ``asked`` has what all calls give. ``made`` are the names of the classes that are in their files by now, ``refused``
    says in one line why a function gets none after all. ``wanted`` is what calls wait for, and ``due`` has the files in
    which something is to change for it.
    """

    asked: dict[HelperClass, Given] = field(default_factory=dict)
    made: dict[HelperClass, str] = field(default_factory=dict)
    refused: dict[HelperClass, str] = field(default_factory=dict)
    wanted: dict[HelperClass, Given] = field(default_factory=dict)
    due: dict[str, None] = field(default_factory=dict)

    def want(self, module: HelperModule) -> None:
        """Note that a call waits for its class."""
        self.wanted[module.made_class] = self.wanted.get(module.made_class, module.given) & module.given

    def take_up(self) -> None:
        """Take in what is wanted by now."""
        for helper, given in self.wanted.items():
            if helper in self.refused:
                continue
            known = self.asked.get(helper)
            together = given if known is None else known & given
            if together != known:
                self.asked[helper] = together
                self.due[helper.path] = None
        self.wanted.clear()

    def is_ready(self, module: HelperModule) -> bool:
        """Whether the class is there, and takes what this call gives."""
        return module.made_class in self.made and self.asked[module.made_class] <= module.given

    def asked_of(self, path: str) -> list[HelperClass]:
        """The classes that functions of a file are to have."""
        return [helper for helper in self.asked if helper.path == path]

    def given_to(self, path: str, name: str) -> Given:
        """What all calls give the class of this name that was made in a file."""
        made = (helper for helper, known in self.made.items() if known == name and helper.path == path)
        return next((self.asked[helper] for helper in made), Given())

    def drop(self, helper: HelperClass, reason: str) -> None:
        """Note that a function gets no class after all."""
        self.asked.pop(helper, None)
        self.made.pop(helper, None)
        self.refused[helper] = reason

    def fail(self, path: str, reason: str) -> None:
        """Note that a file does not get its classes."""
        for helper in self.asked_of(path):
            self.drop(helper, reason)


_OF_TREES: WeakKeyDictionary[Tree, HelperModules] = WeakKeyDictionary()


def helper_modules(tree: Tree) -> HelperModules:
    """What was asked for and made in this run over a tree."""
    return _OF_TREES.setdefault(tree, HelperModules())


def against_function(function: FunctionFacts, files: frozenset[str], path: str) -> str:
    """Why a function can have no module class: one line, "" if it can have one. ``path`` is that of the call's file."""
    return against_file(function, files, path) or _against_definition(function) or _against_body(function) or against_others(function)


def against_file(function: FunctionFacts, files: frozenset[str], path: str) -> str:
    """What stands against a class in the file of a function, which the file at ``path`` calls: one line, "" if nothing does."""
    node, name = function.node, function.node.name
    if function.reference.path != path and function.reference.path not in files:
        return "its function stands in a file that is not among those to fix"
    if node.col_offset or function.module.bindings.get(name) != (f"def:{name}",) or name in function.module.globals:
        return "its function is chosen or replaced while its file runs"
    return ""


def _against_definition(function: FunctionFacts) -> str:
    node = function.node
    if node.decorator_list:
        return f"its function is decorated with `{function.source.code(node.decorator_list[0]).partition('(')[0]}`"
    if isinstance(node, ast.AsyncFunctionDef):
        return "its function is asynchronous"
    if node.args.vararg or node.args.kwarg:
        return "its function takes any number of arguments"
    if not function.source.is_alone(node) or not _OPENED.match(function.source.text, function.source.start(node)):
        return "its function is written in a way that cannot be copied"
    for default in [*node.args.defaults, *node.args.kw_defaults]:
        if default is not None and not _is_fixed(function, default):
            return f"the default `{function.source.code(default)}` of its function may change"
    return ""


def _is_fixed(function: FunctionFacts, value: ast.expr) -> bool:
    """Whether a default is the same object, or an equal one that cannot change, whenever it is worked out."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.UnaryOp):
        return _is_fixed(function, value.operand)
    if isinstance(value, ast.BinOp):
        return _is_fixed(function, value.left) and _is_fixed(function, value.right)
    if isinstance(value, ast.Tuple):
        return all(_is_fixed(function, part) for part in value.elts)
    name = dotted(value)
    return bool(name) and function.resolve(name).kind == "external" and function.resolve(name).name.startswith("torch.")


def _against_body(function: FunctionFacts) -> str:
    node = function.node
    for part in ast.walk(node):
        if isinstance(part, (ast.Yield, ast.YieldFrom, ast.Await)):
            return "its function is a generator"
        if isinstance(part, _ANY_TYPE) and part is not node:
            return "its function has another one inside"
        if isinstance(part, (ast.Global, ast.Nonlocal)):
            return "its function sets global names"
        name = part.id if isinstance(part, ast.Name) else part.attr if isinstance(part, ast.Attribute) else ""
        if isinstance(part, (ast.arg, ast.keyword)):
            name = part.arg or ""
        if isinstance(part, ast.Name) and name == node.name:
            return "its function names itself"
        if name.startswith("__") and not name.endswith("__"):
            return f"`{name}` means something else inside of a class"
        if isinstance(part, ast.Name) and name in _SEES_LOCALS:
            return f"its function asks for `{name}`, which is something else in a method"
    if "self" in bound_names(node) or any(isinstance(part, ast.Name) and part.id == "self" for part in ast.walk(node)):
        return "its function has a name `self` of its own"
    return "its function leads back to itself" if _leads_to(function, function, set()) else ""


def _leads_to(function: FunctionFacts, target: FunctionFacts, seen: set[Reference]) -> bool:
    """Whether a function calls another one, itself or through functions of the tree."""
    for called in _called(function):
        if called.reference == target.reference:
            return True
        if called.reference not in seen:
            seen.add(called.reference)
            if _leads_to(called, target, seen):
                return True
    return False


def _called(function: FunctionFacts) -> Iterator[FunctionFacts]:
    """The plain functions of the tree that a function names."""
    local = bound_names(function.node)
    for part in ast.walk(function.node):
        name = dotted(part) if isinstance(part, (ast.Name, ast.Attribute)) else ""
        if name and name.partition(".")[0] not in local:
            reference = function.resolve(name)
            called = function.index.function(reference) if reference.kind == "function" else None
            if called is not None:
                yield called


def against_others(function: FunctionFacts) -> str:
    """What other code does with the function beside calling it."""
    name = function.node.name
    if name in function.index.tree.summary.stored:
        return "its function is replaced from outside somewhere in the tree"
    if is_registered(function.source.text, name):
        return "its function is handed to something that treats it in a way of its own"
    return ""


def is_registered(text: str, name: str) -> bool:
    """Whether a file names a function to ``torch.fx.wrap``, ``torch.jit.script``, ``torch.compile`` or their like."""
    how = r"\b\w*(?:wrap|register|script|compile|ignore|disable|export|trace|allow)\w*\(\s*['\"]?"
    return re.search(rf"{how}{re.escape(name)}\b", text) is not None


def is_scripted(function: FunctionFacts, tensors: frozenset[str], seen: frozenset[Reference] = frozenset()) -> bool:
    """Whether TorchScript is shown to compile a function that is given these parameters as tensors."""
    node = function.node
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    defaults = len(node.args.defaults) + sum(default is not None for default in node.args.kw_defaults)
    if any(argument.annotation is None and argument.arg not in tensors for argument in arguments):
        return False
    if defaults and any(argument.annotation is None for argument in arguments[-defaults:]):
        return False
    for part in ast.walk(node):
        if isinstance(part, _UNSCRIPTED):
            return False
        if isinstance(part, ast.Call) and last_part(dotted(part.func)) in _UNSCRIPTED_CALLS:
            return False
    inner = (called for called in _called(function) if called.reference not in seen)
    return all(
        is_scripted(called, frozenset(parameters(called.node)), seen | {function.reference}) for called in inner
    )


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """The class of a function as it is inserted at ``offset`` of the file, ``text`` with ``imports``; ``beside`` is the
    name of a function that comes with it."""

    name: str
    offset: int
    text: str
    imports: tuple[str, ...]
    copied: _Copied | None = None
    beside: str = ""

    def moved(self, start: int, end: int) -> tuple[int, int] | None:
        """Offsets in ``text`` of what stands at these in the function; None where it stands elsewhere."""
        if self.copied is None or not self.copied.holds(start, end):
            return None
        place = self.copied.moved(start, end)
        lead = len(self.text) - len(self.copied.text)
        return None if place is None else (place[0] + lead, place[1] + lead)


@dataclass(frozen=True, slots=True, eq=False)
class _Copied:
    """A function's text as that of a method. ``starts`` are the offsets of its lines before they were moved to the right,
    ``shifts`` how many characters were added up to each."""

    function: FunctionFacts
    edits: Edits
    text: str
    starts: tuple[int, ...]
    shifts: tuple[int, ...]

    def holds(self, start: int, end: int) -> bool:
        source, node = self.function.source, self.function.node
        return source.start(node) <= start and end <= source.end(node)

    def moved(self, start: int, end: int) -> tuple[int, int] | None:
        place = self.edits.moved(start, end, self.function.source.text)
        return None if place is None else (self._shifted(place[0]), self._shifted(place[1]))

    def _shifted(self, offset: int) -> int:
        offset -= self.function.source.start(self.function.node)
        return offset + self.shifts[bisect_right(self.starts, offset) - 1]


def written(
    function: FunctionFacts, name: str, base: str, torch: str, imports: tuple[str, ...], tensors: frozenset[str]
) -> Written:
    """The class ``name`` of a function, with ``base`` as its base and ``torch`` for annotations."""
    source, node = function.source, function.node
    step = _step(function)
    copied = _copied(function, f"{torch}.Tensor" if torch else "", tensors, step)
    newline = source.newline
    head = [f"class {name}({base}):", f'{step}"""{docstring(node.name)}"""', ""]
    return Written(name, *_behind(function, newline.join([*head, copied.text])), imports, copied)


def _behind(function: FunctionFacts, text: str) -> tuple[int, str]:
    """The offset behind a function, and what to insert there for ``text`` to stand apart from it."""
    source = function.source
    offset = source.line_end(function.node.end_lineno or function.node.lineno)
    ended = source.text[:offset].endswith(("\n", "\r"))
    return offset, source.newline.join(([] if ended else [""]) + ["", "", text])


def written_scripted(
    function: FunctionFacts, names: tuple[str, str], base: str, torch: str, imports: tuple[str, ...], helper: HelperClass
) -> Written:
    """A class that leaves its function as it stands, and the function between them that a trace has compiled. ``names``
    are theirs, the class's first."""
    known = compiled(function)
    assert known is not None and helper.sized is not None
    name, scripted = names
    step, tensor, source = _step(function), f"{torch}.Tensor", function.source
    arguments = [*function.node.args.args, *function.node.args.kwonlyargs]
    by_name = {argument.arg for argument in function.node.args.kwonlyargs}
    typed = {each.arg: source.code(each.annotation) if each.annotation else tensor for each in arguments}
    defaults = {each.arg: default_of(function.node, each.arg) for each in arguments}
    first = next(each for each, of in known.parameters.items() if of.kind == "tensor")
    taken: list[str] = []  # what the function in between takes: the sizes come last
    passed: list[str] = []  # what it is given
    inner: list[str] = []  # what it gives the function
    sizes: list[str] = []
    carrier = next(each for each in ("sizes", "sizes_", "_sizes") if each not in typed)
    for argument in arguments:
        parameter, kind, count = argument.arg, known.parameters[argument.arg].kind, known.read.get(argument.arg, 0)
        parts = [f"{parameter}[{index}]" for index in range(count)] if kind in ("list", "tuple") else [parameter]
        value = parameter
        if parameter in helper.sized:
            read = [f"{carrier}.shape[{len(sizes) + index}]" for index in range(len(parts))]
            sizes += parts
            value = read[0] if kind == "int" else f"({', '.join(read)})" if kind == "tuple" else f"[{', '.join(read)}]"
        else:
            taken.append(f"{parameter}: {typed[parameter]}")
            passed.append(f"({', '.join(parts)})" if kind == "tuple" else parameter)
        inner.append(f"{parameter}={value}" if parameter in by_name else value)
    if sizes:
        taken.append(f"{carrier}: {tensor}")
        passed.append(f"{first}.new_empty(({', '.join([*sizes, '0'])}))")
    own = [
        f"{each}: {typed[each]}" + (f" = {source.code(default)}" if default is not None else "")
        for each, default in defaults.items()
    ]
    star = [own.index(next(each for each in own if each.startswith(f"{key}:"))) for key in defaults if key in by_name][:1]
    for place in star:
        own.insert(place, "*")
    lines = [
        f"@{torch}.jit.script_if_tracing",
        *_signature(f"def {scripted}", taken, tensor, step),
        f"{step}return {function.node.name}({', '.join(inner)})",
        "",
        "",
        f"class {name}({base}):",
        f'{step}"""{scripted_docstring(function.node.name)}"""',
        "",
        *(step + line for line in _signature("def forward", ["self", *own], tensor, step)),
    ]
    if sizes:
        lines.append(f"{step}{step}# A trace keeps the sizes of tensors, and takes other numbers that compiled code is given for constants.")
    call = f"{step}{step}return {scripted}({', '.join(passed)})"
    broken = [f"{step}{step}return {scripted}(", f"{step}{step}{step}{', '.join(passed)}", f"{step}{step})"]
    lines += [*([call] if len(call) <= _WIDTH else broken), ""]
    return Written(name, *_behind(function, source.newline.join(lines)), imports, beside=scripted)


def _signature(head: str, parameters: Sequence[str], result: str, step: str) -> list[str]:
    """The first lines of a function: one, or one for each parameter where that would be long."""
    line = f"{head}({', '.join(parameters)}) -> {result}:"
    if len(line) <= _WIDTH and "\n" not in line:
        return [line]
    return [f"{head}(", *(f"{step}{parameter}," for parameter in parameters), f") -> {result}:"]


def scripted_docstring(name: str) -> str:
    """What the class says of itself that leaves its function as it stands."""
    return f"`{name}` as a module, compiled where a model is traced."


def is_scripted_class_of(statement: ast.stmt, function: ast.stmt) -> bool:
    """Whether a statement is the class of a function that leaves it as it stands."""
    if not isinstance(statement, ast.ClassDef) or not isinstance(function, ast.FunctionDef):
        return False
    return ast.get_docstring(statement) == scripted_docstring(function.name)


def docstring(name: str) -> str:
    """What the class says of itself while its function is there too."""
    return f"`{name}` as a module."


def is_class_of(statement: ast.stmt, function: ast.stmt) -> bool:
    """Whether a statement is the class of a function, with the function right above it."""
    if not isinstance(statement, ast.ClassDef) or not isinstance(function, ast.FunctionDef):
        return False
    return ast.get_docstring(statement) == docstring(function.name)


def _step(function: FunctionFacts) -> str:
    """One level of indentation, as the function itself has it."""
    first = function.node.body[0]
    return function.source.indent(first.lineno) if first.lineno > function.node.lineno else "    "


def _copied(function: FunctionFacts, tensor: str, tensors: frozenset[str], step: str) -> _Copied:
    source, node = function.source, function.node
    start, end = source.start(node), source.end(node)
    edits = Edits()
    opened = _OPENED.match(source.text, start)
    assert opened is not None
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    lead = source.text[opened.end() : source.start(arguments[0])] if arguments else ""
    broken = "\n" in lead or "\r" in lead
    own = "self" if not arguments else f"{lead if broken and '#' not in lead else ''}self,{'' if broken else ' '}"
    edits.add([Edit(start, opened.end(), f"def forward({own}")])
    if tensor and "# type:" not in source.code(node):  # TorchScript wants types in one way only
        plain = arguments[: len(node.args.posonlyargs) + len(node.args.args) - len(node.args.defaults)]
        for argument in plain:
            if argument.annotation is None and argument.arg in tensors:
                edits.add([Edit(source.end(argument), source.end(argument), f": {tensor}")])
    if (stated := docstring_of(node)) is not None and source.is_alone(stated):
        first = node.body[1]
        edits.add([Edit(source.line_starts[stated.lineno - 1], source.line_starts[_first_line(source, first) - 1], "")])
    edited = edits.apply(source.text)
    text = edited[start : end + len(edited) - len(source.text)]
    strings = _inside_strings(text)
    lines, starts, shifts, shift = [], [0], [], 0
    for number, line in enumerate(io.StringIO(text, newline="")):
        added = step if line.strip() and number not in strings else ""
        shift += len(added)
        lines.append(added + line)
        shifts.append(shift)
        starts.append(starts[-1] + len(line))
    behind = source.text[end : source.line_end(node.end_lineno or node.lineno)].rstrip("\r\n")
    return _Copied(function, edits, "".join(lines) + behind + source.newline, tuple(starts[:-1]), tuple(shifts))


def docstring_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Expr | None:
    """The docstring of a function that has more than that."""
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first if len(node.body) > 1 else None
    return None


def _first_line(source: Source, statement: ast.stmt) -> int:
    """The first line of a statement with the comment right above it."""
    line = statement.lineno
    while line > 1 and source.line_text(line - 1).lstrip().startswith("#"):
        line -= 1
    return line


def _inside_strings(text: str) -> set[int]:
    """The lines, from 0, that start inside of a string, and so cannot be moved."""
    lines: set[int] = set()
    opened: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        kind = tokenize.tok_name[token.type]
        if kind == "STRING":
            lines.update(range(token.start[0], token.end[0]))
        elif kind.endswith("STRING_START"):
            opened.append(token.start[0])
        elif kind.endswith("STRING_END"):
            lines.update(range(opened.pop(), token.end[0]))
    return lines


def free_scripted_name(function: FunctionFacts, taken: set[str]) -> str | None:
    """A name for the function that a trace has compiled. Only its file has to do without it."""
    stem, words = f"_scripted_{function.node.name.lstrip('_')}", set(re.findall(r"\w+", function.source.text))
    return next((name for name in (stem, *(f"{stem}{number}" for number in range(2, 10))) if name not in taken | words), None)


def free_name(function: FunctionFacts, taken: set[str]) -> str | None:
    """A name for the class of a function that means nothing anywhere in the tree, nor among those that are ``taken``.

    Functions of one name in several files get that of their file in front.
    """
    bare = function.node.name.lstrip("_")
    mark, stem = function.node.name.removesuffix(bare), _camel_case(bare)
    names = [*(stem + ending for ending in _ENDINGS), _camel_case(last_part(function.module.module)) + stem]
    free = (mark + name for name in names if mark + name not in taken)
    return next((name for name in free if not any(function.index.tree.mentions(name))), None)


def _camel_case(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
