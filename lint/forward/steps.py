"""What a walk of the forward path notes: calls and operators, when they run, and what forward gives back."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, TypeAlias, TypedDict

from modulint.lint.assignments import Function
from modulint.lint.classes import ClassFacts, FunctionFacts, Owner
from modulint.lint.operations import Operation
from modulint.lint.scopes import AnyFunction
from modulint.lint.sizes import Regrouping, Size
from modulint.lint.values import UNKNOWN, Value

Operator: TypeAlias = ast.operator | ast.unaryop | ast.cmpop
SIGNS: Final[Mapping[type[ast.AST], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
}
"""How the operators that may run on tensors are written."""


class Sharing(IntEnum):
    """Who may see what is written into a tensor."""

    SHARED = 0
    """Anybody: other code may hold the tensor, or another one on the same memory."""
    VIEW = 1
    """Nobody who looks: it may be a view of another tensor, and that is not read any more."""
    OWN = 2
    """Nobody, and it is no view: making a new tensor is the same."""


Factors: TypeAlias = tuple[ast.expr, ...]
"""The factors of a size, as they are written somewhere in the function: they still have these values where it is asked for."""


@dataclass(slots=True, eq=False)
class Run:
    """One execution of the step that ``node`` is, the ``number``-th that the walk came by. ``before`` are the runs of the
    same module that may precede it in one forward pass."""

    # Not the step itself, which has its runs: what refers to each other stays until the collector comes by.
    node: ast.expr | ast.AugAssign
    number: int
    loops: tuple[ast.AST, ...]
    stack: tuple[ast.Call, ...]
    before: frozenset[Run]


class Location(TypedDict):
    """Where a step stands, in the words of ``Step``."""

    stands_in: Owner
    function: AnyFunction
    guards: tuple[ast.expr, ...]


@dataclass(slots=True, eq=False, kw_only=True)
class Step:
    """One computation on the forward path.

    ``function`` and ``stands_in`` say in which method of which class it stands, or in which plain function; ``guards``
    under which conditions. ``written`` says who else may see the tensor that it writes into.
    """

    node: ast.expr | ast.AugAssign
    stands_in: Owner
    function: AnyFunction
    guards: tuple[ast.expr, ...] = ()
    runs: list[Run] = field(default_factory=list)
    written: Sharing = Sharing.SHARED

    @property
    def owner(self) -> ClassFacts:
        """The class whose method it stands in. Only asked where it stands in none of the plain functions."""
        assert isinstance(self.stands_in, ClassFacts)
        return self.stands_in

    @property
    def loops(self) -> tuple[ast.AST, ...]:
        """The loops around the step, of its first run that stands in one."""
        return next((run.loops for run in self.runs if run.loops), ())


@dataclass(slots=True, eq=False, kw_only=True)
class Site(Step):
    """A call that a rule may care about.

    ``callee`` is an operation, a module of ``self`` or a module built on the way; ``arguments`` are the values of the
    positional arguments, and of the keywords by name. ``receiver`` is set for a tensor method.
    """

    callee: Value = UNKNOWN
    arguments: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    receiver: Value | None = None

    @property
    def call(self) -> ast.Call:
        assert isinstance(self.node, ast.Call)
        return self.node

    @property
    def operation(self) -> Operation | None:
        return self.callee.operation


@dataclass(slots=True, eq=False, kw_only=True)
class OperatorStep(Step):
    """An operator: ``x + y``, ``-x``, ``x < y``, ``x += y``.

    ``sure`` tells one that has a tensor among its operands in every run from one of whose operands nothing is shown.
    """

    operator: Operator
    operands: tuple[Value, ...]
    sure: bool


@dataclass(slots=True, eq=False, kw_only=True)
class Reshape(Step):
    """A tensor is reshaped, and sizes that are computed from those of a tensor are among the new ones.

    ``targets`` are the new sizes as they are written, ``computed`` is the first that is computed. ``plan`` says which axes
    they are made of, or in one line why that is not shown. ``factors`` are those of each size, where none has to be computed.
    ``fractions`` are quotients and differences that the sizes are or have for a factor.
    With ``more``, sizes that are not known one by one follow these.
    """

    tensor: ast.expr
    targets: tuple[ast.expr, ...]
    computed: ast.expr
    plan: Regrouping | str
    factors: tuple[Factors, ...] | None = None
    fractions: tuple[Fraction, ...] = ()
    more: bool = False

    @property
    def call(self) -> ast.Call:
        assert isinstance(self.node, ast.Call)
        return self.node


@dataclass(frozen=True, slots=True)
class ToMultiples:
    """The last axes are padded behind, by what is missing to the next multiples of ``multiples``; None for one that is not.

    It is missing from their own sizes, or from ``sizes``, where these are not shown to be the same.
    """

    multiples: tuple[ast.expr | None, ...]
    sizes: tuple[ast.expr | None, ...] = ()


@dataclass(slots=True, eq=False, kw_only=True)
class Padding(Step):
    """A tensor is padded by numbers that are computed from the size of a tensor.

    ``targets`` is how these are written, ``computed`` the first of it. ``plan`` is up to where it is padded, or says in one
    line that this is not shown.
    """

    targets: tuple[ast.expr, ...]
    computed: ast.expr
    plan: ToMultiples | str

    @property
    def call(self) -> ast.Call:
        assert isinstance(self.node, ast.Call)
        return self.node


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of a tensor, by the name that the tensor has where it is asked for."""

    tensor: str
    number: int


@dataclass(frozen=True, slots=True)
class Slicing:
    """The slice of an axis that has as many positions as a quotient or difference says. ``by`` is the axis whose size is
    the right operand, None where that is a number."""

    axis: Axis
    by: Axis | None


@dataclass(slots=True, eq=False, kw_only=True)
class Fraction(Step):
    """The size of a tensor is divided by a number, or one is taken away from it: a slice of the tensor has that size too.

    ``plan`` is an axis that has the size, or a slice, or says in one line why there is none. ``size`` is what the last
    run gave. ``may_be_left_out`` says that the size was computed to be that of a tensor which is only padded where something
    is missing, so that a trace may not have it.
    """

    plan: Axis | Slicing | str
    size: Size
    may_be_left_out: bool

    @property
    def operator(self) -> ast.BinOp:
        assert isinstance(self.node, ast.BinOp)
        return self.node

    @property
    def targets(self) -> tuple[ast.expr, ...]:
        return (self.operator,)


@dataclass(slots=True, eq=False, kw_only=True)
class PaddedSize(Step):
    """The size of an axis behind padding is computed, as a sum.

    ``tensor`` is the name of a tensor that has this size along ``axis`` by now, "" where none is shown to have it in every run.
    ``may_be_left_out`` says that it is only padded where something is missing, so that a trace may not have it.
    """

    tensor: str
    axis: int
    may_be_left_out: bool

    @property
    def targets(self) -> tuple[ast.expr]:
        """The sum."""
        return (self.computed,)

    @property
    def computed(self) -> ast.expr:
        assert isinstance(self.node, ast.expr)
        return self.node


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A value that ``forward`` itself returns or yields."""

    node: ast.expr
    value: Value
    owner: Owner
    function: Function


@dataclass(slots=True, eq=False)
class HelperCall:
    """A call of a plain function of the tree. ``site`` has the call's arguments; its callee is the function. ``result`` is
    what it gives in every run."""

    site: Site
    function: FunctionFacts
    result: Value | None = None
