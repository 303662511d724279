"""What names stand for: imports in every form, within one file and across a package."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from modulint.lint.stores import stores
from modulint.lint.tree import Reference, Tree

RELU = "torch.nn.functional.relu"


def resolved(root: Path, files: dict[str, str], name: str, path: str = "model.py") -> Reference:
    for file, text in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)
    tree = Tree.survey([str(root / file) for file in files])
    module = tree.module(str(root / path))
    assert module is not None
    return tree.resolve(module, name)


@pytest.mark.parametrize(
    ("imports", "name"),
    [
        ("import torch", "torch.nn.functional.relu"),
        ("import torch as t", "t.nn.functional.relu"),
        ("import torch.nn", "torch.nn.functional.relu"),
        ("import torch.nn as nn", "nn.functional.relu"),
        ("import torch.nn.functional as F", "F.relu"),
        ("from torch import nn", "nn.functional.relu"),
        ("from torch.nn import functional", "functional.relu"),
        ("from torch.nn import functional as fn", "fn.relu"),
        ("from torch.nn.functional import relu", "relu"),
        ("from torch.nn.functional import relu as rectify", "rectify"),
        ("from torch.nn.functional import *", "relu"),
        ("import torch.nn.functional as F\nG = F", "G.relu"),
        ("import torch.nn.functional as F\nrectify = F.relu", "rectify"),
        ("try:\n    import torch.nn.functional as F\nexcept ImportError:\n    F = None", "F.relu"),
    ],
)
def test_every_form_of_import(tmp_path: Path, imports: str, name: str) -> None:
    assert resolved(tmp_path, {"model.py": imports}, name) == Reference("external", RELU)


def test_home_of_a_class_is_its_public_name(tmp_path: Path) -> None:
    source = "from torch.nn.modules.activation import ReLU"
    assert resolved(tmp_path, {"model.py": source}, "ReLU") == Reference("external", "torch.nn.ReLU")


@pytest.mark.parametrize(
    "source",
    [
        "import torch.nn.functional as F\nclass F:\n    pass",
        "import torch.nn.functional as F\nF = object()",
        "if True:\n    import torch.nn.functional as F\nelse:\n    import other as F",
    ],
)
def test_name_with_two_meanings_is_unknown(tmp_path: Path, source: str) -> None:
    assert resolved(tmp_path, {"model.py": source}, "F.relu").kind == "unknown"


def test_unbound_name_is_unknown(tmp_path: Path) -> None:
    assert resolved(tmp_path, {"model.py": "x = 1"}, "F.relu").kind == "unknown"


def test_relative_imports_and_re_exports(tmp_path: Path) -> None:
    files = {
        "package/__init__.py": "from .ops import F",
        "package/ops.py": "import torch.nn.functional as F",
        "package/deep/__init__.py": "",
        "package/deep/model.py": "from .. import F\nfrom ..ops import F as G\nfrom package.ops import F as H",
    }
    for name in ("F.relu", "G.relu", "H.relu"):
        assert resolved(tmp_path, files, name, "package/deep/model.py") == Reference("external", RELU)


def test_star_import_of_a_file_of_the_tree(tmp_path: Path) -> None:
    files = {
        "package/__init__.py": "",
        "package/ops.py": "import torch.nn.functional as F\nclass Block:\n    pass",
        "package/model.py": "from .ops import *",
    }
    assert resolved(tmp_path, files, "F.relu", "package/model.py") == Reference("external", RELU)
    block = resolved(tmp_path, files, "Block", "package/model.py")
    assert block == Reference("class", "Block", str(tmp_path / "package/ops.py"))


def test_a_package_binds_a_name_over_its_module(tmp_path: Path) -> None:
    """``from .conv import conv`` makes ``package.conv`` the function, whatever file there is."""
    files = {
        "package/__init__.py": "from .conv import conv\nfrom . import norm\n",
        "package/conv.py": "def conv():\n    pass\n",
        "package/norm.py": "",
        "model.py": "from package import conv, norm\nimport package.conv as other\n",
    }
    function = Reference("function", "conv", str(tmp_path / "package/conv.py"))
    assert resolved(tmp_path, files, "conv", "model.py") == function
    assert resolved(tmp_path, files, "other", "model.py") == function
    assert resolved(tmp_path, files, "norm", "model.py").kind == "module"


def test_imports_in_a_circle_end(tmp_path: Path) -> None:
    files = {
        "package/__init__.py": "",
        "package/a.py": "from .b import F",
        "package/b.py": "from .a import F",
    }
    assert resolved(tmp_path, files, "F.relu", "package/a.py").kind == "unknown"


def test_subclasses_across_files(tmp_path: Path) -> None:
    files = {
        "package/__init__.py": "from .base import Base",
        "package/base.py": "from torch import nn\nclass Base(nn.Module):\n    pass",
        "package/model.py": "from . import Base\nclass Model(Base):\n    pass",
    }
    base = resolved(tmp_path, files, "Base", "package/model.py")
    tree = Tree.survey([str(tmp_path / file) for file in files])
    assert [below.name for below in tree.subclasses(base)] == ["Model"]


def test_refreshed_file_gives_its_new_names(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_text("import torch.nn.functional as F")
    tree = Tree.survey([str(file)])
    tree.refresh(str(file), b"import other as F")
    module = tree.module(str(file))
    assert module is not None
    assert tree.resolve(module, "F.relu") == Reference("external", "other.relu")


@pytest.mark.parametrize(
    ("function", "classes"),
    [
        ("def f():\n    m = X()\n    if m.training:\n        m.act = 1", {"X"}),
        ("def f(m):\n    n = m\n    if m:\n        m = X()\n        m.act = 1\n    else:\n        m = n", {"X"}),
        ("def f(m: X | None, n: int):\n    m.act = 1", {"X"}),
        ("def f(m: Optional[p.X]):\n    m.act += 1", {"p.X"}),
        ("def f(ms):\n    for m in ms:\n        if isinstance(m, (X, Y)) and ms:\n            m.act = 1", {"X", "Y"}),
        ("def f(ms):\n    for m in ms:\n        if not isinstance(m, X):\n            continue\n        m.act = 1", {"X"}),
        ("def f(m):\n    assert isinstance(m, X)\n    setattr(m, 'act', 1)", {"X"}),
        ("def f(m):\n    while m:\n        if isinstance(m, X):\n            del m.act\n            m.act = 1\n        m = m.next", {"X"}),
        ("def f(m):\n    m.act = 1", {""}),
        ("def f(m: X):\n    m.part.act = 1", {""}),
        ("def f(*m: X):\n    m.act = 1", {""}),
        ("def f(X):\n    m = X()\n    m.act = 1", {""}),
        ("def f(m: X):\n    if (m := g()):\n        m.act = 1", {""}),
        ("def f(m: X):\n    with g() as m:\n        m.act = 1", {""}),
        ("def f(m: X):\n    for m in g():\n        pass\n    m.act = 1", {""}),
        ("def f(m):\n    if isinstance(m, X):\n        while m:\n            m.act = 1\n            m = m.next", {""}),
        ("def f(m):\n    if isinstance(m, X) or m:\n        m.act = 1", {""}),
        ("def f(m):\n    if isinstance(m, X):\n        pass\n    else:\n        m.act = 1", {""}),
        ("def f(m):\n    m = X(); m = g(m); m.act = 1", {""}),
        ("def f(m):\n    try:\n        m = X()\n    except E:\n        m.act = 1", {""}),
        ("def f(m: X):\n    def g():\n        nonlocal m\n        m = 1\n    m.act = 1", {""}),
        ("m = X()\nm.act = 1", {""}),
        ("def f(m: list[X]):\n    m.act = 1", {""}),
        ("def f(ms: list[X]):\n    for m in ms:\n        m.act = 1", {"X"}),
        ("def f(ms: Sequence[Union[X, Y]]):\n    for m in ms:\n        n = copy.copy(m)\n        n.act = 1", {"X", "Y"}),
        ("def f(ms: list[X]):\n    for m in ms:\n        m = g(m)\n        m.act = 1", {"g"}),
        ("def f(ms: list[X]):\n    ms = g(ms)\n    for m in ms:\n        m.act = 1", {""}),
        ("def f(ms: list[X]):\n    for m in ms:\n        n = g(m)\n        n.act = 1", {"g"}),
        ("def f(ms: dict[X, Y]):\n    for m in ms:\n        m.act = 1", {""}),
    ],
)
def test_whose_attribute_is_set(function: str, classes: set[str]) -> None:
    assert {shown for attribute, shown in stores(function, ast.parse(function)) if attribute == "act"} == classes
