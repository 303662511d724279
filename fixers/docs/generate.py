"""Write the list of op modules, for people who have such classes in a module of their own.

Run it after the table has changed: ``python fixers/docs/generate.py``. A test fails while the list is stale.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from modulint.fixers.op_modules import OpModule, all_modules
from modulint.fixers.op_modules.table import SEVERAL

PAGE = Path(__file__).resolve().parent / "op_modules.md"

_HEAD = """# Op modules

Written by `generate.py`.

What `modulint check --fix` puts in the place of a function, tensor method or operator: a class for each signature. A
module that `op-modules` names has to have those that the fixed code uses, under these names. The arguments of a call stay
as they are, so `forward` has to take them as the function does. The annotations are for TorchScript, which is why there
is more than one class for some functions. `AIMET` is the class of `aimet_torch.nn.modules.custom` that takes the same
call; its `Concat` is constructed with the axis and called with one tensor after the other.

`Mixed` names begin what takes a number in one turn of a loop and a tensor in the next. Where the type of an argument is
not shown, and a class is written into the file, its constructor takes the argument in place of `forward`: TorchScript
reads the type off each instance.

`Inplace` names begin what writes into its input, and gives it back: for `x += y` where `x` may be a view of another
tensor. To compute in new memory would be another gradient there, in the last bits.

A digit at the end of a name is the number of arguments that the function takes one by one: `Einsum3` multiplies three
tensors. Calls with the names of NumPy have classes with these names: `MeanOverAxis`, `MeanOverKeepdims`.

AIMET takes a class of a file's own for one operation where `torch.jit.trace` finds one in it. `Normalize` is several,
and so is written with a module for each. Those whose names begin as follows are several as well, at least in some calls,
and AIMET's validator still names what is in them, while it takes the classes of `torch.nn`, which are used where all
arguments are known in `__init__`, for one: {several}.

| class | `forward` | computes | AIMET |
|---|---|---|---|
"""


def page() -> str:
    """The whole text."""
    several = ", ".join(f"`{name}`" for name in sorted(SEVERAL))
    return _HEAD.format(several=several) + "".join(f"| {' | '.join(row)} |\n" for row in sorted(map(_row, all_modules())))


def _row(module: OpModule) -> tuple[str, ...]:
    return (*(f"`{cell}`".replace("|", "\\|") for cell in _cells(module)), module.aimet)


def _cells(module: OpModule) -> Iterator[str]:
    (statement,) = ast.parse(module.source).body
    assert isinstance(statement, ast.ClassDef)
    forward = statement.body[-1]
    assert isinstance(forward, ast.FunctionDef)
    first = forward.body[0]
    arguments = ast.unparse(forward.args).removeprefix("self, ")
    yield module.name
    yield f"({arguments})"
    yield ast.unparse(first).removeprefix("return ")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
