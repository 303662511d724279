"""Functions that become modules: what is refused and why, runs over some files of a tree, and TorchScript."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from modulint.fixers.cli.jobs import Fixing, fix_files
from modulint.fixers.engine import Apply, process
from modulint.lint.finding import FileReport
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree

MOD106 = Settings(select=("MOD106",))
_HEAD = "import functools\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n\nSTATE = []\n\n"
_MODEL = """

class Model(nn.Module):
    def __init__(self, fast=True):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.fast = fast
        self.out = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor):
        y = self.fc(x)
{call}
        return self.out(y)
"""


def findings(root: Path, function: str, call: str) -> FileReport:
    """What is said of a model that calls a function."""
    call = "\n".join(" " * 8 + line for line in call.splitlines())
    data = (_HEAD + function + _MODEL.format(call=call)).encode()
    path = str(root / "model.py")
    Path(path).write_bytes(data)
    return process(path, data, Tree.survey([path]), MOD106, Apply.SAFE)


_BODY = "    return torch.cat((x, x.relu()), -1)[..., :8]\n"
_PLAIN = "def helper(x: torch.Tensor):\n" + _BODY

_REFUSED = {
    "decorated": ("@torch.no_grad()\n" + _PLAIN, "y = helper(y)", "decorated with `torch.no_grad`"),
    "wrapped": ("torch.fx.wrap('helper')\n\n" + _PLAIN, "y = helper(y)", "one step for `torch.fx.wrap`"),
    "wrapped_by_decorator": ("@torch.fx.wrap\n" + _PLAIN, "y = helper(y)", "one step for `torch.fx.wrap`"),
    "registered_elsewhere": ("torch.library.register(helper)\n\n" + _PLAIN, "y = helper(y)", "handed to something"),
    "compiled_under_another_name": (_PLAIN + "\n\nfast = torch.compile(helper)\n", "y = helper(y)", "handed to something"),
    "chosen": (f"if STATE:\n    {_PLAIN.replace(chr(10), chr(10) + '    ').rstrip()}\n", "y = helper(y)", "chosen or replaced"),
    "global": ("def helper(x):\n    global STATE\n    STATE = x\n" + _BODY, "y = helper(y)", "sets global names"),
    "stars": ("def helper(x, *rest):\n" + _BODY, "y = helper(y)", "any number of arguments"),
    "mutable_default": ("def helper(x, seen=[]):\n" + _BODY, "y = helper(y)", "default `[]`"),
    "default_of_another_name": ("def helper(x, seen=STATE):\n" + _BODY, "y = helper(y)", "default `STATE`"),
    "closure": ("def helper(x):\n    f = lambda y: y + x\n" + _BODY, "y = helper(y)", "another one inside"),
    "recursion": ("def helper(x, n=1):\n    if n:\n        x = helper(x, 0)\n" + _BODY, "y = helper(y)", "names itself"),
    "recursion_of_two": (
        "def other(x, n):\n    return helper(x, n - 1)\n\n\n"
        "def helper(x, n=1):\n    if n:\n        x = other(x, n)\n" + _BODY,
        "y = helper(y)",
        "leads back to itself",
    ),
    "self": ("def helper(self):\n    return torch.relu(self) + 1\n", "y = helper(y)", "a name `self`"),
    "private_name": ("def helper(x, __n=1):\n" + _BODY, "y = helper(y)", "inside of a class"),
    "locals": ("def helper(x):\n    print(locals())\n" + _BODY, "y = helper(y)", "asks for `locals`"),
    "local_name": (_PLAIN, "f = helper\ny = f(y)", "local name"),
    "module_argument": ("def helper(x, fc):\n" + _BODY, "y = helper(y, self.fc)", "a module or a function"),
    "function_argument": ("def helper(x, f):\n" + _BODY, "y = helper(y, F.relu)", "a module or a function"),
    "not_scripted": (_PLAIN, "if not torch.jit.is_scripting():\n    y = helper(y)", "leaves this call out"),
    "perhaps_not_scripted": ("def helper(x, n):\n" + _BODY, "if self.fast:\n    y = helper(y, 2)", "may leave this call out"),
    "no_tensor": ("def helper(n):\n    return int(torch.arange(n).sum())\n", "y = y[:, :helper(8)]", "none is shown to come out"),
    "kept_table": (
        "def helper(n):\n    return torch.arange(n) / n\n",
        "if not STATE:\n    self.table = helper(8)\nif self.table is not None:\n    y = y + self.table",
        "kept for later calls",
    ),
    "loop": (_PLAIN, "for _ in range(len(x)):\n    y = helper(y)", "number of turns"),
    "stored_elsewhere": (_PLAIN + "\n\ndef patch(module):\n    module.helper = None\n", "y = helper(y)", "replaced from outside"),
}


@pytest.mark.parametrize("name", _REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    function, call, reason = _REFUSED[name]
    report = findings(tmp_path, function, call)
    assert report.failure is None
    assert report.after is None
    assert [reason in finding.fix.reason for finding in report.findings] == [True], report.findings


_TAKEN = {
    "plain": (_PLAIN, "y = helper(y)"),
    "condition": (_PLAIN, "if self.fast:\n    y = helper(y)"),
    "star_at_the_call": ("def helper(x, y):\n    return torch.cat((x, y), -1)[..., :8]\n", "y = helper(*(x, y))"),
    "default_of_torch": ("def helper(x, dtype=torch.float32):\n" + _BODY, "y = helper(y)"),
    "default_tuple": ("def helper(x, dims=(-1, 2 * 1)):\n" + _BODY, "y = helper(y)"),
    "keyword": (_PLAIN, "y = helper(x=y)"),
    "within_a_call": (_PLAIN, "y = helper(helper(y))"),
    "table": ("def helper(n):\n    return torch.arange(n).cos()\n", "y = y + helper(8)"),
    "tables": ("def helper(n: int):\n    t = torch.arange(n).cos()\n    return t, t\n", "y = y + helper(y.shape[-1])[0]"),
    "table_under_a_condition": ("def helper(n: int):\n    return torch.arange(n).cos()\n", "if self.fast:\n    y = y + helper(8)"),
}


@pytest.mark.parametrize("name", _TAKEN)
def test_taken(name: str, tmp_path: Path) -> None:
    report = findings(tmp_path, *_TAKEN[name])
    assert report.failure is None
    assert not report.findings
    assert report.after is not None and b"self.helper = Helper()" in report.after


def test_what_the_name_stands_for_is_not_known(tmp_path: Path) -> None:
    report = findings(tmp_path, _PLAIN + "\n\nhelper = torch.jit.script(helper)\n", "y = helper(y)")
    assert not report.findings and report.after is None


def test_data_movement_is_no_finding(tmp_path: Path) -> None:
    report = findings(tmp_path, "def helper(x):\n    return x.reshape(-1, 8).transpose(0, 1)\n", "y = helper(y)")
    assert not report.findings and report.after is None


_OPS = '"""Functions."""\nimport torch\n\n\ndef squash(x):\n    return torch.tanh(x)\n'
_NET = "from ops import squash\nimport torch\nfrom torch import nn\n" + _MODEL.format(call="        y = squash(y)")


class Files:
    """A directory with files that are fixed together, as the command does it."""

    def __init__(self, root: Path, **files: str) -> None:
        self.root = root
        self.all = {f"{name}.py": text for name, text in files.items()}
        for name, text in self.all.items():
            (root / name).write_text(text)

    def fix(self, *names: str, write: bool = True) -> Fixing:
        tree = Tree.survey([str(self.root / name) for name in self.all])
        paths = [str(self.root / name) for name in names or self.all]
        tree.files = frozenset(paths)
        fixing = Fixing(paths, tree, Settings(select=("MOD1",)), Apply.SAFE, write)
        for _ in fix_files(paths, fixing):
            pass
        return fixing

    def text(self, name: str) -> str:
        return (self.root / name).read_text()


def test_order_of_files_is_no_matter(tmp_path: Path) -> None:
    texts = []
    for order in (("ops.py", "net.py"), ("net.py", "ops.py")):
        root = tmp_path / order[0]
        root.mkdir()
        files = Files(root, ops=_OPS, net=_NET)
        files.fix(*order)
        texts.append([files.text("ops.py"), files.text("net.py")])
    assert texts[0] == texts[1]
    assert "class Squash(torch.nn.Module):" in texts[0][0] and "self.tanh = torch.nn.Tanh()" in texts[0][0]
    assert "from ops import Squash\n" in texts[0][1] and "y = self.squash(y)" in texts[0][1]


def test_nothing_is_written_where_changes_are_only_shown(tmp_path: Path) -> None:
    files = Files(tmp_path, ops=_OPS, net=_NET)
    shown = files.fix(write=False)
    assert (files.text("ops.py"), files.text("net.py")) == (_OPS, _NET)
    made = files.fix()
    assert {p: r.after for p, r in shown.reports.items()} == {p: r.after for p, r in made.reports.items()}


def test_a_file_alone_calls_no_class_that_is_not_there(tmp_path: Path) -> None:
    files = Files(tmp_path, ops=_OPS, net=_NET)
    report = next(iter(files.fix("net.py").reports.values()))
    assert report.after is None
    assert [finding.fix.reason for finding in report.findings] == [
        "its function stands in a file that is not among those to fix"
    ]
    assert files.fix("ops.py").reports[str(tmp_path / "ops.py")].after is None


def test_a_later_caller_does_not_get_a_second_class(tmp_path: Path) -> None:
    files = Files(tmp_path, ops=_OPS, net=_NET)
    files.fix()
    (tmp_path / "later.py").write_text(_NET)
    files.all["later.py"] = _NET
    before = files.text("ops.py")
    report = files.fix().reports[str(tmp_path / "later.py")]
    assert "`Squash` is its function as a module" in report.findings[0].fix.reason
    assert (files.text("ops.py"), files.text("later.py")) == (before, _NET)


def test_a_file_that_cannot_be_written_gets_no_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from modulint.fixers.cli import jobs

    written = jobs.write_atomically

    def write(path: str, data: bytes, expected: bytes) -> None:
        if path.endswith("ops.py"):
            raise OSError(13, "Permission denied")
        written(path, data, expected)

    monkeypatch.setattr(jobs, "write_atomically", write)
    files = Files(tmp_path, ops=_OPS, net=_NET)
    reports = files.fix().reports
    assert (files.text("ops.py"), files.text("net.py")) == (_OPS, _NET)
    assert reports[str(tmp_path / "ops.py")].failure == "not written: Permission denied"
    assert "cannot be written" in reports[str(tmp_path / "net.py")].findings[0].fix.reason


def test_a_call_without_a_shown_tensor_takes_the_annotation_away(tmp_path: Path) -> None:
    unknown = _NET.replace("squash(y)", "squash(self.fast)").replace("fast=True", "fast")
    files = Files(tmp_path, ops=_OPS, a=_NET, b=unknown)
    files.fix()
    assert "def forward(self, x):" in files.text("ops.py")
    assert "self.squash(self.fast)" in files.text("b.py") and "self.squash(y)" in files.text("a.py")


def test_private_function_that_another_file_imports_stays(tmp_path: Path) -> None:
    ops, net = _OPS.replace("squash", "_squash"), _NET.replace("squash", "_squash")
    other = "from ops import _squash\n\nprint(_squash)\n"
    files = Files(tmp_path, ops=ops, net=net, other=other)
    files.fix()
    assert "def _squash(x):" in files.text("ops.py") and "class _Squash(" in files.text("ops.py")
    assert files.text("other.py") == other
    (tmp_path / "other.py").unlink()


def test_private_function_goes_with_its_last_caller(tmp_path: Path) -> None:
    files = Files(tmp_path, ops=_OPS.replace("squash", "_squash"), net=_NET.replace("squash", "_squash"))
    files.fix()
    assert "_squash" not in files.text("ops.py") and "class _Squash(" in files.text("ops.py")
    assert "from ops import _Squash\n" in files.text("net.py")


def test_functions_of_one_name_get_classes_of_different_names(tmp_path: Path) -> None:
    source = _HEAD + "def squash(x):\n    return torch.tanh(x) * 2\n" + _MODEL.format(call="        y = squash(y)")
    names = [f"file_{number}" for number in range(5)]
    files = Files(tmp_path, **{name: source for name in names})
    files.fix()
    made = [line for name in names for line in files.text(f"{name}.py").splitlines() if "Squash" in line and "class " in line]
    assert len({*made}) == len(made) == 5
    assert made[4] == "class File4Squash(nn.Module):"


def test_crlf_and_tabs(tmp_path: Path) -> None:
    function = "def helper(\n\tx: torch.Tensor,\n):\n\t# why\n\treturn x.relu() * 2\n"
    text = _HEAD + function + _MODEL.format(call="        y = helper(y)")
    path = tmp_path / "model.py"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    report = process(str(path), path.read_bytes(), Tree.survey([str(path)]), MOD106, Apply.SAFE)
    assert report.after is not None
    assert report.after.count(b"\n") == report.after.count(b"\r\n")
    assert (
        b'class Helper(nn.Module):\r\n\t"""`helper` as a module."""\r\n\r\n\tdef forward(\r\n\t\tself,\r\n\t\tx: torch.Tensor,\r\n'
        b"\t):\r\n\t\t# why\r\n\t\treturn x.relu() * 2\r\n"
    ) in report.after


def test_at_the_end_of_a_file_without_a_line_end(tmp_path: Path) -> None:
    ops = _OPS.rstrip("\n")
    files = Files(tmp_path, ops=ops, net=_NET)
    files.fix()
    assert files.text("ops.py").startswith(f"{ops}\n\n\nclass Squash(")


def test_type_comments_stay_the_only_types(tmp_path: Path) -> None:
    function = "def helper(x):\n    # type: (torch.Tensor) -> torch.Tensor\n" + _BODY
    report = findings(tmp_path, function, "y = helper(y)")
    assert report.after is not None and b"    def forward(self, x):\n        # type: (torch.Tensor)" in report.after


@pytest.mark.parametrize("statement", ["import ops", "from package import ops", "import package.ops as ops"])
def test_called_through_its_module(statement: str, tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    net = _NET.replace("from ops import squash", statement).replace("squash(y)", "ops.squash(y)")
    others = {"ops": _OPS} if statement == "import ops" else {"package/__init__": "", "package/ops": _OPS}
    files = Files(tmp_path, net=net, **others)
    files.fix()
    assert "self.squash = ops.Squash()" in files.text("net.py")
    assert statement in files.text("net.py")


@pytest.mark.parametrize("case", ["helper_beside_public_function", "helper_makes_table", "op_tables"])
def test_torch_compiles_it_as_before(case: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    outputs: list[list[str]] = []
    for version in ("before", "after"):
        path = Path(__file__).parents[1] / "corpus" / "cases" / case / f"{version}.py"
        spec = importlib.util.spec_from_file_location(f"{case}_{version}", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        outputs.append([])
        for compiler in (torch.jit.script, torch.fx.symbolic_trace):
            torch.manual_seed(0)
            model, inputs = module.build()
            try:
                outputs[-1].append(str(compiler(model.eval())(*inputs)))
            except Exception as error:
                outputs[-1].append(type(error).__name__)
    assert outputs[0] == outputs[1]
    assert any("tensor(" in output for output in outputs[0])
