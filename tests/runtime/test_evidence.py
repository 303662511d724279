"""Evidence from the pass that sees a model run to the findings that it judges."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from modulint.fixers.cli import main
from modulint.lint.evidence import load
from modulint.runtime import model_command
from modulint.runtime.loading import Inputs
from modulint.runtime.record import record

WriteFile = Callable[[str, str], Path]

exact = pytest.mark.skipif(sys.version_info < (3, 11), reason="columns need Python 3.11")

NETS = """\
import torch
import torch.nn.functional as F
from torch import nn


class Table:
    def softmax(self, dim):
        return 3


class Block(nn.Module):
    def __init__(self, first, depth, again):
        super().__init__()
        self.first, self.depth, self.again = first, depth, again
        self.relu = nn.ReLU()
        self.tanh = nn.Tanh()
        self.seq = nn.Sequential(nn.Linear(4, 4), nn.ReLU())

    def add(self, x, y):
        return x + y

    def forward(self, x):
        if self.first:
            x = self.relu(x)
        if not self.first:
            x = self.relu(x * 2)
        for _ in range(self.depth):
            x = self.tanh(x)
        if self.again:
            x = self.tanh(x)
        size = self.add(x.shape[0], 1)
        x = self.add(x, size) / (size - 1)
        x = x[:]  # neither a call nor an operator
        return self.seq(x)


class Net(nn.Module):
    def __init__(self, first=True, depth=1, again=False):
        super().__init__()
        self.blocks = nn.ModuleList(Block(first, depth, again) for _ in range(2))
        self.norm = nn.BatchNorm1d(4)
        self.register_buffer("steps", torch.zeros(()))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        x = F.gelu(x) if self.training else x
        x = (x
             .softmax(
                 -1)
             .sigmoid())
        y = Table().softmax(dim=1)
        try:
            x = F.silu(x.view(3, 7))
        except RuntimeError:
            self.steps += 1
        return self.norm(x), y
"""


def observe(name: str, file: str, *more: str, kwargs: str = "{}", shape: str = "2x4") -> int:
    """Run ``modulint model`` for the evidence alone."""
    parser = argparse.ArgumentParser()
    model_command.add_arguments(parser)
    command = [f"nets.py:{name}", "--kwargs", kwargs, "--input", shape, "--evidence", file]
    return model_command.run(parser.parse_args([*command, "--checks", "architecture", "--select", "MOD999", *more]))


def verdicts(capsys: pytest.CaptureFixture[str], *evidence: str, path: str = "nets.py") -> dict[tuple[str, str], Any]:
    """The verdict on each finding, by its code and the last line of what it marks."""
    capsys.readouterr()
    options = [option for file in evidence for option in ("--evidence", file)]
    main(["check", "--isolated", "--select", "MOD1,MOD2", "--output-format", "json", *options, path])
    lines = Path(path).read_text().splitlines()
    found = {}
    for each in json.loads(capsys.readouterr().out):
        start = each["column"] - 1 if each["line"] == each["end_line"] else 0
        source = lines[each["end_line"] - 1][start : each["end_column"] - 1]
        found[each["code"], source.strip()] = each.get("evidence")
    return found


@pytest.fixture
def nets(write_file: WriteFile) -> Path:
    return write_file("nets.py", NETS)


@exact
def test_operations(nets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert observe("Net", "evidence.json") == 0
    said = "Evidence: eval and train mode, 1 source file, written to evidence.json\n"
    assert capsys.readouterr().err.startswith(said)
    seen = verdicts(capsys, "evidence.json")
    assert {source: verdict for (code, source), verdict in seen.items() if code.startswith("MOD1")} == {
        "F.gelu(x)": "confirmed",  # in train mode alone
        "-1)": "confirmed",  # starts where its name stands, for the interpreter
        ".sigmoid())".removesuffix(")"): "confirmed",
        "Table().softmax(dim=1)": "refuted",
        "F.silu(x.view(3, 7))": "not reached",  # what it is given raises
        "x * 2": "not reached",
        "self.add(x, size) / (size - 1)": "confirmed",
        "self.steps += 1": "confirmed",
    }


@exact
def test_modules(nets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again, loop, relu = ("MOD201", "self.tanh(x)"), ("MOD202", "self.tanh(x)"), ("MOD201", "self.relu(x * 2)")
    observe("Net", "once.json")
    seen = verdicts(capsys, "once.json")
    assert (seen[loop], seen[again], seen[relu]) == ("refuted", "not reached", "not reached")
    observe("Net", "other.json", kwargs='{"first": false}')
    assert verdicts(capsys, "once.json", "other.json")[relu] == "refuted"
    observe("Net", "twice.json", kwargs='{"depth": 2}')
    assert verdicts(capsys, "once.json", "twice.json")[loop] == "confirmed"
    observe("Net", "again.json", kwargs='{"again": true}')
    seen = verdicts(capsys, "again.json")
    assert (seen[loop], seen[again]) == ("refuted", "confirmed")


@exact
def test_operands(nets: Path) -> None:
    """What is now a tensor and now a number is told from what always is one or the other."""
    observe("Net", "evidence.json")
    seen = load(["evidence.json"]).about(nets.read_bytes())
    assert seen is not None

    def value(snippet: str) -> str:
        line = next(number for number, text in enumerate(NETS.splitlines(), 1) if snippet in text)
        column = NETS.splitlines()[line - 1].index(snippet) + 1
        return seen.value((line, column, line, column + len(snippet)))

    assert value("x + y") == "unknown"
    assert value("self.add(x, size) / (size - 1)") == "tensor"
    assert value("size - 1") == "not tensor"
    assert value("x * 2") == "unknown"  # never ran
    assert value("self.steps += 1") == "tensor"


@exact
def test_what_runs_inside_of_torch_is_not_of_the_place_that_calls_it(nets: Path) -> None:
    observe("Net", "evidence.json")
    seen = load(["evidence.json"]).about(nets.read_bytes())
    assert seen is not None
    assert all(place.ran for place in seen.places.values())
    line = next(number for number, text in enumerate(NETS.splitlines(), 1) if "return self.seq(x)" in text)
    place = seen.places[line, 16, line, 27]
    assert place.operations == ()
    assert [(each.class_name, each.names) for each in place.modules] == [
        ("torch.nn.modules.container.Sequential", ("blocks.0.seq", "blocks.1.seq"))
    ]


@exact
def test_a_copy_is_known_by_its_bytes(nets: Path, write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    observe("Net", "evidence.json")
    write_file("copy/nets.py", NETS)
    assert verdicts(capsys, "evidence.json", path="copy/nets.py") == verdicts(capsys, "evidence.json")
    nets.write_text(NETS.replace("F.gelu", "F.elu"))
    assert set(verdicts(capsys, "evidence.json").values()) == {None}
    main(["check", "--isolated", "--evidence", "evidence.json"])
    assert capsys.readouterr().err.startswith("warning: nets.py: the evidence is about another version")


def test_a_model_without_a_train_mode(nets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Batch norms want more than one value for each channel to train."""
    assert observe("Net", "evidence.json", shape="1x4") == 0
    err = capsys.readouterr().err
    assert err.startswith("warning: the evidence has no pass in train mode: ") and "more than 1 value" in err
    assert "Evidence: eval mode, 1 source file" in err
    assert [run["mode"] for run in json.loads(Path("evidence.json").read_text())["runs"]] == ["eval"]


