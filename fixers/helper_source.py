"""How the module class of a plain function is written: behind its function, with its statements, or with a call of it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from modulint.fixers.edits import Edit, Edits
from modulint.fixers.helper_modules import OPENED, HelperClass
from modulint.fixers.leaves import leaf_mark
from modulint.lint.classes import FunctionFacts
from modulint.lint.forward.parameters import default_of
from modulint.lint.names import last_part
from modulint.lint.scripting import Compiled, compiled
from modulint.lint.source import Source

_ENDINGS = ("", "Module", "Op")
_WIDTH = 100


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
    """A function's text as that of a method. ``starts`` are the offsets of its lines before they were moved,
    ``shifts`` how many characters to the right each of them stands for it."""

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
    newline, mark = source.newline, leaf_mark(function)
    head = [f"class {name}({base}):", f'{step}"""{docstring(node.name)}"""', ""]
    if mark is not None:
        head.insert(0, f"@{mark.decorator}")
        imports += mark.imports
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
    (name, scripted), step, tensor = names, _step(function), f"{torch}.Tensor"
    typed = _typed(function, tensor)
    taken, passed, inner = _between(function, typed, known, helper.sized, tensor)
    call = f"return {scripted}({', '.join(passed)})"
    calls = [call] if len(call) + 2 * len(step) <= _WIDTH else [f"return {scripted}(", f"{step}{', '.join(passed)}", ")"]
    if helper.sized:
        calls.insert(0, "# A trace keeps the sizes of tensors, and takes other numbers that compiled code is given for constants.")
    lines = [
        f"@{torch}.jit.script_if_tracing",
        *_signature(f"def {scripted}", taken, tensor, step),
        f"{step}return {function.node.name}({', '.join(inner)})",
        "",
        "",
        f"class {name}({base}):",
        f'{step}"""{scripted_docstring(function.node.name)}"""',
        "",
        *(step + line for line in _signature("def forward", ["self", *_own_parameters(function, typed)], tensor, step)),
        *(2 * step + line for line in calls),
        "",
    ]
    return Written(name, *_behind(function, function.source.newline.join(lines)), imports, beside=scripted)


def _typed(function: FunctionFacts, tensor: str) -> dict[str, str]:
    """The parameters of a function with their types, as the source writes them: TorchScript takes others for tensors."""
    arguments = [*function.node.args.args, *function.node.args.kwonlyargs]
    return {each.arg: function.source.code(each.annotation) if each.annotation else tensor for each in arguments}


def _own_parameters(function: FunctionFacts, typed: Mapping[str, str]) -> list[str]:
    """The parameters of a function as its signature has them."""
    own = []
    for name, kind in typed.items():
        default = default_of(function.node, name)
        own.append(f"{name}: {kind}" + (f" = {function.source.code(default)}" if default is not None else ""))
    if function.node.args.kwonlyargs:
        own.insert(len(function.node.args.args), "*")
    return own


def _between(
    function: FunctionFacts, typed: Mapping[str, str], known: Compiled, sized: frozenset[str], tensor: str
) -> tuple[list[str], list[str], list[str]]:
    """What the function in between takes, what it is given, and what it gives the function: sizes come last, in the shape
    of an empty tensor."""
    carrier = next(each for each in ("sizes", "sizes_", "_sizes") if each not in typed)
    first = next(each for each, of in known.parameters.items() if of.kind == "tensor")
    by_name = {argument.arg for argument in function.node.args.kwonlyargs}
    taken, passed, inner, sizes = list[str](), list[str](), list[str](), list[str]()
    for name, written in typed.items():
        kind, count = known.parameters[name].kind, known.read.get(name, 0)
        parts = [f"{name}[{index}]" for index in range(count)] if kind in ("list", "tuple") else [name]
        value = name
        if name in sized:
            read = ", ".join(f"{carrier}.shape[{len(sizes) + index}]" for index in range(len(parts)))
            value = read if kind == "int" else f"({read})" if kind == "tuple" else f"[{read}]"
            sizes += parts
        else:
            taken.append(f"{name}: {written}")
            passed.append(f"({', '.join(parts)})" if kind == "tuple" else name)
        inner.append(f"{name}={value}" if name in by_name else value)
    if sizes:
        taken.append(f"{carrier}: {tensor}")
        passed.append(f"{first}.new_empty(({', '.join([*sizes, '0'])}))")
    return taken, passed, inner


def _signature(head: str, parameters: Sequence[str], result: str, step: str) -> list[str]:
    """The first lines of a function: one, or one for each parameter where that would be long."""
    line = f"{head}({', '.join(parameters)}) -> {result}:"
    if len(line) <= _WIDTH and "\n" not in line:
        return [line]
    return [f"{head}(", *(f"{step}{parameter}," for parameter in parameters), f") -> {result}:"]


def scripted_docstring(name: str) -> str:
    """What the class says of itself that leaves its function as it stands."""
    return f"`{name}` as a module, compiled where a model is traced."


def docstring(name: str) -> str:
    """What the class says of itself while its function is there too."""
    return f"`{name}` as a module."


def is_scripted_class_of(statement: ast.stmt, function: ast.stmt) -> bool:
    """Whether a statement is the class of a function that leaves it as it stands."""
    return _says(statement, function, scripted_docstring)


def is_class_of(statement: ast.stmt, function: ast.stmt) -> bool:
    """Whether a statement is the class of a function, with the function right above it."""
    return _says(statement, function, docstring)


def _says(statement: ast.stmt, function: ast.stmt, words: Callable[[str], str]) -> bool:
    if not isinstance(statement, ast.ClassDef) or not isinstance(function, ast.FunctionDef):
        return False
    return ast.get_docstring(statement) == words(function.name)


def _step(function: FunctionFacts) -> str:
    """One level of indentation, as the function itself has it."""
    first = function.node.body[0]
    return function.source.indent(first.lineno) if first.lineno > function.node.lineno else "    "


def _copied(function: FunctionFacts, tensor: str, tensors: frozenset[str], step: str) -> _Copied:
    source, node = function.source, function.node
    start, end = source.start(node), source.end(node)
    edits = Edits()
    opened = OPENED.match(source.text, start)
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
    signature = node.body[0].lineno - node.lineno
    aligned, inside = opened.end() - start, len(f"{step}def forward(")
    lines, starts, shifts, shift = [], [0], [], 0
    for number, line in enumerate(io.StringIO(text, newline="")):
        width = len(line) - len(line.lstrip(" "))
        moved = line
        if 0 < number < signature and width == aligned:  # the parameters stay in line with the first of them
            moved = " " * inside + line[width:]
        elif line.strip() and number not in strings:
            moved = step + line
        shift += len(moved) - len(line)
        lines.append(moved)
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
