"""What the fixers share that give an operation an op module of its own: a definition, and a call in its place.

Arguments stay at the call as they are written, so that nothing has to be known of them. The exception are those of which
TorchScript has to know more than is shown: they go to the constructor, where it takes the type of each instance's own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache

from modulint.fixers.argument_types import mixed_type, takes_tensor, type_of
from modulint.fixers.calls import against_name, against_value, by_arguments, by_star, keep_arguments, open_values, read_attributes
from modulint.fixers.definition import define
from modulint.fixers.edits import Edit
from modulint.fixers.imports import spell
from modulint.fixers.op_classes import is_written
from modulint.fixers.op_modules import OpModule, Row, for_call, for_operator, out_of_place, parse_row
from modulint.fixers.proposal import CLASS, Answer, Made, Refusal
from modulint.fixers.surroundings import doubts
from modulint.lint.assignments import dotted
from modulint.lint.constructor import Inexpressible
from modulint.lint.file import File
from modulint.lint.forward import ForwardPath, OperatorStep, Sharing, Site, Step
from modulint.lint.operations import OPERATIONS, Operation
from modulint.lint.scopes import walk
from modulint.lint.source import Source
from modulint.lint.values import NUMBERS, Value

_STEMS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.Div: "div",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "remainder",
    ast.Pow: "pow",
    ast.USub: "neg",
    ast.UAdd: "pos",
    ast.Invert: "bitwise_not",
    ast.BitAnd: "bitwise_and",
    ast.BitOr: "bitwise_or",
    ast.BitXor: "bitwise_xor",
    ast.LShift: "left_shift",
    ast.RShift: "right_shift",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}
# Where numbers of another type come from than those that torch makes by itself.
_TYPES = re.compile(
    r"\.(?:half|double|cfloat|cdouble|char|byte|short|int)\(|\bfloat(?:16|64)\b|\bu?int(?:8|16|32)\b|\bcomplex|\bnumpy\b|\bnp\."
    r"|\bautocast\b|\bbfloat16\b"
)
# What stands in brackets as an operand, and would need them as an argument.
_YIELDS = (ast.Yield, ast.YieldFrom)


def propose_call(file: File, path: ForwardPath, site: Site) -> Answer:
    """A module for a function or tensor method, with the same arguments at its call."""
    operation = site.operation
    assert operation is not None
    if file.is_attribute_of_self(site):
        return Refusal("the function is kept as an attribute")
    kinds = {node: _kind(value) for node, value in zip(site.call.args, site.arguments)}
    kinds |= {k.value: _kind(site.keywords[k.arg]) for k in site.call.keywords if k.arg in site.keywords}
    kinds = {node: _typed(site, node, kind) for node, kind in kinds.items()}
    lead: str | None = ""
    instead = out_of_place(operation.name)
    if instead is not None:
        lead = _rebinding(site)
        if lead is None or site.written is Sharing.SHARED:
            return Refusal("it writes into a tensor that other code may see")
        if site.written is Sharing.VIEW:
            instead = None
    made = _made(file, site, instead or operation.name, kinds, instead is not None)
    if isinstance(made, Inexpressible):
        return Refusal(made.reason)
    if reason := against_name(site):
        return Refusal(reason)
    op = made.op if isinstance(made.op, OpModule) else None

    def edits(name: str) -> Sequence[Edit] | None:
        if op is not None and file.settings.op_modules == "aimet" and op.aimet_construct:
            return keep_arguments(file.source, site, elements(site), name)
        if op is not None and op.constructed:
            return keep_arguments(file.source, site, _called(site, op), name)
        return keep_all(file.source, site, name, lead or "")

    module = OPERATIONS[instead].module if made.op is None and instead is not None else ""
    doubt = doubts(site.owner, module) or by_star(file, site) or open_values(site.owner, made.needs) or _untyped(file, site, made)
    if instead is not None:
        doubt = doubt or _other_type(path, (*site.arguments, *site.keywords.values()))
    return define(file, path, site, made, stem_of(operation), edits, doubt)


def _made(
    file: File, site: Site, name: str, kinds: Mapping[ast.expr, str], is_in_place: bool
) -> Made | Inexpressible:
    """The op module for the operation ``name``; or torch's own class for what ``x.tanh_()`` writes in place."""
    extra = own_rows(file.settings.operations)
    plain = OPERATIONS[name] if is_in_place else None
    if plain is not None and plain.kind == "module" and len(plain.parameters) == 1 and name not in extra:
        expression, imports = spell(file, plain.module, site.owner)
        return Made(f"{expression}()", imports=imports)
    return _made_of(
        file,
        site,
        lambda constructed: for_call(
            name, site.call, site.receiver is not None, kinds, extra=extra, constructed=() if is_in_place else constructed
        ),
    )