def test_without_columns(nets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As on Python 3.10: lines alone confirm some, and refute nothing."""
    code = "import sys; from modulint.fixers.cli import main; sys.exit(main())"
    command = ["model", "nets:Net", "--input", "2x4", "--checks", "architecture", "--evidence", "evidence.json"]
    subprocess.run([sys.executable, "-X", "no_debug_ranges", "-c", code, *command], check=False)
    seen = verdicts(capsys, "evidence.json")
    assert "refuted" not in seen.values()
    assert seen["MOD101", "F.gelu(x)"] == "confirmed"
    assert seen["MOD101", "Table().softmax(dim=1)"] is None
    assert seen["MOD201", "self.relu(x * 2)"] == "not reached"


def test_a_file_that_cannot_be_written(nets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert observe("Net", "gone/evidence.json") == 2
    assert "error: gone/evidence.json: not written: No such file or directory" in capsys.readouterr().err


class Counting(nn.Module):
    """Takes a value, so that it runs on real tensors; changes buffers in train mode."""

    modes: ClassVar[list[bool]] = []  # of the class: it is a copy that runs

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(4)

    def forward(self, x: Tensor) -> Tensor:
        self.modes.append(self.training)
        return F.dropout(self.norm(x), x.sum().item() * 0, self.training)


def test_a_recorded_pass_in_train_mode_leaves_no_trace() -> None:
    model = Counting().eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    inputs = Inputs((torch.randn(3, 4),))
    random_state = torch.get_rng_state()
    seen = record(model, inputs, mode="train")
    assert seen.tensors == "real" and model.modes[-1] and not model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert torch.equal(random_state, torch.get_rng_state())
    assert seen.ran == {}


class Own(Tensor):
    """Runs code of the user's for each operation, where no mode sees what that does."""

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        F.gelu(torch.ones(1))
        return super().__torch_function__(function, types, args, kwargs or {})


class Subclassing(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.as_subclass(Own) + 1


def test_what_no_mode_sees_is_not_said_to_have_run() -> None:
    seen = record(Subclassing(), Inputs((torch.randn(3),)), "real", counting=True)
    assert sorted((position.function.split(".")[-1], times) for position, times in seen.ran.items()) == [
        ("forward", 1),
        ("forward", 1),
    ]
