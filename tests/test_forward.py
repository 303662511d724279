"""What is on the forward path, what runs twice there, and what is a tensor."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from modulint.lint.engine import check
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"


def found(root: Path, forward: str, *select: str, more: str = "", arguments: str = "x") -> list[str]:
    """``code text`` of each finding in a class with such a ``forward``."""
    source = HEAD + textwrap.dedent(
        """
        class Net(nn.Module):
            def __init__(self, flag=False):
                super().__init__()
                self.flag = flag
                self.fc = nn.Linear(32, 32)
                self.act = nn.ReLU()
                self.layers = nn.ModuleList(nn.Linear(32, 32) for _ in range(3))
        """
    )
    source += textwrap.indent(textwrap.dedent(more), "    ")
    source += f"\n    def forward(self, {arguments}):\n" + textwrap.indent(textwrap.dedent(forward).strip(), " " * 8) + "\n"
    file = root / "model.py"
    file.write_text(source)
    report = check(str(file), source.encode(), Tree.survey([str(file)]), Settings(select=select or None))
    assert report.failure is None, report.failure
    lines = source.splitlines()
    return [f"{f.code} {lines[f.line - 1][f.column - 1 : f.end_column - 1]}" for f in report.findings]


@pytest.mark.parametrize(
    "forward",
    [
        "if self.flag:\n    return self.act(x)\nreturn self.act(self.fc(x))",
        "if self.flag:\n    x = self.act(x)\nelse:\n    x = self.act(self.fc(x))\nreturn x",
        "return self.act(x) if self.flag else self.act(self.fc(x))",
        "match self.flag:\n    case True:\n        return self.act(x)\n    case _:\n        return self.act(self.fc(x))",
        "if self.flag:\n    raise ValueError(self.act(x))\nreturn self.act(x)",
        "act = self.act\nreturn act(x)",
        "def unused(y):\n    return self.act(y)\nreturn self.act(x)",
    ],
)
def test_ways_that_exclude_each_other_count_once(tmp_path: Path, forward: str) -> None:
    assert found(tmp_path, forward, "MOD201", "MOD202") == []


@pytest.mark.parametrize(
    "forward",
    [
        "x = self.act(x)\nreturn self.act(x)",
        "return self.act(self.act(x))",
        "if self.flag:\n    x = self.act(x)\nreturn self.act(x)",
        "act = self.act\nx = act(x)\nreturn self.act(x)",
        "try:\n    x = self.act(x)\nexcept ValueError:\n    pass\nreturn self.act(x)",
        "with torch.no_grad():\n    x = self.act(x)\nreturn self.act(x)",
        "def inner(y):\n    return self.act(y)\nreturn self.act(inner(x))",
        "y = (z := self.act(x)) + 1\nreturn self.act(y)",
        "return self.act.forward(self.act(x))",
    ],
)
def test_ways_on_which_both_run_count_twice(tmp_path: Path, forward: str) -> None:
    assert len(found(tmp_path, forward, "MOD201")) == 1


@pytest.mark.parametrize(
    "forward",
    [
        "for layer in self.layers:\n    x = self.act(layer(x))\nreturn x",
        "while x.sum() > 0:\n    x = self.act(x)\nreturn x",
        "return torch.stack([self.act(layer(x)) for layer in self.layers])",
        "return {index: self.act(layer(x)) for index, layer in enumerate(self.layers)}",
    ],
)
def test_a_module_in_a_loop(tmp_path: Path, forward: str) -> None:
    assert found(tmp_path, forward, "MOD201", "MOD202") == [next(iter(found(tmp_path, forward, "MOD202")))]


@pytest.mark.parametrize(
    "forward",
    [
        "for layer in self.layers:\n    x = layer(x)\nreturn x",
        "for index, layer in enumerate(self.layers):\n    if index == 0:\n        x = self.act(x)\nreturn x",
    ],
)
def test_a_loop_in_which_each_module_runs_once(tmp_path: Path, forward: str) -> None:
    assert found(tmp_path, forward, "MOD201", "MOD202") == []


@pytest.mark.parametrize(
    ("forward", "more"),
    [
        ("return self.helper(x)", "def helper(self, x):\n    return F.relu(x)"),
        ("return self.first(x)", "def first(self, x):\n    return self.second(x)\n\ndef second(self, x):\n    return F.relu(x)"),
        ("return x + self.gate", "@property\ndef gate(self):\n    return F.relu(self.fc.weight)"),
        ("return self.helper(x)", "@staticmethod\ndef helper(x):\n    return F.relu(x)"),
        ("def inner(y):\n    return F.relu(y)\nreturn inner(x)", ""),
        ("return (lambda y: F.relu(y))(x)", ""),
        ("if (y := F.relu(x)) is None:\n    return x\nreturn y", ""),
        ("return [F.relu(layer(x)) for layer in self.layers]", ""),
    ],
)
def test_code_that_forward_reaches(tmp_path: Path, forward: str, more: str) -> None:
    assert [line[:14] for line in found(tmp_path, forward, "MOD101", more=more)] == ["MOD101 F.relu("]


@pytest.mark.parametrize(
    ("forward", "more"),
    [
        ("return self.act(x)", "def loss(self, x):\n    return F.relu(x)"),
        ("return self.act(x)\nreturn F.relu(x)", ""),
        ("F = self.act\nreturn F(x)", ""),
        ("def relu(y):\n    return y\nreturn relu(x)", ""),
    ],
)
def test_code_that_forward_does_not_reach(tmp_path: Path, forward: str, more: str) -> None:
    assert found(tmp_path, forward, "MOD101", "MOD102", more=more) == []


@pytest.mark.parametrize(
    "forward",
    [
        "height, width = x.shape[-2:]\nreturn x[:, : height // 2 + width]",
        "sizes = (x.size(0),) + (x.shape[1],)\nreturn x.reshape(sizes)",
        "name = 'a' + 'b'\nparts = name.split('a')\nreturn x if name.index('b') else x",
        "items = [1, 2]\nitems.sort()\nitems.copy()\nreturn x * items[0]",
        "total = sum(x.shape) + max(x.shape) + abs(-1) + round(2.5)\nreturn x * total",
        "keys = {'a': 1}\nkeys.update(b=2)\nreturn x * keys.get('a')",
        "return x.view(x.size(0), -1).permute(1, 0).contiguous().unsqueeze(0)",
    ],
)
def test_what_is_no_tensor_or_only_moved_is_left_alone(tmp_path: Path, forward: str) -> None:
    assert found(tmp_path, forward, "MOD101", "MOD102") == []


@pytest.mark.parametrize(
    ("forward", "arguments"),
    [
        ("return self.fc(x).relu()", "x"),
        ("return x.softmax(-1)", "x: torch.Tensor"),
        ("y = self.fc(x) + 1\nreturn y.tanh()", "x"),
        ("y, z = self.fc(x), 1\nreturn y.tanh() * z", "x"),
        ("y = x if self.flag else x * 2\nreturn y.tanh()", "x: 'torch.Tensor'"),
        ("return torch.abs(x).sigmoid()", "x"),
        ("for y in self.fc(x):\n    pass\nreturn y.tanh()", "x"),
    ],
)
def test_methods_of_what_is_shown_to_be_a_tensor(tmp_path: Path, forward: str, arguments: str) -> None:
    assert len(found(tmp_path, forward, "MOD101", arguments=arguments)) == 1


def test_ranges_count_characters(tmp_path: Path) -> None:
    assert found(tmp_path, 'return 0 * len("größe→∞") + F.relu(x)', "MOD101") == ["MOD101 F.relu(x)"]
