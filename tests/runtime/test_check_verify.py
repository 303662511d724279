"""``modulint check --fix --verify``: only what models prove is written, and what breaks a proof is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from modulint.fixers import engine
from modulint.fixers.cli import main
from modulint.fixers.proposal import Answer, Proposal
from modulint.lint.file import File
from modulint.lint.rule import Rule
from modulint.runtime import trees
from modulint.runtime.observe import Wish
from modulint.runtime.trees import Request, Rewrites, Subject

WriteFile = Callable[[str, str], Path]

_BLOCKS = '''\
"""Two blocks."""
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4)

    def forward(self, x):
        x = F.elu(F.tanh(self.first(x)))
        return F.hardswish(x)


class Other(nn.Module):
    def forward(self, x):
        return F.relu(x)
'''
_NET = '''\
import torch
import torch.nn.functional as F
from torch import nn

from blocks import Block


class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.block = Block()
        self.last = nn.Linear(4, width)

    def forward(self, x):
        return F.softsign(self.last(F.sigmoid(self.block(x))))


def inputs():
    return torch.randn(3, 4)
'''
_RESTLESS = """
import time
from net import Net


class Restless(Net):
    def forward(self, x):
        return super().forward(x) + time.time_ns() % 1000
"""
_COMMON = ("check", "--isolated", "--select=MOD1,MOD2", "--fix")


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    status: int
    out: str
    err: str
    written: frozenset[str]


Run = Callable[..., Ended]


@pytest.fixture
def run(write_file: WriteFile, project: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Write the two files, and run the command line on them."""
    sources = {"blocks.py": _BLOCKS, "net.py": _NET}
    for name, source in sources.items():
        write_file(name, source)

    def run_main(*arguments: str) -> Ended:
        try:
            status = main(arguments)
        except SystemExit as error:
            status = int(error.code or 0)
        captured = capfd.readouterr()
        written = {name for name, source in sources.items() if (project / name).read_text() != source}
        return Ended(status, captured.out, captured.err, frozenset(written))

    return run_main


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Let fixers put another module in the place of one function's, among all that they do right."""

    def put(function: str, other: str) -> None:
        true_fixer = engine.fixer

        def fixer(rule: Rule) -> Callable[[File, object], Answer] | None:
            propose = true_fixer(rule)

            def propose_wrongly(file: File, subject: object) -> Answer:
                assert propose is not None
                answer = propose(file, subject)
                if not isinstance(answer, Proposal) or answer.definition is None:
                    return answer
                given = tuple(each.replace(function, other) for each in answer.definition.expressions)
                return replace(answer, definition=replace(answer.definition, expressions=given))

            return propose_wrongly if propose else None

        monkeypatch.setattr(engine, "fixer", fixer)

    return put


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sides of comparisons for which a process was started."""
    names: list[str] = []
    side = trees._side

    def counted(name: str, request: Request, first: Wish = Wish()) -> AbstractContextManager[trees._Side]:
        names.append(name)
        return side(name, request, first)

    monkeypatch.setattr(trees, "_side", counted)
    return names


def test_what_a_model_proves_is_written(run: Run, started: list[str]) -> None:
    ended = run(*_COMMON, "--verify", "net:Net", "--input", "3x4", ".")
    assert ended.err.startswith("proven net:Net: equal to the bit\n  same: state_dict: 4 keys")
    assert "train mode, input 2: 1 output tensors and 5 gradients" in ended.err
    assert "Held back: 1 fix in 1 file, in classes that no verified model runs.\n" in ended.err
    assert "Fixed 5 findings in 2 files.\nNot fixed: 1 finding in 1 file.\n" in ended.err
    assert ended.status == 1 and "F.relu" in ended.out
    assert ended.written == {"net.py", "blocks.py"}
    fixed = Path("blocks.py").read_text()
    assert "self.hardswish(x)" in fixed and "return F.relu(x)" in fixed
    assert started == ["before", "after"]
    again = run(*_COMMON, "--verify", "net:Net", "--input", "3x4", "net.py")
    assert (again.status, again.err) == (0, "Nothing found in 1 file.\n")


def test_several_models_prove_more(run: Run) -> None:
    ended = run(*_COMMON, "--verify=net.py:Net", "--verify=blocks:Other", "--inputs", "net:inputs", "--diff", ".")
    assert "proven net.py:Net: " in ended.err and "proven blocks:Other: " in ended.err
    assert "Held back" not in ended.err and "Would fix 6 findings in 2 files." in ended.err
    assert ended.out.startswith("--- a/blocks.py\n") and "+        return self.relu(x)" in ended.out
    assert ended.status == 1 and not ended.written


@pytest.mark.parametrize(
    ("function", "other", "place", "difference"),
    [
        ("Hardswish", "SiLU", "blocks.py:13:16: MOD101 `F.hardswish`", "elements differ, by up to"),
        ("Softsign", "Softsign1", "net.py:15:16: MOD101 `F.softsign`", "AttributeError: module 'torch.nn' has no"),
    ],
)
def test_the_fix_that_breaks_the_proof_is_named(
    run: Run, wrong: Callable[[str, str], None], started: list[str],
    function: str, other: str, place: str, difference: str,
) -> None:
    wrong(f"nn.{function}", f"nn.{other}")
    ended = run(*_COMMON, "--verify", "net:Net", "--input", "3x4", ".")
    assert ended.status == 2 and not ended.written and not ended.out
    search, error = ended.err.split("\n", 1)
    assert search == "net:Net is not what it was. Looking for the reason among 5 fixes."
    assert error.startswith("error: net:Net: a fix changes what the model computes, so nothing was written\n")
    assert f"\n{place}" in error and "\n  = differs in " in error and difference in error
    line = place.split(":")[1]
    assert f"  = to leave this fix out: `# noqa: MOD101` on line {line}; all of its kind: --ignore MOD101\n" in error
    assert started.count("after") <= 6, "the whole, nothing, halving five fixes in two files, and the explanation"


def test_a_fix_that_is_left_out_breaks_nothing(run: Run, wrong: Callable[[str, str], None]) -> None:
    wrong("nn.Hardswish", "nn.SiLU")
    path = Path("blocks.py")
    path.write_text(_BLOCKS.replace("return F.hardswish(x)", "return F.hardswish(x)  # noqa: MOD101"))
    ended = run(*_COMMON, "--verify", "net:Net", "--input", "3x4", ".")
    assert "proven net:Net" in ended.err and "F.hardswish(x)  # noqa" in path.read_text()


def test_a_model_that_runs_nothing_of_it_proves_nothing(run: Run) -> None:
    ended = run(*_COMMON, "--verify", "torch.nn:Tanh", "--input", "3x4", ".")
    assert (ended.status, ended.out, ended.written) == (2, "", frozenset())
    first, second = ended.err.splitlines()
    assert first == "error: proved nothing, and nothing was written: none of the 2 files was imported"
    assert second.startswith("  = torch.nn:Tanh: the model's class comes from ") and second.endswith("activation.py")


def test_a_model_that_runs_no_class_of_it_holds_all_back(run: Run, started: list[str]) -> None:
    ended = run(*_COMMON, "--verify", "blocks:nn.Tanh", "--input", "3x4", ".")
    assert ended.err.startswith("Held back: 6 fixes in 2 files, in classes that no verified model runs.\nNot fixed: 6 ")
    assert ended.status == 1 and not ended.written and started == ["before"]


def test_a_model_that_never_computes_the_same_is_not_blamed_on_a_fix(run: Run, write_file: WriteFile) -> None:
    write_file("restless.py", _RESTLESS)
    ended = run(*_COMMON, "--verify", "restless:Restless", "--input", "3x4", "net.py", "blocks.py")
    assert ended.status == 2 and not ended.written
    assert ended.err.startswith("error: restless:Restless: nothing can be proven: two runs of the same sources are not ")
    assert "MOD101" not in ended.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--verify", "net:Nett", "--input", "3x4"), "error: before: net:Nett: net has no Nett; did you mean Net?"),
        (("--verify", "net:Net", "--input", "3x5"), "error: net:Net: there is nothing to compare: RuntimeError: "),
        (("--verify", "net:Net", "--input", "3y5"), "error: input '3y5': write sizes"),
        (("--verify", "net:Net"), "error: net:Net: its inputs are missing: give --input SHAPE or --inputs SPEC"),
        (("--verify", "net:Net", "--input", "3x4", "--kwargs", "[]"), "error: --kwargs must be a JSON object"),
        (("--verify", "net", "--input", "3x4"), "error: no model is called 'net' in [tool.modulint.models]; or write"),
    ],
)
def test_what_cannot_be_run_writes_nothing(run: Run, arguments: tuple[str, ...], message: str) -> None:
    ended = run(*_COMMON, *arguments, ".")
    assert (ended.status, ended.out, ended.written) == (2, "", frozenset())
    assert ended.err.startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--verify", "net:Net", "--input", "3x4", "."), "--verify proves fixes of files"),
        (("--fix", "--verify", "net:Net", "--input", "3x4", "-"), "not with standard input"),
        (("--fix", "--input", "3x4", "."), "are about the model that --verify names"),
        (("--fix", "--kwargs", "{}", "."), "are about the model that --verify names"),
        (("--fix", "--verify", "net:Net", "--input", "3x4", "--inputs", "net:inputs"), "not allowed with argument"),
    ],
)
def test_options_that_do_not_go_together(run: Run, arguments: tuple[str, ...], message: str) -> None:
    ended = run("check", *arguments)
    assert ended.status == 2 and message in ended.err and not ended.written


def test_a_package_is_imported_from_where_it_is_fixed(run: Run, write_file: WriteFile, project: Path) -> None:
    for folder in ("mine", "theirs"):
        write_file(f"{folder}/pack/__init__.py", "")
        write_file(f"{folder}/pack/deep/__init__.py", "")
        write_file(f"{folder}/pack/deep/blocks.py", _BLOCKS)
    (project / "pyproject.toml").write_text(
        "[tool.modulint]\nselect = ['MOD1']\n[tool.modulint.models.block]\nspec = 'make.py:block'\ninput = ['3x4']"
    )
    write_file("make.py", "import sys\nsys.path.append('theirs')\ndef block():\n"
               "    from pack.deep.blocks import Block\n    return Block()\n")
    ended = run("check", "--fix", "--verify", "block", "mine/pack/deep")
    assert "proven block: equal to the bit" in ended.err
    assert "self.hardswish" in Path("mine/pack/deep/blocks.py").read_text()
    assert Path("theirs/pack/deep/blocks.py").read_text() == _BLOCKS


def test_a_rewrite_is_compared_with_what_was_seen_once(
    write_file: WriteFile, project: Path, started: list[str]
) -> None:
    path = write_file("blocks.py", _BLOCKS)
    subject = Subject("blocks:Block", shapes=("3x4",))
    rewrites = Rewrites(subject, (), {str(path): _BLOCKS.encode()})
    assert rewrites.reached.classes == {(str(path), "Block")} and rewrites.reached.files == {str(path)}
    assert rewrites.reached.origin == str(path)

    def rewritten(word: str, other: str) -> Mapping[str, bytes]:
        return {str(path): _BLOCKS.replace(word, other).encode()}

    assert not rewrites.compare(rewritten("elu", "selu"), explained=False)
    assert started == ["before", "after"]
    failed = rewrites.compare(rewritten("hardswish", "hardswich")).difference
    assert failed is not None and "AttributeError" in str(failed)
    assert rewrites.compare({}) and started.count("before") == 1 and path.read_text() == _BLOCKS