def _made_of(
    file: File, step: Step, find: Callable[[Collection[str]], OpModule | Inexpressible]
) -> Made | Inexpressible:
    """The op module that ``find`` gives for the names of what the constructor takes."""
    op = find(())
    if isinstance(op, Inexpressible):
        return op
    if not is_written(file, op):
        construct = op.aimet_construct if file.settings.op_modules == "aimet" else ""
        return Made(f"{CLASS}({construct})", op=op)
    if op.guessed and all(_is_fixed(file, step, value) for _, value in op.guessed):
        typed = find([name for name, _ in op.guessed])
        assert isinstance(typed, OpModule)
        op = typed
    needs = frozenset[str]().union(*(read_attributes(step.owner, value) for _, value in op.constructed))
    arguments = ", ".join(f"{parameter}={ast.unparse(value)}" for parameter, value in op.constructed)
    early = by_arguments(step.owner, f"f({arguments})", needs).removeprefix("f")
    return Made(f"{CLASS}({arguments})", needs, op=op, early=f"{CLASS}{early}" if early else "")


def _is_fixed(file: File, step: Step, value: ast.expr) -> bool:
    """Whether an argument has the same value in ``__init__`` as at the call."""
    return not file.is_computed(step, value) and not against_value(step.owner, value, must_be_number=False)


def _called(site: Site, op: OpModule) -> list[ast.expr | ast.keyword]:
    """What a call still has of its receiver and arguments, beside those that the constructor takes."""
    gone = {value for _, value in op.constructed}
    called: list[ast.expr | ast.keyword] = [argument for argument in site.call.args if argument not in gone]
    called += [keyword for keyword in site.call.keywords if keyword.value not in gone]
    if site.receiver is not None and isinstance(site.call.func, ast.Attribute):
        called.insert(0, site.call.func.value)
    return called


@cache
def own_rows(lines: tuple[str, ...]) -> Mapping[str, Row]:
    """The rows of the user's own, by operation.

    Raises:
        ValueError: a line that is none; the message says why.
    """
    return dict(map(parse_row, lines))


def elements(site: Site) -> list[ast.expr]:
    """The tensors of a call that takes a list of them: AIMET's class takes them one by one."""
    given = site.call.args[0] if site.call.args else site.call.keywords[0].value
    assert isinstance(given, (ast.List, ast.Tuple))
    return given.elts


def _kind(value: Value) -> str:
    """What an argument is in the words of the op modules: a tuple of numbers is no tuple of tensors."""
    if value.kind == "other" and value.size is not None and value.size.is_integer:
        return "int"
    if value.is_shape:
        return "numbers"
    if value.kind == "tuple" and value.items:
        kinds = {_kind(item) for item in value.items}
        return "tuple" if kinds == {"tensor"} else "other" if kinds <= {"other", "numbers"} else "unknown"
    if value.each is not None:
        return "unknown"
    return "numbers" if value == NUMBERS else value.kind


def _typed(step: Step, node: ast.expr, kind: str) -> str:
    """The kind of an argument, or its type where that is shown and it is no tensor."""
    return type_of(step.stands_in, step.function, node, kind) if kind in ("other", "unknown") else kind


def _untyped(file: File, step: Step, made: Made) -> str:
    """A doubt about a class that TorchScript may not compile where it compiles the source as it is.

    It compiles none of AIMET's classes, which whoever asks for them knows.
    """
    op = made.op
    if not isinstance(op, OpModule) or not is_written(file, op) and file.settings.op_modules == "aimet":
        return ""
    for _, argument in op.guessed:
        if not takes_tensor(step.function, argument):
            return f"TorchScript has to know the type of `{ast.unparse(argument)}`, which is not shown"
    return ""


def _rebinding(site: Site) -> str | None:
    """What has to stand in front of a call that writes into the tensor of a name: ``x.add_(y)`` as ``x = ...``.

    "" where the name takes the result already, or none has the tensor; None where the result is used in another way.
    """
    call = site.call
    written = call.func.value if site.receiver is not None and isinstance(call.func, ast.Attribute) else next(iter(call.args), None)
    if not isinstance(written, ast.Name):
        return ""
    for node in walk(site.function):
        if isinstance(node, ast.Expr) and node.value is call:
            return f"{written.id} = "
        if isinstance(node, ast.Assign) and node.value is call:
            return "" if [dotted(target) for target in node.targets] == [written.id] else None
    return None


