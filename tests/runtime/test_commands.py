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

from modulint.lint.settings import SettingsError
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


_SETTINGS = """
    [tool.modulint.models.small]
    spec = "nets.py:Net"
    input = ["1x32x8x8"]

    [tool.modulint.models.narrow]
    spec = "nets:Net"
    input = ["1x24x8x8"]
    kwargs = { width = 24 }

    [tool.modulint.models.clean]
    spec = "nets:Clean"
    inputs = "nets.py:image"

    [tool.modulint.models.none]
    spec = "nets:Clean"
"""
_CHECKS = ("--checks", "validator,architecture")


def named(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings above the working directory."""
    write_file("pyproject.toml", _SETTINGS)
    write_file("nets.py", _NETS)
    monkeypatch.chdir(write_file("below/notes", "").parent)


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("small",), ["MOD101"]),
        (("narrow",), ["MOD101", "MOD501", "MOD502"]),
        (("clean",), []),
        (("narrow", "--kwargs", '{"width": 32}', "--input", "2x32x8x8"), ["MOD101"]),
        (("small", "--inputs", "nets:image"), ["MOD101"]),
        (("none", "--input", "1x32x8x8"), []),
    ],
)
def test_a_model_by_its_name(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...], codes: list[str],
) -> None:
    named(write_file, monkeypatch)
    assert run(model_command, *arguments, *_CHECKS, "--output-format", "json") == bool(codes)
    assert [each["code"] for each in json.loads(capsys.readouterr().out)] == codes


def test_all_models_with_names(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    named(write_file, monkeypatch)
    assert run(model_command, *_CHECKS, "--input", "1x32x8x8") == 2
    captured = capsys.readouterr()
    heads = ("small: nets.py:Net", "narrow: nets:Net", "clean: nets:Clean", "none: nets:Clean")
    assert [line for line in captured.err.splitlines() if line in heads] == list(heads)
    assert captured.out.count("MOD101") == 1, "of small; narrow takes another shape and fails"
    assert captured.err.count("error: ") == 1 and "the forward pass failed in conv (Conv2d)" in captured.err
    assert captured.err.endswith("Nothing found.\n")
    with pytest.raises(SettingsError, match="takes one model"):
        run(model_command, "--input", "1x32x8x8", "--output-format", "json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("smal",), "no model is called 'smal' in [tool.modulint.models]; did you mean small?"),
        (("none",), "none: its inputs are missing: give --input SHAPE or --inputs SPEC"),
        ((), "none: its inputs are missing: give --input SHAPE or --inputs SPEC"),
        (("nets:Net",), "nets:Net: its inputs are missing: give --input SHAPE or --inputs SPEC"),
    ],
)
def test_names_that_cannot_be_followed(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    named(write_file, monkeypatch)
    with pytest.raises(SettingsError) as caught:
        run(model_command, *arguments)
    assert str(caught.value) == message


def test_no_model_and_no_names(project: Path) -> None:
    with pytest.raises(SettingsError, match="no SPEC is given, and no model has a name"):
        run(model_command)
    with pytest.raises(SettingsError, match="no model is called 'net' in .*; or write package.module:callable"):
        run(model_command, "net")


def test_verify_by_name(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    write_file("pyproject.toml", _SETTINGS)
    write_file("before/nets.py", _NETS)
    write_file("after/nets.py", _NETS.replace("nn.Conv2d(width, width, 3)", "nn.Conv2d(width, width, 3, bias=False)"))
    assert run(verify_command, "small", "--before", "before", "--after", "after") == 1
    assert "state_dict: keys: conv.bias only before" in capsys.readouterr().out


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
