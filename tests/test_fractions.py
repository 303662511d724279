"""Sizes of slices in the place of quotients and differences: the same numbers for all sizes, in Python, in traces and compiled."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from modulint.fixers.engine import Apply, process
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree

_CASE = Path(__file__).parents[1] / "corpus" / "cases" / "size_of_slices"
_MODEL = """\
import torch
from torch import nn


class Scale(nn.Module):
    def forward(self, x: torch.Tensor, times: int):
        return x * times


class Model(nn.Module):
    def __init__(self, k: int = 3):
        super().__init__()
        self.k = k
        self.scale = Scale()
        self.scale2 = Scale()
        self.scale3 = Scale()

    def forward(self, x: torch.Tensor, y: torch.Tensor):
        z = self.scale(x, x.shape[0] // y.shape[0])
        return z, self.scale2(x, x.size(1) // 5), self.scale3(x, x.size(-1) // self.k)
"""


def _module(path: Path, name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _fixed(path: Path, text: str) -> tuple[str, list[str]]:
    path.write_text(text)
    report = process(str(path), path.read_bytes(), Tree.survey([str(path)]), Settings(select=("MOD109",)), Apply.SAFE)
    return (report.after or report.before or text.encode()).decode(), [finding.fix.reason for finding in report.findings]


def test_quotients_are_the_same_for_all_sizes(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    text, left = _fixed(tmp_path / "model.py", _MODEL)
    assert "//" not in text and not left
    (tmp_path / "model.py").write_text(text)
    model = _module(tmp_path / "model.py", "fractions_model").Model()
    forms = model, torch.jit.trace(model, (torch.ones(6, 7), torch.ones(2, 1))), torch.jit.script(model)
    for width in range(12):
        for height in range(9):
            for other in range(1, 4):
                x, y = torch.ones(height, width), torch.ones(other, 1)
                for form in forms:
                    z, first, second = form(x, y)
                    assert torch.equal(z, x * (height // other))
                    assert torch.equal(first, x * (width // 5)) and torch.equal(second, x * (width // 3))
    for form in forms:
        with pytest.raises(Exception, match="zero|positive"):
            form(torch.ones(2, 3), torch.ones(0, 1))


def test_a_trace_is_true_of_other_sizes() -> None:
    torch = pytest.importorskip("torch")
    before, after = (_module(_CASE / f"{version}.py", f"slices_{version}") for version in ("before", "after"))
    model, inputs = before.build()
    fixed = after.build()[0]
    fixed.load_state_dict(model.state_dict())
    traced = torch.jit.trace(fixed, inputs)
    others = torch.randn(6, 9, 8), torch.randn(1, 8, 7, 3), torch.randn(3, 2)
    for mine, theirs, wanted in zip(fixed(*others), traced(*others), model(*others), strict=True):
        assert torch.equal(mine, wanted) and torch.equal(theirs, wanted)


_EARLIER = {
    "of a shape": ("a, n = x.shape", "a, n = x.shape\n        n_parts = x[:, 1::2].shape[1]"),
    "alone": ("n = x.shape[1]", "n_parts = x[:, 1::2].shape[1]"),
    "by its method": ("n = x.size(-1)", "n_parts = x[..., 1::2].shape[-1]"),
    "by its method, all of them": ("a, n = x.size()", "a, n = x.size()\n        n_parts = x[:, 1::2].shape[1]"),
    "of some axes": ("n, = x.shape[1:]", ""),
    "in a tuple": ("n, a = x.shape[1], x.shape[0]", ""),
    "of a tensor that is bound there": ("x, n = x.t(), x.shape[1]", ""),
}


@pytest.mark.parametrize("how", _EARLIER)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_quotient_has_a_name_where_the_size_was_asked_for(how: str, end: str, tmp_path: Path) -> None:
    asked, written = _EARLIER[how]
    head, _, _ = _MODEL.partition("        z = ")
    rest = "        x = torch.cat([x, x])\n        z = self.scale(x, {})\n        return z\n"
    text = f"{head}        {asked}\n{rest.format('n // 2')}".replace("\n", end)
    wanted = f"{head}        {written}\n{rest.format('n_parts')}".replace("\n", end)
    (tmp_path / "model.py").write_bytes(text.encode())
    path = str(tmp_path / "model.py")
    report = process(path, text.encode(), Tree.survey([path]), Settings(select=("MOD109",)), Apply.SAFE)
    assert report.after == (wanted.encode() if written else None)


_REFUSED = {
    "it may be no integer": "z = self.scale(x, x.shape[0] // self.k)",
    "it may be negative": "z = self.scale(x, x.shape[0] - 2)",
    "the tensor has no name any more": "n = (x + y).shape[0]\n        z = self.scale(x, n // 2)",
    "the tensor may have another shape": "x.resize_(2, 3)\n        z = self.scale(x, x.size(0) // 2)",
    "it may not be needed": "n = x.shape[0]\n        x = x + 1\n        z = self.scale(x, n // 2) if n > 2 else x",
    "it is a condition": "z = x if x.shape[0] // 2 else y",
    "it is divided by what is computed": "z = self.scale(x, x.shape[0] // (y.shape[0] + 1))",
    "it may be zero": "z = y.reshape(x.shape[0] - 1, 2)",
}


@pytest.mark.parametrize("reason", _REFUSED)
def test_refused(reason: str, tmp_path: Path) -> None:
    head, _, _ = _MODEL.replace("k: int", "k").replace("times: int", "times").partition("        z = ")
    text = f"{head}        {_REFUSED[reason]}\n        return z\n"
    assert _fixed(tmp_path / "model.py", text)[0] == text
