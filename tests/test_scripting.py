"""Functions that a trace has compiled: which ones are taken, and that a trace of the result is true of other sizes."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from modulint.fixers.engine import Apply, process
from modulint.lint.classes import classes_of
from modulint.lint.scripting import Compiled, compiled
from modulint.lint.settings import Settings
from modulint.lint.source import Source
from modulint.lint.tree import Tree

_HEAD = """\
import math
from typing import List, Optional, Tuple, Union

import torch
import torch.nn.functional as F
from torch import Tensor, nn

"""


def known(root: Path, text: str, head: str = _HEAD) -> Compiled | None:
    """What is known of the function `f` of a file."""
    path = root / "functions.py"
    path.write_text(head + text)
    source = Source(str(path), path.read_bytes())
    index = classes_of(Tree.survey([str(path)]))
    index.add(source, source.parse())
    function = index.function(index.tree.resolve(index.tree.add(source, source.parse()), "f"))
    assert function is not None
    return compiled(function)


_TAKEN = {
    "pad": "def f(x, k: int):\n    return F.pad(x, (0, (k - x.shape[-1] % k) % k), value=-1.0)\n",
    "ceil": "def f(x, k: int):\n    return F.pad(x, (0, max(math.ceil(x.shape[-1] / k) * k - x.shape[-1], 0)))\n",
    "unpacked": "def f(x: Tensor, hw: Tuple[int, int]) -> Tensor:\n    h, w = hw\n    return x.view(-1, h // 2, 2, w)\n",
    "list": "def f(x: Tensor, hw: list[int] = (1, 2)):\n    return x.reshape(x.size(0) * hw[0], -1)\n",
    "roll": "def f(x, n: int):\n    return torch.roll(x, shifts=(n, -n), dims=(1, 2))[:, : x.shape[1] // 2, None]\n",
    "other_function": "def half(n: int):\n    return n // 2\n\n\ndef f(x):\n    return x[..., : half(x.shape[-1])]\n",
    "type_decides": (
        "def half(n: int):\n    if isinstance(n, torch.Tensor):\n        return n.div(2).floor()\n    else:\n        return n // 2\n"
        "\n\ndef f(x):\n    return x[..., : half(x.shape[-1])]\n"
    ),
}
_LEFT = {
    "no_type": "def f(x, k):\n    return x.view(x.shape[0] // k, k, -1)\n",
    "open_type": "def f(x, k: Union[int, Tuple[int, int]]):\n    return x.view(x.shape[0] // k, k, -1)\n",
    "optional": "def f(x, k: Optional[int] = None):\n    return x.view(x.shape[0] // k, k, -1)\n",
    "condition": "def f(x, k: int):\n    if x.shape[0] % k:\n        x = F.pad(x, (0, 1))\n    return x\n",
    "choice": "def f(x, k: int):\n    return F.pad(x, (0, k if x.shape[0] > k else 0))\n",
    "loop": "def f(x, k: int):\n    for i in range(k):\n        x = x.view(x.shape[0] // k, -1)\n    return x\n",
    "assertion": "def f(x, k: int):\n    assert x.shape[0] % k == 0\n    return x.view(x.shape[0] // k, -1)\n",
    "arithmetic_on_tensors": "def f(x, k: int):\n    return x.view(x.shape[0] // k, -1) + 1\n",
    "number_back": "def f(x, k: int):\n    return x.shape[0] // k\n",
    "number_beside": "def f(x, k: int):\n    return x.view(x.shape[0] // k, -1), x.shape[0]\n",
    "two_types": "def f(x, k: int):\n    n = x.shape\n    n = n[0] // k\n    return x.view(n, -1)\n",
    "wrong_type_back": "def f(x, k: int) -> int:\n    return x.view(x.shape[0] // k, -1)\n",
    "more_arguments": "def f(x, *k: int):\n    return x.view(x.shape[0] // 2, -1)\n",
    "keywords": "def f(x, **k):\n    return x.view(x.shape[0] // 2, -1)\n",
    "decorated": "@torch.no_grad()\ndef f(x):\n    return x.view(x.shape[0] // 2, -1)\n",
    "global_name": "SIZE = 2\n\n\ndef f(x):\n    return x.view(x.shape[0] // SIZE, -1)\n",
    "own_max": "def max(a, b):\n    return a\n\n\ndef f(x):\n    return x.view(max(x.shape[0], 2), -1)\n",
    "other_function_of_tensors": "def g(n):\n    return n\n\n\ndef f(x):\n    return x.view(g(x.shape[0]) // 2, -1)\n",
    "recursion": "def f(x):\n    return f(x.view(x.shape[0] // 2, -1))\n",
    "type_comment": "def f(x, k):\n    # type: (Tensor, int) -> Tensor\n    return x.view(x.shape[0] // 2, -1)\n",
    "float_size": "def f(x, k: float):\n    return x.view(x.shape[0] // k, -1)\n",
    "missing_argument": "def g(n: int, m: int):\n    return n\n\n\ndef f(x):\n    return x.view(g(x.shape[0]), -1)\n",
}


@pytest.mark.parametrize("name", _TAKEN)
def test_taken(name: str, tmp_path: Path) -> None:
    found = known(tmp_path, _TAKEN[name])
    assert found is not None and found.arithmetic


@pytest.mark.parametrize("name", _TAKEN)
def test_torch_script_compiles_what_is_taken(name: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    assert known(tmp_path, _TAKEN[name])
    torch.jit.script(_load(tmp_path / "functions.py", f"taken_{name}").f)


@pytest.mark.parametrize("name", _LEFT)
def test_left(name: str, tmp_path: Path) -> None:
    assert known(tmp_path, _LEFT[name]) is None


def test_annotations_that_are_texts_are_left(tmp_path: Path) -> None:
    assert known(tmp_path, _TAKEN["pad"], "from __future__ import annotations\n" + _HEAD) is None


_CALLS = {
    "number_of_unknown_origin": ("def f(x, k: int):\n    return x.view(x.shape[0] * k // 4, -1)\n", "f(x, n)", "for a constant"),
    "set_on_the_way": ("def f(x, k: int):\n    return x.view(x.shape[0] * k // 4, -1)\n", "f(x, self.last)", "for a constant"),
    "buffer": ("def f(x, k: List[int]):\n    return x.view(x.shape[0] // k[0], -1)\n", "f(x, self.kept)", "not shown to be a list"),
    "perhaps_one_number": ("def f(x, k: List[int]):\n    return F.pad(x, k)[: x.shape[0] // 2]\n", "f(x, self.k)", "to be a list"),
    "not_a_float": ("def f(x, k: float):\n    return F.pad(x, (0, x.shape[1] % 2), value=k)\n", "f(x, self.k)", "to be a float"),
    "wrapped": (
        "def f(x, k: int):\n    return x.view(x.shape[0] * k // 4, -1)\n\n\ntorch.fx.wrap('f')\n", "f(x, self.k)", "one step for `torch.fx.wrap`"
    ),
}


@pytest.mark.parametrize("name", _CALLS)
def test_refused(name: str, tmp_path: Path) -> None:
    function, call, reason = _CALLS[name]
    path = tmp_path / "model.py"
    path.write_text(f"""{_HEAD}
{function}

