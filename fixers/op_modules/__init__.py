"""Op modules: classes without parameters whose ``forward`` is one operation; which of them takes a call as it stands.

A rewrite puts the instance in the place of the function and leaves the arguments alone, so ``forward`` has torch's
parameters: their names, order and defaults.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from modulint.fixers.op_modules.forms import SEVERAL, form
from modulint.fixers.op_modules.rows import NO_TENSOR, TENSOR, TENSORS, Form, Row, Variant, make_row
from modulint.fixers.op_modules.table import AIMET, in_place_operators, operators, rows_by_operation
from modulint.lint.constructor import Inexpressible
from modulint.lint.forward import SIGNS
from modulint.lint.operations import OPERATIONS

__all__ = ["SEVERAL", "OpModule", "Row", "all_modules", "for_call", "for_operator", "form", "out_of_place", "parse_row"]

_AIMET_OPERATORS: Final = {"+": "Add", "*": "Multiply", "**": "Pow"}
_NAMESPACES: Final = (("torch.nn", r"\bnn\."), ("torch", r"\btorch\."), ("torch.nn.functional", r"\bF\."))
_ROW: Final = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*:\s*(?P<function>torch(?:\.\w+)+)\s*(?P<signature>\(.*)", re.DOTALL)
# NumPy's names, which torch takes as well.
_NUMPY: Final = {"axis": "dim", "keepdims": "keepdim"}
_NAME: Final = frozenset({"str"})
_TRUTHS: Final = frozenset("""
    eq ge greater greater_equal gt le less less_equal logical_and logical_not logical_or logical_xor lt ne not_equal
""".split())
_FORMS: Final[Mapping[str, Form]] = {
    "tensor": TENSOR,
    "tuple": TENSORS,
    "other": NO_TENSOR,
}


@dataclass(frozen=True, slots=True)
class OpModule:
    """A class without parameters whose forward is one operation."""

    name: str
    source: str
    """The class statement as it is written into the user's file, with the names ``nn``, ``torch`` and ``F``."""
    uses: tuple[str, ...]
    """Which of ``torch.nn``, ``torch`` and ``torch.nn.functional`` the source mentions."""
    aimet: str = ""
    """The class of ``aimet_torch.nn.modules.custom`` that takes the same call and computes the same, if one does."""
    aimet_construct: str = ""
    """Constructor arguments of that class. Where there are some, it is called with the elements of the call's first
    argument, a literal list, and nothing else."""
    guessed: tuple[tuple[str, ast.expr], ...] = ()
    """Parameters of several types, with the arguments that do not show which they have: ``forward`` says one."""
    constructed: tuple[tuple[str, ast.expr], ...] = ()
    """Parameters of its ``__init__``, with the arguments of the call that they take: the call goes without."""
    always_written: bool = False
    """Whether it is always written into the user's file: no other has it."""


