"""``modulint model`` and ``modulint verify`` as a user runs them: output and exit status."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from modulint.runtime import model_command, verify_command

WriteFile = Callable[[str, str], Path]

_NETS = """
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self, width=32):
            super().__init__()
            self.conv = nn.Conv2d(width, width, 3)

        def forward(self, x):
            return F.relu(self.conv(x))

    class Clean(Net):
        def forward(self, x):
            return self.conv(x)

    class Huge(nn.Module):
        # a terabyte of weights, some of them shared, and a constructor that looks at values
        def __init__(self):
            super().__init__()
            width = 1 << 14
            self.count = int(torch.linspace(0, 1024, 2)[1].item())
            self.layers = nn.Sequential(*(nn.Linear(width, width) for _ in range(self.count)))
            self.layers[1].weight = self.layers[0].weight
            self.norm = nn.BatchNorm1d(width)

        def forward(self, x):
            return self.norm(self.layers(x))

    class Talking(Net):
        def forward(self, x):
            print("hello")
            self.last = self.conv(x)
            return self.last

    def leaves():
        raise SystemExit("gone")

    def image():
        return torch.randn(1, 32, 8, 8)
"""


def run(command: ModuleType, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    status: int = command.run(parser.parse_args(arguments))
    return status


def test_model_with_findings(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    write_file("nets.py", _NETS)
    status = run(model_command, "nets.py:Net", "--input", "1x32x8x8", "--checks", "validator,architecture")
    captured = capsys.readouterr()
    assert status == 1
    column = 16 if sys.version_info >= (3, 11) else 9
    assert captured.out.startswith(f"nets.py:12:{column}: MOD101 F.relu runs outside of a module of its own, in")
    assert "return F.relu(self.conv(x))" in captured.out
    assert "Validator: not valid: 0 reused modules, 1 operations" in captured.err
    assert captured.err.startswith("Inputs: 1x32x8x8") and captured.err.endswith("Found 1 findings.\n")


def test_clean_model(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    write_file("nets.py", _NETS)
    assert run(model_command, "nets:Clean", "--inputs", "nets:image") == 0
    captured = capsys.readouterr()
    assert captured.out == "" and "Nothing found." in captured.err
    assert "[x] torch.fx.symbolic_trace: passed" in captured.err


def test_json_and_selection(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    write_file("nets.py", _NETS)
    common = ("nets:Net", "--kwargs", '{"width": 24}', "--input", "1x24x8x8", "--checks", "validator,architecture")
    assert run(model_command, *common, "--output-format", "json") == 1
    assert [each["code"] for each in json.loads(capsys.readouterr().out)] == ["MOD101", "MOD501", "MOD502"]
    assert run(model_command, *common, "--output-format", "json", "--select", "MOD5", "--ignore", "MOD502") == 1
    assert [each["code"] for each in json.loads(capsys.readouterr().out)] == ["MOD501"]
    assert run(model_command, *common, "--ignore", "ALL") == 0


def test_what_the_model_prints_is_not_between_the_findings(
    write_file: WriteFile, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file("nets.py", _NETS)
    run(model_command, "nets:Talking", "--input", "1x32x8x8", "--checks", "validator", "--output-format", "json")
    captured = capsys.readouterr()
    assert json.loads(captured.out) == [] and captured.err.startswith("hello\n")
    assert "Note: the forward pass changes the model itself: sets last\n" in captured.err


def test_model_too_large_for_any_machine(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    write_file("nets.py", _NETS)
    assert run(model_command, "nets:Huge", "--input", "2x16384", "--weightless") == 0
    assert "torch.fx.symbolic_trace: skipped" in capsys.readouterr().err


def test_result_dir(write_file: WriteFile, project: Path) -> None:
    write_file("nets.py", _NETS)
    run(model_command, "nets:Net", "--input", "1x32x8x8", "--checks", "architecture", "--result-dir", "out")
    assert sorted(path.name for path in (project / "out").iterdir()) == [
        "arch_checker_report.html",
        "arch_checker_report.json",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nets:Nett", "--input", "1x32x8x8"), "did you mean Net?"),
        (("nets:Net", "--input", "1x32x8y8"), "write sizes"),
        (("nets:leaves", "--input", "1"), "nets:leaves raised: SystemExit: gone"),
        (("nets:Net", "--inputs", "nets:leaves"), "nets:leaves raised: SystemExit: gone"),
        (("nets:Net", "--input", "1x31x8x8"), "the forward pass failed in conv (Conv2d)"),
        (("nets:Net", "--kwargs", "[]", "--input", "1"), "--kwargs must be a JSON object"),
    ],
)
def test_failures(
    write_file: WriteFile, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    write_file("nets.py", _NETS)
    assert run(model_command, *arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("error: ") and message in captured.err


def test_frames_are_lines(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    write_file("nets.py", _NETS)
    run(model_command, "nets:Net", "--input", "1x31x8x8")
    assert "    return F.relu(self.conv(x))\n" in capsys.readouterr().err


def test_verify(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    write_file("before/nets.py", _NETS)
    write_file("after/nets.py", _NETS.replace("F.relu(self.conv(x))", "F.relu(self.conv(x * 2))"))
    common = ("nets:Net", "--input", "2x32x8x8", "--before", "before", "--after")
    assert run(verify_command, *common, "after") == 1
    out = capsys.readouterr().out
    assert out.startswith("differs in output of layer conv in eval mode, input 1: output: ")
    assert "elements differ, by up to" in out and "\n  same: initial weights" in out
    assert run(verify_command, *common, "gone") == 2
    assert "gone: no such directory" in capsys.readouterr().err


def test_help_does_without_torch() -> None:
    modules = "modulint.runtime.model_command, modulint.runtime.verify_command"
    code = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
