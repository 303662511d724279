"""``modulint demo`` goes through the whole job, and keeps nothing of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from modulint.fixers.cli import demo, main


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary directories are made during the test."""
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    return directory


def test_the_whole_job(temporary: Path, project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    out, err = capfd.readouterr()
    places = [out.index(text) for text in (
        "\n1. What stands in the way? ",
        "$ modulint check example.py\n",
        "example.py:18:16: MOD201",
        "\n2. What would the fixes change?\n",
        "$ modulint check --diff example.py\n",
        "+        return self.relu2(x + self.conv2(y))",
        "\n3. Make the fixes, if ",
        "$ modulint check --fix --verify example.py:Classifier --input 2x3x64x64 example.py\n",
        "proven example.py:Classifier: equal to the bit",
        "Fixed 5 findings in 1 file.",
        "\n4. Run what came of it: ",
        "$ modulint model example.py:Classifier --input 2x3x64x64\n",
        "let blocks.0.conv1 do all the padding",
        "0 reused modules",
    )]
    assert places == sorted(places)
    assert "error" not in out and err == ""
    assert Path.cwd() == project and list(project.iterdir()) == [temporary]
    assert not list(temporary.glob("modulint*"))


def test_without_torch_it_goes_as_far_as_it_can(
    temporary: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "find_spec", lambda name: None)
    before = os.getcwd()
    assert main(["demo"]) == 2
    out, err = capsys.readouterr()
    assert "MOD201" in out and "+        self.gelu = nn.GELU()" in out and "\n3." not in out
    assert err == "error: the proof and the report need torch: pip install 'modulint[runtime]'\n"
    assert os.getcwd() == before and not list(temporary.iterdir())


def test_a_step_that_fails_ends_it(
    temporary: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "_STEPS", (("One", "modulint check gone.py"), ("Two", "modulint check example.py")))
    assert main(["demo"]) == 2
    out = capsys.readouterr().out
    assert "error: gone.py: no such file or directory" in out and "Two" not in out
