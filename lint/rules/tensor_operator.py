"""MOD103: an operator on tensors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.file import File, Match
from modulint.lint.forward import ForwardPath, OperatorStep, Step
from modulint.lint.op_module import is_op_module
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD103",
    name="tensor-operator",
    summary="operator on tensors on the forward path",
    why=(
        "`x + y` is an operation like any other: a quantizer has to see its output, and sees only those of modules. Off by "
        "default, since residual networks are full of them and many tools can do without."
    ),
    bad=(
        """\
from torch import nn


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3, padding=1)

    def forward(self, x):
        return x + self.conv(x)
""",
    ),
    good=(
        """\
from torch import nn


class Split(nn.Module):
    def __init__(self, heads):
        super().__init__()
        self.heads = heads

    def forward(self, x):
        batch, tokens, width = x.shape
        return x.reshape(batch, tokens, self.heads, width // self.heads)
""",
    ),
    targets=("aimet", "brevitas"),
    fix="safe",
    default=False,
    source="AIMET model validator: missing modules",
)


@dataclass(frozen=True, slots=True, eq=False)
class TensorOperator:
    """An operator, and the path it was found on."""

    path: ForwardPath
    step: Step


def check(file: File) -> Iterator[Match]:
    """Operators with an operand that is shown to be a tensor."""
    for path, step in file.operators:
        if step.sure and not is_op_module(step.owner):
            yield Match(step.node, f"`{_sign(step)}` on tensors runs outside of a module", step.owner, TensorOperator(path, step))


def _sign(step: OperatorStep) -> str:
    return _SIGNS[type(step.operator)] + ("=" if isinstance(step.node, ast.AugAssign) else "")


_SIGNS = {
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
