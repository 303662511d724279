"""MOD203: a finding names everybody who gets the one object, in whichever file."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from modulint.lint.engine import matches, parse
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree


def messages(root: Path, path: str, **files: str) -> list[str]:
    """What the rule says about one of several files."""
    for name, text in files.items():
        (root / f"{name}.py").write_text(textwrap.dedent(text))
    tree = Tree.survey([str(root / f"{name}.py") for name in files])
    shown = root / f"{path}.py"
    file = parse(str(shown), shown.read_bytes(), tree, Settings())
    return [found.match.message for found in matches(file, Settings(select=("MOD203",)))]


NET = """\
    from torch import nn

    class Net(nn.Module):
        def __init__(self, {parameters}):
            super().__init__()
    {body}
"""


def net(body: str, parameters: str = "depth=2") -> str:
    return textwrap.dedent(NET).format(body=textwrap.indent(textwrap.dedent(body), " " * 8), parameters=parameters)


@pytest.mark.parametrize(
    ("body", "parameters", "owners"),
    [
        (
            """
            act = nn.ReLU()
            self.first = nn.Sequential(act)
            self.second = nn.ModuleList([nn.Linear(3, 3), act])
            self.add_module("third", act)
            """,
            "depth=2",
            "registered in several places: `Net.first` (line 8), `Net.second` (line 9) and `Net.third` (line 10)",
        ),
        (
            """
            self.act = nn.ReLU()
            self.layers = nn.ModuleList(nn.Sequential(nn.Linear(3, 3), self.act) for _ in range(depth))
            """,
            "depth=2",
            "registered in every turn of the loop: `Net.act` (line 7) and `Net.layers` (line 8)",
        ),
        ("self.a = self.b = nn.ReLU()", "depth=2", "`Net.a` (line 6) and `Net.b` (line 6)"),
        ("act = nn.ReLU()\nself.a, self.b = act, act", "depth=2", "`Net.a` (line 7) and `Net.b` (line 7)"),
        ("self.a = act\nself.b = nn.Sequential(act)", "act=nn.ReLU()", "without it: `Net.a` (line 6) and `Net.b` (line 7)"),
        ("self.layers = nn.ModuleList([nn.ReLU()] * depth)", "depth", "all that this gives is one object: `Net.layers` (line 6)"),
    ],
)
def test_owners_in_one_class(tmp_path: Path, body: str, parameters: str, owners: str) -> None:
    found = messages(tmp_path, "net", net=net(body, parameters))
    assert found and all(owners in message for message in found)


ACTS = """\
    from torch import nn

    ACTS = {"relu": nn.ReLU(), "gelu": nn.GELU()}

    def get(name):
        return ACTS[name]

    class Conv(nn.Module):
        default_act = nn.SiLU()

        def __init__(self):
            super().__init__()
            self.act = self.default_act
"""


def test_owners_of_other_files(tmp_path: Path) -> None:
    user = """\
        from torch import nn
        import acts as a
        from acts import ACTS as table, Conv

        class Net(nn.Module):
            def __init__(self, name):
                super().__init__()
                self.first = table[name]
                self.second = a.get(name)
                self.third = Conv.default_act
    """
    table = "`ACTS` holds one object for all that take it from there: `Net.first` ({0}8) and `Net.second` ({0}9)"
    conv = "`Conv.act` ({1}) and `Net.third` ({0})"
    assert messages(tmp_path, "net", acts=ACTS, net=user) == [
        table.format("line "),
        "`Conv.default_act` is one object for all that take it from there: " + conv.format("line 10", "acts.py:13"),
    ]
    assert messages(tmp_path, "acts", acts=ACTS, net=user) == [
        "`default_act` is one object for every instance of `Conv` that uses it: " + conv.format("net.py:10", "line 13"),
        table.format("net.py:"),
    ]


@pytest.mark.parametrize(
    ("use", "is_found"),
    [
        ("self.first = ACTS['relu']", False),
        ("self.first, self.second = ACTS['relu'], ACTS['relu']", True),
        ("self.first = ACTS['relu']\nself.second = ACTS['gelu']", False),
        ("self.first = ACTS['relu']\nself.second = ACTS['relu']", True),
        ("self.first = ACTS['relu']\nself.second = ACTS[name]", True),
        ("self.first = ACTS[name] if name else ACTS['relu']", False),
        ("self.layers = nn.ModuleList(ACTS[name] for _ in range(3))", True),
        ("self.first = ACTS[name](3)\nself.second = ACTS[name](3)", False),
        ("self.names = list(ACTS)\nself.known = name in ACTS", False),
        ("ACTS = {'relu': nn.ReLU}\nself.first = ACTS[name]\nself.second = ACTS[name]", False),
    ],
)
def test_one_owner_is_no_sharing(tmp_path: Path, use: str, is_found: bool) -> None:
    user = net(use, "name").replace("from torch import nn", "from torch import nn\nfrom acts import ACTS")
    assert bool(messages(tmp_path, "net", acts=ACTS, net=user)) is is_found


@pytest.mark.parametrize(
    ("maker", "is_found"),
    [
        ("self.block = Block()", False),
        ("self.first = Block()\nself.second = Block()", True),
        ("self.blocks = nn.ModuleList(Block() for _ in range(3))", True),
        ("self.blocks = make(Block)", True),
    ],
)
def test_one_place_in_a_class_that_is_made_often(tmp_path: Path, maker: str, is_found: bool) -> None:
    block = """\
        from torch import nn
        from acts import ACTS

        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.act = ACTS["relu"]
    """
    user = net(maker).replace("from torch import nn", "from torch import nn\nfrom block import Block")
    assert bool(messages(tmp_path, "block", acts=ACTS, block=block, net=user)) is is_found


def test_scripts_and_plain_classes_register_nothing(tmp_path: Path) -> None:
    script = """\
        from torch import nn
        from acts import ACTS

        loss = nn.MSELoss()

        class Trainer:
            def __init__(self, name):
                self.first = ACTS[name]
                self.second = ACTS[name]

        def train(Runner):
            return Runner(loss)

        def evaluate(Runner):
            return Runner(loss)
    """
    assert messages(tmp_path, "script", acts=ACTS, script=script) == []
