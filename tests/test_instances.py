"""Where the objects of a class go: what stands against one that may be used as a container."""

from __future__ import annotations

from pathlib import Path

from modulint.lint.classes import Classes
from modulint.lint.instances import instances
from modulint.lint.source import Source
from modulint.lint.tree import Reference, Tree

BLOCKS = "from torch import nn\n\n\nclass Branches(nn.Sequential):\n    def forward(self, x):\n        return [m(x) for m in self]\n"
NET = """from torch import nn
from blocks import Branches
from use import first


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.branches = Branches()
        self.first = first(self.branches)
"""


def test_files_may_be_read_again_between_two_searches(tmp_path: Path) -> None:
    """The search goes on with functions that the classes have parsed anew, and sees what they do now."""
    for name, text in (("blocks", BLOCKS), ("net", NET), ("use", "def first(branches):\n    return branches[0]\n")):
        (tmp_path / f"{name}.py").write_text(text)
    path = str(tmp_path / "use.py")
    tree = Tree.survey([str(tmp_path / f"{name}.py") for name in ("blocks", "net", "use")])
    index, branches = Classes(tree), Reference("class", "Branches", str(tmp_path / "blocks.py"))
    assert "is used as a container" in instances(index, [branches]).against

    index.drop(path)  # as it is where many files were asked for since
    tree.version += 1
    assert "is used as a container" in instances(index, [branches]).against

    (tmp_path / "use.py").write_text("def first(branches):\n    return branches(0)\n")
    source = Source(path, (tmp_path / "use.py").read_bytes())
    tree.refresh(path, source.text.encode())
    index.drop(path)
    assert instances(index, [branches]).against == ""
