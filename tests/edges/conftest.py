"""An engine that finds words instead of guidelines, so that the edges can be tried without any rule."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import parent_process
from pathlib import Path

import pytest

from modulint.fixers.cli import jobs, main
from modulint.fixers.engine import Apply
from modulint.lint.finding import FileReport, Finding, Fix, Safety
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree

_WORDS: dict[bytes, tuple[str, Safety]] = {
    b"SAFE": ("MOD101", "safe"),
    b"UNSAFE": ("MOD108", "unsafe"),
    b"MANUAL": ("MOD401", "none"),
}


@dataclass(frozen=True)
class Outcome:
    """What a run of the command line left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


def toy_process(
    path: str, data: bytes, tree: Tree, settings: Settings, apply: Apply, wanted: object = None
) -> FileReport:
    """Report ``SAFE``, ``UNSAFE`` and ``MANUAL``; fix them by lower case. Other words make the engine fail."""
    if b"BROKEN" in data:
        return FileReport(path, failure="line 1: syntax error")
    if b"BUG" in data:
        raise KeyError("lost")
    if b"DEADLY" in data and parent_process() is not None:
        os._exit(9)
    wanted = {Apply.NONE: (), Apply.SAFE: ("safe",), Apply.UNSAFE: ("safe", "unsafe")}[apply]
    found = list(_toy_findings(path, data))
    fixed = tuple(finding for finding in found if finding.fix.safety in wanted)
    if not fixed:
        return FileReport(path, findings=tuple(found))
    after = re.sub(rb"[A-Z]+", lambda word: _lowered(word.group(), wanted), data)
    return FileReport(path, tuple(_toy_findings(path, after)), fixed, data, after)


def _lowered(word: bytes, wanted: tuple[str, ...]) -> bytes:
    return word.lower() if word in _WORDS and _WORDS[word][1] in wanted else word


def _toy_findings(path: str, data: bytes) -> list[Finding]:
    found = []
    for number, line in enumerate(data.splitlines(), 1):
        for match in re.finditer(rb"\b(SAFE|UNSAFE|MANUAL)\b", line):
            code, safety = _WORDS[match.group()]
            place = (number, match.end() + 1)
            found.append(
                Finding(path, number, match.start() + 1, code, "toy", f"{match.group().decode()} found", *place, "Toy",
                        Fix(safety, "" if safety == "safe" else "toys are like that"))
            )
    return found


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the toy in the engine's place."""
    monkeypatch.setattr(jobs, "process", toy_process)


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line with ``stdin``, and give what came of it."""

    def run_main(*arguments: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main(arguments)
        except SystemExit as error:
            status = int(error.code or 0)
        sys.stdout.flush()
        captured = capfdbinary.readouterr()
        return Outcome(status, captured.out.decode(), captured.err.decode())

    return run_main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory to work in, far from any settings."""
    monkeypatch.chdir(tmp_path)
    for variable in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path
