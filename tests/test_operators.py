"""Operators on the forward path: which of them are shown to run on tensors, and which write where nobody looks."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from modulint.lint.file import File
from modulint.lint.forward import Sharing
from modulint.lint.settings import Settings
from modulint.lint.source import Source
from modulint.lint.tree import Tree

HEAD = "import math\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
INIT = """
class Net(nn.Module):
    def __init__(self, norm_layer, width: int = 32, flag=False):
        super().__init__()
        self.flag = flag
        self.width = width
        self.conv = nn.Conv2d(32, 32, 3)
        self.conv2 = nn.Conv2d(32, 32, 3)
        self.relu = nn.ReLU(inplace=True)
        self.norm = norm_layer(32)
        self.drop = nn.Dropout()
        self.layers = nn.ModuleList(nn.Conv2d(32, 32, 3) for _ in range(3))
        self.scale = nn.Parameter(torch.ones(1))
"""


def made(root: Path, forward: str, arguments: str, more: str = "") -> File:
    """The facts of a file with a class that has such a ``forward``."""
    text = HEAD + INIT + textwrap.indent(textwrap.dedent(more), "    ")
    text += f"\n    def forward(self, {arguments}):\n" + textwrap.indent(textwrap.dedent(forward).strip(), " " * 8) + "\n"
    file = root / "model.py"
    file.write_text(text)
    source = Source(str(file), text.encode())
    return File(source, source.parse(), Tree.survey([str(file)]), Settings())


def operators(root: Path, forward: str, arguments: str = "x: torch.Tensor", more: str = "") -> list[str]:
    """The source of each operator, with a question mark where it is not sure that it runs on tensors."""
    file = made(root, forward, arguments, more)
    return [file.source.code(step.node) + ("" if step.sure else "?") for _, step in file.operators]


def written(root: Path, forward: str, arguments: str = "x: torch.Tensor", more: str = "") -> list[Sharing]:
    """Who else may see what each write into a tensor writes."""
    file = made(root, forward, arguments, more)
    steps = [step for _, step in file.operators if file.source.code(step.node).count("= ") == 1]
    sites = [site for _, site in file.sites if site.operation is not None and site.operation.mutates]
    return [step.written for step in sorted([*steps, *sites], key=lambda step: step.node.lineno)]


@pytest.mark.parametrize(
    ("forward", "expected"),
    [
        ("return x + 1", ["x + 1"]),
        ("return 2 ** x", ["2 ** x"]),
        ("return x @ x.transpose(0, 1)", ["x @ x.transpose(0, 1)"]),
        ("return -x", ["-x"]),
        ("return ~(x < 0)", ["~(x < 0)", "x < 0"]),
        ("return (x == 0) & (x != 1)", ["(x == 0) & (x != 1)", "x == 0", "x != 1"]),
        ("x += 1\nreturn x", ["x += 1"]),
        ("x = self.conv(x) * 2\nreturn x / 3", ["self.conv(x) * 2", "x / 3"]),
        ("return x * self.scale", ["x * self.scale"]),
        ("return x % 2 // 3", ["x % 2", "x % 2 // 3"]),
        ("return torch.arange(x.shape[1] // 2) + 0.5", ["torch.arange(x.shape[1] // 2) + 0.5"]),
        ("n = x.shape[1]\nreturn 2 * torch.linspace(0, n - 1, n)", ["2 * torch.linspace(0, n - 1, n)"]),
        ("a, b = torch.meshgrid(torch.zeros(3), torch.ones(len(x) * 2))\nreturn a / b", ["a / b"]),
        ("return 1 / torch.full([x.ndim + 1], 2 * self.width)", ["1 / torch.full([x.ndim + 1], 2 * self.width)"]),
    ],
)
def test_operators_on_tensors(tmp_path: Path, forward: str, expected: list[str]) -> None:
    assert operators(tmp_path, forward) == expected


@pytest.mark.parametrize(
    "forward",
    [
        "H = x.shape[2]\nreturn x[:, :, : H // 2]",
        "H, W = x.shape[-2:]\nreturn x.reshape(H * W, -1)",
        "return x.reshape(x.shape[0] + 1, x.size(1) // 2, len(x) * 2)",
        "return x.reshape(x.shape[:2] + (3,))",
        "a = (x,)\na = a + (x, x)\nreturn a",
        "xs = [x]\nxs += [x]\nreturn [x] + xs",
        "return x.reshape(self.width * x.ndim)",
        "return x.reshape(x.numel() // self.width)",
        "print('%s' % x.shape, 'a' + 'b')\nreturn x",
        "return x if 0 < x.shape[0] < 3 else x",
        "return x if x is None or not self.flag or x in [] else x",
        "y = 0\ny += 1\ny -= x.dim()\nreturn x, y",
        "return x, f'{x + 1}'",
        "return x.view(-1, math.prod(x.shape) * 2)",
        "if x.dtype == torch.float32 or x.device != x.device:\n    return x\nreturn x",
        "total = 0\nfor size in x.shape:\n    total += size\nreturn x",
        "n = x.shape[1] // 2 + 1\nreturn torch.arange(n * 2, 3 * n + 1, 1 + 1)",
        "import numpy as np\nreturn torch.from_numpy(np.arange(8) * 2)",
        "sizes = [size + 1 for size in x.shape]\nreturn torch.zeros(sizes[1:] + [2 * sizes[0]])",
        "return torch.zeros(x.shape[0] - 1, self.width * 2), torch.ones((x.ndim + 1,) + x.shape[1:])",
        "n = torch.arange(4).shape[0] * 2\nreturn x[:n], torch.zeros(3).numel() + 1",
        "n = int(torch.linspace(0, 1, 3)[1].item() * 2)\nreturn x[:n]",
    ],
)
def test_shapes_numbers_texts_and_sequences_are_no_tensors(tmp_path: Path, forward: str) -> None:
    assert [step for step in operators(tmp_path, forward) if not step.endswith("?")] == []


@pytest.mark.parametrize(
    ("forward", "expected"),
    [
        ("if self.flag:\n    y = x\nx = self.norm(self.conv(x))\nif self.flag:\n    x = x + y\nreturn x", ["x + y"]),
        ("for layer in self.layers:\n    y = layer(x)\nreturn y + 1", ["y + 1"]),
        ("return 2 * x * F.relu6(3 - 2 * x)", ["2 * x", "2 * x * F.relu6(3 - 2 * x)", "3 - 2 * x", "2 * x"]),
        ("return x * math.exp(x + 1)", ["x * math.exp(x + 1)?", "x + 1?"]),
        ("global y\nif self.flag:\n    y = self.conv(x)\nreturn y + 1", ["y + 1?"]),
        ("if self.flag:\n    y = self.conv(x)\nelse:\n    y = self.width\nreturn y + 1", ["y + 1?"]),
    ],
)
def test_arguments_of_unknown_kind(tmp_path: Path, forward: str, expected: list[str]) -> None:
    """A variable that is set on one way only has that value wherever it can be read."""
    assert sorted(operators(tmp_path, forward, arguments="x")) == sorted(expected)


def test_what_is_not_shown_may_be_confirmed(tmp_path: Path) -> None:
    assert operators(tmp_path, "return x + y", arguments="x, y") == ["x + y?"]
    assert operators(tmp_path, "return x == 'a'", arguments="x") == []


def test_one_run_on_numbers_refutes_another_on_tensors(tmp_path: Path) -> None:
    double = "def double(self, y):\n    return y * 2"
    assert operators(tmp_path, "return self.double(x)", more=double) == ["y * 2"]
    assert operators(tmp_path, "return self.double(x), self.double(3)", more=double) == ["y * 2?"]
    assert operators(tmp_path, "return self.double(3), self.double(x)", more=double) == ["y * 2?"]


@pytest.mark.parametrize(
    "forward",
    [
        "y = self.conv(x)\ny += x\nreturn y",
        "y = self.conv(x)\ny = self.norm(y)\ny = self.relu(y)\ny = self.drop(y)\ny += x\nreturn self.relu(y)",
        "out = self.relu(self.norm(self.conv(x)))\nif self.flag:\n    x = self.conv2(x)\nout += x\nreturn out",
        "y = x + 1\ny *= 2\nreturn y",
        "y = torch.cat([x, x])\ny -= 1\nreturn y",
        "y = x.clone()\ny.add_(1)\nreturn y",
        "y = x * 2\ny = y.mul_(2)\nreturn y",
        "y = x * 2\nreturn y.mul_(2)",
        "return (x * 2).mul_(2)",
        "y = self.conv(x)\nif self.flag:\n    y = self.norm(y)\ny += 1\nreturn y",
        "for layer in self.layers:\n    y = self.conv(x)\n    y += x\n    x = y\nreturn x",
        "y = 0\ny += x\nreturn y",
        "y = self.conv(x)\nsize = y.shape[0] + len(y)\ny += size\nreturn y",
        "a, b = x + 1, x + 2\na += b\nreturn a",
        "y = self.conv(x) if self.flag else self.conv2(x)\ny += x\nreturn y",
        "y = self.conv(x)\nz = y + 1\ny += z\nreturn y",
        "y = self.conv(x)\nz = self.conv2(y)\ny += z\nreturn y",
        "y = self.conv(x)\nif self.flag:\n    z = y\ny += 1\nreturn y",
        "y = self.conv(x)\nfor layer in self.layers:\n    y += 1\n    z = y\nreturn y",
        "y = self.conv(x)\nz = y\nz += 1\nreturn z",
        "y = self.conv(x)\nz = y\nz += 1\ny = self.conv(z)\nreturn y",
        "y = self.conv(x)\nz = y[0]\ny += 1\nz = y[0]\nreturn z",
        "y = self.conv(x)\ny = self.drop(y.float())\ny += 1\nreturn y",
    ],
)
def test_writes_into_a_tensor_that_nothing_else_refers_to(tmp_path: Path, forward: str) -> None:
    assert written(tmp_path, forward) == [Sharing.OWN]


@pytest.mark.parametrize(
    "forward",
    [
        "y = self.conv(x)[:, :8]\ny += 1\nreturn y",
        "y = self.conv(x)\ny = y[:, :8]\ny += 1\nreturn y",
        "y = self.conv(x)\nz = y.flatten(1)\nz += 1\nreturn z",
        "y = self.conv(x)\nz = torch.flatten(y, 1)\nz += 1\nreturn z",
        "y = self.conv(x)\nz = y.transpose(1, 2)[0]\nz.mul_(2)\nreturn self.relu(z)",
        "y = self.conv(x)\nz = y.chunk(2)[1]\nz += x\nreturn z",
        "y = self.conv(x)\nz = y.view(y.shape[0], self.width, -1).contiguous()\nz += 1\nreturn z",
        "y = self.drop(nn.Flatten()(self.conv(x)))\ny += 1\nreturn y",
        "y = self.conv(x)\nz = y[0] if self.flag else y\nz += 1\nreturn z",
        "return self.conv(x)[:, :8].add_(1)",
        "y = self.conv(x)\nif self.flag:\n    y = y[0]\ny += 1\nreturn y",
        "y = self.conv(x)\nfor layer in self.layers:\n    y = layer(y)[:, :8]\n    y += 1\nreturn y",
        "y = self.conv(x)\nfor layer in self.layers:\n    y = layer(y)\n    z = y[0]\n    z += 1\n    y = z.clone()\nreturn z",
        "y = self.conv(x)\nz = y[0]\ny = self.conv2(x)\nz += y\nreturn z, y",
    ],
)
def test_writes_into_a_view_of_what_nobody_reads(tmp_path: Path, forward: str) -> None:
    assert written(tmp_path, forward) == [Sharing.VIEW]


@pytest.mark.parametrize(
    "forward",
    [
        "x += 1\nreturn x",
        "y = self.conv(x)\nz = y\ny += 1\nreturn y, z",
        "y = self.conv(x)\nz = self.norm(y)\ny += 1\nreturn z",
        "y = self.conv(x)\nz = self.norm(y)\nz += 1\nreturn y",
        "y = self.conv(x)\nxs = [y]\ny += 1\nreturn xs",
        "xs = []\ny = self.conv(x)\nxs.append(y)\ny += 1\nreturn xs",
        "y = self.conv(x)\nself.seen = y\ny += 1\nreturn y",
        "y = x.view(-1)\ny += 1\nreturn x",
        "y = self.conv(x)\nz = y.reshape(-1)\ny += 1\nreturn z",
        "y = self.conv(x)\nz = y[0]\nz += 1\nreturn y",
        "a, b = self.conv(x).chunk(2)\na += b\nreturn a",
        "for y in [self.conv(x)]:\n    y += 1\nreturn y",
        "y = self.conv(x)\nf = lambda: y\ny += 1\nreturn f()",
        "y = self.conv(x)\ndef f():\n    return y\ny += 1\nreturn f()",
        "y = self.norm(x)\ny += 1\nreturn y",
        "y = self.drop(x)\ny += 1\nreturn x + y",
        "y = F.relu(x, inplace=True)\ny += 1\nreturn x",
        "y = x if self.flag else self.conv(x)\ny += 1\nreturn y",
        "y = self.conv(x)\nif self.flag:\n    z = y\n    y += 1\n    return z\nreturn y",
        "y = self.conv(x)\nfor layer in self.layers:\n    y += 1\n    x = x + z\n    z = y\nreturn y",
        "y = self.conv(x)\nfor layer in self.layers:\n    z = y[0]\n    z += 1\nreturn z",
        "y = self.conv(x)\nfor layer in self.layers:\n    y = y.relu()\n    z = y[0]\n    z += 1\n    x = x + z\nreturn x",
        "y = self.conv(x)\nwhile self.flag:\n    z = y[0]\n    z += 1\n    y = y * 2\nreturn x",
        "y = self.conv(x)\nz = y\nfor layer in self.layers:\n    w = z[0]\n    w += 1\n    z = y\nreturn x",
        "a = self.conv(x)\nb = a[0]\nc = self.conv2(x)\nfor layer in self.layers:\n    c += 1\n    c = b\n    b = a\n    a = x\nreturn c",
        "y = self.conv(x)\nz = y[0]\nz += 1\ny += 1\nreturn z, y",
        "y = self.conv(x)\nz = y[0]\nz += 1\ny[1] = 0\nreturn z",
        "y = self.conv(x)\nz = y[0]\nz += 1\nreturn [t for t in y]",
        "y = self.conv(x)\nz = y[0]\nz += 1\ntry:\n    x = y\nexcept ValueError:\n    pass\nreturn x",
        "y = self.conv(x)\nz = y[0]\nz += 1\nreturn y.shape, y",
        "y = self.conv(x)\nz = y[0] if self.flag else x[0]\nz += 1\nreturn z",
        "y = self.conv(x)\nz = y[0]\nz += y[1]\nreturn z",
        "y = self.conv(x)\nself.seen = y\nz = y[0]\nz += 1\nreturn z",
        "y = self.conv(x)\nz = y[0]\nself.seen = y\nz += 1\nreturn z",
        "y = self.conv(x)\nz = y.chunk(2)\nz += (x,)\nw = z[-1]\nw += 1\nreturn w",
        "y = self.conv(x)\nz = y[0]\nif self.flag:\n    y = x\n    z = y\nz += 1\nreturn z",
        "y = self.conv(x)\nz = y[0]\nif self.flag:\n    w = y\nelse:\n    w = x\nz += 1\nreturn z, w",
        "z = self.scale[0]\nz += 1\nreturn z",
        "y = self.conv(x)[0]\nglobal z\nz = y\ny += 1\nreturn y",
        "z = self.cache[0]\nz += x\nreturn z",
        "y = z = self.conv(x)\ny += 1\nreturn z",
        "y = self.conv(x)\nz = dict(a=y)\ny += 1\nreturn z",
        "y = self.conv(x)\nz = y.mul_(2)\nreturn y, z",
        "y = self.conv(x)\nw = (z := y)\ny += 1\nreturn y",
        "x.add_(1)\nreturn x",
        "y = x.contiguous()\ny += 1\nreturn y",
        "y = x.float()\ny += 1\nreturn y",
        "y = torch.einsum('ij->ji', x)\ny += 1\nreturn x",
        "y = self.scale\ny += x\nreturn y",
        "y = self.conv(x)\ny[0] += 1\nreturn y",
        "try:\n    y = self.conv(x)\nexcept ValueError:\n    y = x\ny += 1\nreturn y",
        "match self.conv(x):\n    case y:\n        y += 1\nreturn x",
        "with self.drop as y:\n    y = x\ny += 1\nreturn y",
        "y = self.conv(x)\ny += y.transpose(0, 1)\nreturn y",
        "while self.flag:\n    y = self.conv(x)\n    if x.shape[0]:\n        y = x\n        break\nelse:\n    y = x + 1\ny += 1\nreturn y",
    ],
)
def test_writes_that_may_show_elsewhere(tmp_path: Path, forward: str) -> None:
    found = written(tmp_path, forward)
    assert found[:1] == [Sharing.SHARED] or not found and "y[0] += 1" in forward


def helpers(root: Path, text: str) -> list[str]:
    """What is called, with the source of the steps in it, for each helper that a class of such a file calls."""
    file = root / "model.py"
    file.write_text(HEAD + textwrap.dedent(text))
    source = Source(str(file), file.read_bytes())
    found = File(source, source.parse(), Tree.survey([str(file)]), Settings()).helpers
    return [
        f"{helper.function.node.name}: {', '.join(step.stands_in.source.code(step.node) for step in helper.steps)}"
        for helper in found
    ]


def test_plain_functions_are_followed(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text("import torch\n\ndef gate(x, y):\n    return x * torch.sigmoid(y)\n")
    text = """
        from layers import gate

        @torch.jit.script
        def twice(x):
            return x + x

        def outer(x, width=2):
            return twice(x) // (width * 2)

        def sizes(x):
            return x.shape[0] * 2

        def unused(x):
            return x * 2

        class Net(nn.Module):
            def forward(self, x: torch.Tensor):
                x = x.reshape(sizes(x), -1)
                return gate(outer(x), twice(x))
        """
    assert helpers(tmp_path, text) == [
        "gate: torch.sigmoid(y), x * torch.sigmoid(y)",
        "outer: x + x, twice(x) // (width * 2)",
        "twice: x + x",
    ]


def test_results_of_plain_functions(tmp_path: Path) -> None:
    text = """
        def pair(x):
            return x, x.shape[0]

        class Net(nn.Module):
            def forward(self, x: torch.Tensor):
                y, n = pair(x)
                m = n * 2
                return y * m
        """
    (tmp_path / "model.py").write_text(HEAD + textwrap.dedent(text))
    source = Source(str(tmp_path / "model.py"), (tmp_path / "model.py").read_bytes())
    file = File(source, source.parse(), Tree.survey([source.path]), Settings())
    assert [file.source.code(step.node) for _, step in file.operators if step.sure] == ["y * m"]


@pytest.mark.parametrize(
    ("forward", "expected"),
    [
        ("return x.unbind(0)", ["x.unbind(0)"]),
        ("return torch.zeros(3) + x", ["torch.zeros(3)"]),
        ("return x.new_zeros(3) + x", ["x.new_zeros(3)"]),
        ("return x.split((1, 2))", ["x.split((1, 2))"]),
        ("return torch.split(x, [1, 2], dim=1)", ["torch.split(x, [1, 2], dim=1)"]),
        ("return x.split(2) + torch.split(x, 2)", []),
        ("return x.view(-1).reshape(2, 3).transpose(0, 1).contiguous().chunk(2)", []),
    ],
)
def test_calls_that_make_or_move_data(tmp_path: Path, forward: str, expected: list[str]) -> None:
    file = made(tmp_path, forward, "x: torch.Tensor")
    sites = [site for _, site in file.sites if site.operation is not None]
    assert [file.source.code(site.call) for site in sites] == expected
    assert all(site.operation is not None and site.operation.kind == "data" for site in sites)
