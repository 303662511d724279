"""The plugin inside a real flake8."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from argparse import Namespace
from importlib import metadata
from pathlib import Path

import pytest

from modulint.lint import flake8_plugin, settings
from modulint.lint.finding import FileReport
from modulint.lint.flake8_plugin import Plugin
from modulint.lint.rule import Rule
from modulint.lint.rules import LoadedRule
from modulint.lint.settings import Settings

MODEL = """import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def forward(self, x):
        x = x + x
        return F.relu(x)
"""
INSTALLED = any(entry.name == "MOD" for entry in metadata.entry_points(group="flake8.extension"))
LOCAL = "" if INSTALLED else "[flake8:local-plugins]\nextension =\n    MOD = modulint.lint.flake8_plugin:Plugin\n"


def flake8(project: Path, *arguments: str, stdin: str = "", config: str = "") -> tuple[int, list[str], str]:
    (project / ".flake8").write_text(f"[flake8]\n{config}\n{LOCAL}")
    command = (sys.executable, "-m", "flake8", *arguments)
    ended = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=project)
    assert ended.stderr == ""
    return ended.returncode, ended.stdout.splitlines(), ended.stdout


def codes(lines: list[str]) -> list[str]:
    return [line.split()[1] for line in lines if " MOD" in line]


@pytest.fixture
def model(project: Path) -> Path:
    (project / "model.py").write_text(MODEL)
    return project


def test_findings_have_flake8s_places(model: Path) -> None:
    status, lines, _ = flake8(model, "--select", "MOD101")
    assert status == 1
    (line,) = lines
    assert line.startswith("./model.py:8:16: MOD101 ")


def test_columns_count_characters(project: Path) -> None:
    (project / "model.py").write_text(MODEL.replace("return F", "s, y = 'é字', F"), "utf-8")
    assert flake8(project, "--select", "MOD101")[1][0].startswith("./model.py:8:22: MOD101 ")


def test_a_declared_encoding_is_honoured(project: Path) -> None:
    text = "# coding: latin-1\n" + MODEL.replace("return F", "s, y = 'é', F")
    (project / "model.py").write_bytes(text.encode("latin-1"))
    assert flake8(project, "--select", "MOD101")[1][0].startswith("./model.py:9:21: MOD101 ")


def test_rules_that_are_off_by_default_stay_off(model: Path) -> None:
    assert "MOD103" not in codes(flake8(model)[1])
    assert "MOD103" not in codes(flake8(model, "--select", "MOD")[1])


def test_noqa_is_flake8s(model: Path) -> None:
    (model / "model.py").write_text(MODEL.replace("relu(x)", "relu(x)  # noqa: MOD101"))
    assert codes(flake8(model)[1]) == []


def test_standard_input(model: Path) -> None:
    assert flake8(model, "--select", "MOD101", "-", stdin=MODEL)[1][0].startswith("stdin:8:16: MOD101 ")
    named = flake8(model, "--select", "MOD101", "--stdin-display-name", "model.py", "-", stdin=MODEL)[1]
    assert named[0].startswith("model.py:8:16: MOD101 ")


def test_settings_are_shared_and_options_win(model: Path) -> None:
    (model / "pyproject.toml").write_text("[tool.modulint]\nignore = ['MOD1']\n")
    assert codes(flake8(model)[1]) == []
    assert codes(flake8(model, "--modulint-select", "MOD101")[1]) == ["MOD101"]
    assert codes(flake8(model, "--modulint-extend-select=MOD101,MOD102")[1]) == ["MOD101"]
    assert codes(flake8(model, config="modulint-select = MOD101")[1]) == ["MOD101"]
    assert codes(flake8(model, "--modulint-select=MOD1", "--modulint-ignore=MOD10")[1]) == []


def test_settings_that_cannot_be_followed_stop_the_run(model: Path) -> None:
    status, _, out = flake8(model, "--modulint-select", "MOD999")
    assert status == 1
    assert "modulint: --modulint-select: no rule has the code 'MOD999'" in out


def test_a_crash_is_that_files_error_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(path: str, *_: object) -> FileReport:
        if path == "bad.py":
            raise KeyError("lost")
        return FileReport(path)

    monkeypatch.setattr(flake8_plugin, "check", crash)
    bad, good = (list(Plugin(ast.parse(""), name, []).run()) for name in ("bad.py", "good.py"))
    assert bad == [(1, 0, "MOD000 internal error: KeyError: 'lost'", Plugin)]
    assert good == []


def test_a_failure_is_an_error_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flake8_plugin, "check", lambda path, *_: FileReport(path, failure="nested too deeply"))
    assert [error[2] for error in Plugin(ast.parse(""), "a.py", []).run()] == ["MOD000 nested too deeply"]


def test_the_bytes_are_those_that_decode_to_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def remember(path: str, data: bytes, *_: object) -> FileReport:
        seen.append(data)
        return FileReport(path)

    monkeypatch.setattr(flake8_plugin, "check", remember)
    for first in ("a\n", "# coding: latin-1\n", "# coding: no-such\n", "# coding: ascii\n"):
        list(Plugin(ast.parse(""), "a.py", [first, "é"]).run())
    assert [data.splitlines()[1] for data in seen] == [b"\xc3\xa9", b"\xe9", b"\xc3\xa9", b"\xc3\xa9"]


def test_a_rule_that_is_off_is_turned_on_by_its_code_in_flake8s_selection(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule("MOD103", "toy", "summary", "why", (), (), (), default=False)
    for module in (flake8_plugin, settings):
        monkeypatch.setattr(module, "rules", lambda: (LoadedRule(rule, lambda file: (), "toy.py"),))
    monkeypatch.setattr(Plugin, "settings", Settings())

    def runs(**selection: list[str]) -> bool:
        given = dict.fromkeys(
            ("select", "extend_select", "modulint_select", "modulint_ignore", "modulint_extend_select")
        )
        Plugin.parse_options(None, Namespace(**(given | selection)), [])  # type: ignore[arg-type]
        return Plugin.settings.enabled("MOD103")

    assert not runs()
    assert not runs(select=["MOD"])
    assert runs(select=["MOD103"])
    assert runs(extend_select=["MOD103"])
    assert runs(modulint_extend_select=["MOD1"])


def test_torch_and_libcst_are_not_imported(model: Path) -> None:
    script = (
        "import sys, ast; from modulint.lint.flake8_plugin import Plugin; text = open('model.py').read()\n"
        "list(Plugin(ast.parse(text), 'model.py', text.splitlines(True)).run())\n"
        "print(sorted({'torch', 'libcst', 'rich', 'pathspec'} & set(sys.modules)))\n"
    )
    ended = subprocess.run((sys.executable, "-c", script), capture_output=True, text=True, check=True, cwd=model)
    assert ended.stdout == "[]\n"


def test_what_recorded_passes_refute_is_left_out(model: Path) -> None:
    checksum = hashlib.sha256(MODEL.encode()).hexdigest()
    place = {"at": [8, 16, 8, 25], "ran": 1, "operator": False}
    recorded = {"path": "elsewhere.py", "sha256": checksum, "places": [place]}
    evidence = {"format": "modulint evidence", "version": 1, "files": [recorded]}
    (model / "evidence.json").write_text(json.dumps(evidence))
    (model / "pyproject.toml").write_text('[tool.modulint]\nevidence = ["evidence.json"]\n')
    assert flake8(model, "--select", "MOD101")[:2] == (0, [])
    (model / "evidence.json").write_text("{}")
    (model / ".flake8").write_text(f"[flake8]\n{LOCAL}")
    ended = subprocess.run((sys.executable, "-m", "flake8"), capture_output=True, text=True, cwd=model)
    assert ended.returncode == 1 and "modulint: " in ended.stdout and "evidence.json: no evidence" in ended.stdout
