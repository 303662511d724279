"""Diffs, tried with the tools that will read them."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from modulint.lint.finding import FileReport
from modulint.lint.report.diff import unified_diff, write


def diff(before: bytes, after: bytes, path: str = "a/model.py") -> str:
    return "".join(unified_diff(path, before, after))


def test_a_change() -> None:
    assert diff(b"a\nb\nc\n", b"a\nB\nc\n") == "--- a/a/model.py\n+++ b/a/model.py\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"


def test_no_newline_at_the_end() -> None:
    assert diff(b"a\nb", b"a\nc\n") == (
        "--- a/a/model.py\n+++ b/a/model.py\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n"
    )


def test_names() -> None:
    assert diff(b"a\n", b"b\n", "/home/x.py").startswith("--- a/home/x.py\n+++ b/home/x.py\n")


def test_latin_1_is_read_as_such() -> None:
    head = "# coding: latin-1\n"
    assert "-é\n+ü\n" in diff(f"{head}é\n".encode("latin-1"), f"{head}ü\n".encode("latin-1"))


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b"a\nb\nc\n", b"a\nB\nc\n", id="plain"),
        pytest.param(b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n", id="CRLF"),
        pytest.param(b"a\r\nb\nc\r\n", b"a\r\nB\nc\r\n", id="mixed line ends"),
        pytest.param(b"a\nb", b"a\nb\nc", id="no newline on either side"),
        pytest.param(b"a\nb", b"a\nb\n", id="a newline comes"),
        pytest.param(b"a\nb\n", b"a\nb", id="a newline goes"),
        pytest.param(b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfa\nB\n", id="byte order mark"),
        pytest.param("a = 'é字'\nb\n".encode(), "a = 'é字'\nB\n".encode(), id="UTF-8"),
        pytest.param(b"a\x0cb\rc\nd\n", b"a\x0cb\rc\nD\n", id="form feeds and lone carriage returns"),
        pytest.param(b"\n" * 20 + b"a\n" * 20, b"\n" * 19 + b"b\n" + b"a\n" * 19, id="two hunks"),
    ],
)
def test_git_makes_the_same_of_it(project: Path, before: bytes, after: bytes) -> None:
    (project / "model.py").write_bytes(before)
    patch = diff(before, after, "model.py").encode()
    subprocess.run(["git", "apply", "-p1", "--whitespace=nowarn", "-"], input=patch, cwd=project, check=True)
    assert (project / "model.py").read_bytes() == after


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [FileReport("x.py", before=b"a\r\n[b]\n", after=b"a\r\n[c]\n"), FileReport("clean.py")]
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    plain = io.StringIO()
    write(reports, plain)
    assert plain.getvalue() == "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n a\r\n-[b]\n+[c]\n"
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = io.StringIO()
    write(reports, coloured)
    assert "\x1b[31m-[b]\x1b[0m\n\x1b[32m+[c]\x1b[0m\n" in coloured.getvalue()
