"""MOD107: a module that is constructed while the model runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from modulint.lint.file import File, Match
from modulint.lint.forward import ForwardPath, Site
from modulint.lint.rule import Rule

RULE = Rule(
    code="MOD107",
    name="module-built-in-forward",
    summary="module constructed on the forward path instead of in `__init__`",
    why=(
        "A module made in forward is no child of the model: named_modules() does not list it, train() and eval() do not "
        "reach it, and a quantizer has nothing to wrap. Weights in it are drawn anew at every call."
    ),
    bad=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        return nn.ReLU()(self.conv(x))
""",
    ),
    good=(
        """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.conv(x))
""",
    ),
    targets=("aimet", "brevitas", "fx", "jit", "export"),
    fix="safe",
    source="torch.nn.Module: submodules are registered when they are assigned in __init__",
    evidence="construction",
)


@dataclass(frozen=True, slots=True, eq=False)
class BuiltCall:
    """A call of a module that ``construction`` made on the way."""

    path: ForwardPath
    site: Site
    construction: ast.Call
    module: str


def check(file: File) -> Iterator[Match]:
    """Calls of modules that were built on the forward path."""
    for path, site in file.sites:
        construction = site.callee.node
        if site.callee.kind != "built" or not isinstance(construction, ast.Call):
            continue
        name = file.source.code(construction.func)
        message = f"`{name}` is built on the forward path; it belongs into `__init__`"
        module = site.callee.name
        yield Match(construction, message, site.owner, BuiltCall(path, site, construction, module))