def for_call(
    operation: str,
    call: ast.Call,
    has_receiver: bool,
    kinds: Mapping[ast.expr, str],
    *,
    extra: Mapping[str, Row] = {},
    constructed: Collection[str] = (),
) -> OpModule | Inexpressible:
    """The op module that takes the arguments of ``call`` as they stand.

    Args:
        operation: canonical name, as in ``modulint.lint.operations``.
        has_receiver: whether it is a tensor method, so that the receiver becomes the first argument.
        kinds: what is known of argument expressions: "tensor", "tuple" (of tensors), "other" (shown to be no tensor), or a
            type of Python: "bool", "float", "int", "number" (of these two), "str", "numbers" (a tuple or list of them),
            "several" (of these or of tensors), "int or tensor", "float or tensor" (one after the other).
        extra: rows of the user's own, by operation; they are tried first.
        constructed: parameters whose arguments, if there are some, the constructor takes in place of the call.
    """
    if any(isinstance(argument, ast.Starred) for argument in call.args) or any(k.arg is None for k in call.keywords):
        return Inexpressible("its arguments are unpacked with a star")
    if any(keyword.arg == "out" for keyword in call.keywords):
        return Inexpressible("no op module takes `out`")
    if is_in_place(operation) and operation not in in_place_operators():
        return Inexpressible("it writes into its input")
    own = [extra[operation]] if operation in extra else []
    written = [in_place_operators()[operation]] if operation in in_place_operators() else []
    rows = [*own, *written, *rows_by_operation().get(operation, ())]
    if not rows:
        return Inexpressible(f"there is no op module for `{operation}`")
    assert not has_receiver or isinstance(call.func, ast.Attribute)
    receiver = [call.func.value] if has_receiver and isinstance(call.func, ast.Attribute) else []
    nodes = [*receiver, *call.args], {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    positional = [TENSOR if node in receiver else form(node, kinds) for node in nodes[0]]
    keywords = {name: form(node, kinds) for name, node in nodes[1].items()}
    if numpy := {_NUMPY[name]: name for name in _NUMPY.keys() & keywords.keys()}:
        rows = [row.renamed(numpy) for row in rows]
    bound = [(row, given) for row in rows if (given := row.bind(positional, keywords)) is not None]
    if any(given.get("dim") == _NAME for _, given in bound):
        return Inexpressible("no op module takes the name of a dimension")
    # An operator and its function do the same for tensors only: `torch.mul(2, 3)` is a tensor.
    bound = [(row, given) for row, given in bound if not row.operator or _is_tensor(given, len(row.parameters))]
    if not bound:
        return Inexpressible(_unbound(operation, rows, keywords))
    row, given = next(((row, given) for row, given in bound if row.fits(given)), bound[0])
    constructed = given.keys() & constructed
    module = _module(row, row.variant(given, constructed), _aimet(row, given, keywords), _aimet_construct(row, call))
    return _with_arguments(module, row, given, row.bind(*nodes) or {}, constructed)


def for_operator(
    operator: type[ast.operator | ast.unaryop | ast.cmpop],
    kinds: tuple[str, ...],
    operands: Sequence[ast.expr] = (),
    constructed: Collection[str] = (),
    in_place: bool = False,
) -> OpModule | Inexpressible:
    """The op module for an operator on operands of these kinds, the left one first.

    ``operands``, where they are given, tell an integer on the left of a tensor from another number. That makes a
    difference for TorchScript only. Those ``constructed`` go to the constructor. With ``in_place`` the module writes into
    the left operand, as the operator does.
    """
    sign = SIGNS.get(operator, "")
    row = in_place_operators().get(sign) if in_place else operators().get((sign, len(kinds)))
    if row is None and in_place:
        return Inexpressible("it writes into its input")
    if row is None:
        return Inexpressible("the operator computes nothing on tensors")
    forms = [_FORMS.get(kind) for kind in kinds]
    if operands:
        known = dict(zip(operands, kinds))
        forms = [form(operand, known) for operand in operands]
    if all(shown is not None and "tensor" not in shown for shown in forms):
        return Inexpressible("neither operand is a tensor" if len(kinds) > 1 else "the operand is no tensor")
    names = [parameter.name for parameter in row.parameters]
    given = dict(zip(names, forms))
    if in_place and not row.fits(given):
        return Inexpressible("it writes into its input, and an operand may be a number in one run and a tensor in another")
    module = _module(row, row.variant(given, constructed), _aimet(row, given, {}))
    return _with_arguments(module, row, given, dict(zip(names, operands)), constructed)


def is_in_place(operation: str) -> bool:
    """Whether an operation writes into its input whatever its arguments say."""
    return operation.endswith("_") and not operation.endswith("__")


def out_of_place(operation: str) -> str | None:
    """The operation that computes in new memory what an in-place one writes into its input; None where there is none.

    It is the same only where the result has the dtype and shape of the input: ``x.add_(y)`` keeps those of ``x``. The
    truth of a comparison never has: ``x.ge_(y)`` writes zeros and ones of the type of ``x``.
    """
    plain = operation.removesuffix("_")
    if plain.rpartition(".")[2] in _TRUTHS:
        return None
    return plain if is_in_place(operation) and plain in OPERATIONS and plain in rows_by_operation() else None


def parse_row(text: str) -> tuple[str, Row]:
    """The operation and the row that a user's line says: ``Polar: torch.polar(abs: Tensor, angle: Tensor)``.

    Raises:
        ValueError: it is not of that form; the message says why.
    """
    match = _ROW.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"`{text.strip()}` is not of the form `Name: torch.function(input, dim: int = 0)`")
    function = match["function"]
    return function, make_row(match["name"], function, match["signature"])