class Model(nn.Module):
    def __init__(self, k=2):
        super().__init__()
        self.k = k
        self.last = 0
        self.register_buffer("kept", torch.ones(1))

    def forward(self, x: Tensor, n):
        self.last = x.shape[0]
        return {call}
""")
    report = process(str(path), path.read_bytes(), Tree.survey([str(path)]), Settings(select=("MOD109",)), Apply.SAFE)
    at_calls = [finding for finding in report.findings if "`f` computes" in finding.message]
    assert report.after is None and [reason in finding.fix.reason for finding in at_calls] == [True], report.findings


@pytest.mark.parametrize(
    "case", ["size_in_functions", "size_pad_read_again", "size_pad_to_multiple", "size_pad_what_is_missing"]
)
@pytest.mark.parametrize("version", ["before", "after"])
def test_a_trace_is_true_of_other_sizes(version: str, case: str) -> None:
    if (case, version) == ("size_pad_to_multiple", "before"):
        pytest.skip("`math.ceil` makes a constant of a size")
    torch = pytest.importorskip("torch")
    module = _load(Path(__file__).parents[1] / "corpus" / "cases" / case / f"{version}.py", f"{case}_{version}")
    model, (inputs,) = module.build()
    model.eval()
    other = torch.randn(3, inputs.shape[1], inputs.shape[2] + 8, 8)
    for changed in (torch.jit.trace(model, inputs), torch.jit.script(model)):
        torch.testing.assert_close(changed(other), model(other), rtol=0, atol=0)


def _load(path: Path, name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