def propose_operator(file: File, path: ForwardPath, step: OperatorStep) -> Answer:
    """A module for an operator, with the operands as its arguments."""
    node, lead, in_place = step.node, "", False
    operands: list[ast.expr]
    match node:
        case ast.AugAssign():
            if step.written is Sharing.SHARED:
                return Refusal("it writes into a tensor that other code may see")
            in_place = step.written is Sharing.VIEW
            operands, lead = [node.target, node.value], f"{file.source.code(node.target)} = "
        case ast.BinOp():
            operands = [node.left, node.right]
        case ast.UnaryOp():
            operands = [node.operand]
        case ast.Compare():
            operands = [node.left, *node.comparators]
        case _:
            raise AssertionError(f"no operator: {ast.dump(node)}")
    kinds = tuple(_typed(step, node, operand.kind) for node, operand in zip(operands, step.operands))
    shown = tuple(mixed_type(step.function, node) or kind if kind == "unknown" else kind for node, kind in zip(operands, kinds))
    untyped = all(kind.endswith(" or tensor") for kind in shown)  # the result may be a number, which no class may give
    kinds = kinds if untyped else shown
    made = _made_of(file, step, lambda constructed: for_operator(type(step.operator), kinds, operands, constructed, in_place))
    if isinstance(made, Inexpressible):
        return Refusal(made.reason)
    gone = {value for _, value in made.op.constructed} if isinstance(made.op, OpModule) else set()
    called = [operand for operand in operands if operand not in gone]
    doubt = doubts(step.owner) or (_other_type(path, step.operands[1:]) if lead and not in_place else "")
    doubt = doubt or open_values(step.owner, made.needs) or _untyped(file, step, made)
    doubt = doubt or ("TorchScript has to know which of the operands are numbers" if untyped else "")
    stem = _STEMS[type(step.operator)]
    return define(
        file, path, step, made, stem, lambda name: keep_operands(file.source, step, called, name, lead), doubt
    )


def _other_type(path: ForwardPath, written: Iterable[Value]) -> str:
    """A doubt about a write in place: the target keeps its type of numbers, where a sum of two types has the larger one."""
    texts = (owner.source.code(owner.node) for owner in path.reached.values())
    if all(value.kind == "other" for value in written) or not any(map(_TYPES.search, texts)):
        return ""
    return "it writes in place, where perhaps numbers of another type are rounded to those of its target"


def stem_of(operation: Operation) -> str:
    """The name that people give such a module: ``max_pool`` for ``max_pool2d``, ``relu`` for ``relu_``."""
    last = operation.name.rpartition(".")[2].rstrip("_").removesuffix("_with_indices")
    return re.sub(r"_?[123]d$", "", last)


def keep_all(source: Source, site: Site, name: str, lead: str = "") -> tuple[Edit, ...] | None:
    """``torch.cat(x, dim=1)`` or ``x.mean(dim=1)`` as a call of the module; all arguments stay as they are written.

    ``lead`` stands in front of the call.
    """
    call, name = site.call, lead + name
    if site.receiver is None or not isinstance(call.func, ast.Attribute):
        return (Edit(source.start(call.func), source.end(call.func), name),)
    receiver = call.func.value
    if isinstance(receiver, _YIELDS):
        return None
    start, first, last = source.start(call), source.start(receiver), source.end(receiver)
    opened = source.text.index("(", source.end(call.func)) + 1
    if "#" in source.text[start:first] + source.text[last:opened]:
        return None
    # What is called last wraps what is called first, and all of them start where the chain starts.
    separator = ", " if call.args or call.keywords else ""
    if separator and source.text[opened:].lstrip(" \t")[:1] in "\r\n":
        separator = ","
    return (Edit(start, first, f"{name}(", rank=-source.end(call)), Edit(last, opened, separator))


def keep_operands(
    source: Source, step: Step, operands: Sequence[ast.expr], name: str, lead: str = ""
) -> tuple[Edit, ...] | None:
    """``x + y`` as a call of the module with its operands as arguments. ``lead`` stands in front of the call."""
    if any(isinstance(operand, _YIELDS) for operand in operands):
        return None
    spans = [(source.start(operand), source.end(operand)) for operand in operands]
    start, end = source.start(step.node), source.end(step.node)
    dropped = [(start, spans[0][0]), *((a[1], b[0]) for a, b in zip(spans, spans[1:])), (spans[-1][1], end)]
    if any("#" in source.text[a:b] for a, b in dropped):
        return None
    between = [Edit(a, b, ", ") for a, b in dropped[1:-1]]
    return (
        Edit(start, spans[0][0], f"{lead}{name}(", rank=-end),
        *between,
        Edit(spans[-1][1], end, ")"),
    )