def all_modules() -> Iterator[OpModule]:
    """Every class that can be written, starred arguments as for two of them."""
    seen: set[str] = set()
    for rows in (operators().values(), in_place_operators().values(), *rows_by_operation().values()):
        for row in rows:
            if row.name not in seen:
                seen.add(row.name)
                for variant in row.variants():
                    reflected = row.operator and not variant.name.startswith(row.name)
                    yield _module(row, variant, "" if reflected and not _is_free(row) else _aimet_name(row))


def _module(row: Row, variant: Variant, aimet: str, construct: str | None = None) -> OpModule:
    uses = tuple(name for name, pattern in _NAMESPACES if re.search(pattern, variant.source))
    if construct:
        aimet = "Concat"
    return OpModule(variant.name, variant.source, uses, aimet, construct or "")


def _with_arguments(
    module: OpModule, row: Row, given: Mapping[str, Form], arguments: Mapping[str, ast.expr], constructed: Collection[str]
) -> OpModule:
    return replace(
        module,
        guessed=tuple((name, arguments[name]) for name in row.guessed(given) if name in arguments.keys() - constructed),
        constructed=tuple((name, arguments[name]) for name in arguments if name in constructed),
    )


def _aimet_name(row: Row) -> str:
    return _AIMET_OPERATORS[row.operator] if _is_free(row) else AIMET.get(row.function, "")


def _is_free(row: Row) -> bool:
    """Whether AIMET's class takes numbers and tensors in any order."""
    return row.operator in _AIMET_OPERATORS and len(row.parameters) == 2 and not row.in_place


def _aimet(row: Row, given: Mapping[str, Form], keywords: Mapping[str, Form]) -> str:
    """AIMET's class for a call: it wraps the function, or takes two operands by position."""
    name = _aimet_name(row)
    if _is_free(row):
        return "" if keywords else name
    if name == "DynamicLinear" and "input" in keywords:
        return ""
    # `2 / x` and `2 > x` are not computed as `torch.div(2, x)` and `torch.gt(2, x)` would.
    reflected = row.operator and (given.get("input") != TENSOR or None in given.values())
    return "" if reflected else name


def _aimet_construct(row: Row, call: ast.Call) -> str:
    """The constructor arguments of AIMET's ``Concat``, which takes its tensors one by one."""
    if row.name != "Concat" or not call.args or not isinstance(call.args[0], (ast.List, ast.Tuple)):
        return ""
    if any(isinstance(element, ast.Starred) for element in call.args[0].elts):
        return ""
    dims = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
    axis = ast.unparse(dims[0]) if dims else "0"
    return f"axis={axis}" if re.fullmatch(r"-?\d+", axis) else ""


def _is_tensor(given: Mapping[str, Form], operands: int) -> bool:
    """Whether the first operand is a tensor; functions of a single one take nothing else."""
    first = given.get("input")
    return first == TENSOR or (first is None and operands == 1)


def _unbound(operation: str, rows: Sequence[Row], keywords: Mapping[str, Form]) -> str:
    known = {parameter.name for row in rows for parameter in row.parameters}
    unknown = next((name for name in keywords if name not in known), None)
    if unknown is not None:
        return f"no op module for `{operation}` takes `{unknown}`"
    return f"no op module for `{operation}` takes these arguments"
