"""The exact output of every format."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from modulint.lint.finding import FileReport, Finding, Fix
from modulint.lint.report import Format, Sources, reporter
from modulint.lint.report.summary import Counts, Mode
from modulint.lint.report.summary import write as write_summary
from modulint.lint.rules import rules

SOURCE = b"""class Block(nn.Module):
    def forward(self, x):
        x = F.relu(x)
        return torch.cat(
            [x, x],
        )
"""
RELU = Finding(
    "block.py", 3, 13, "MOD101", "functional-call", "`F.relu` is called as a function", 3, 22, "Block", Fix("safe")
)
CAT = Finding(
    "block.py", 4, 16, "MOD102", "functional-without-class", "no class", 6, 10, "Block", Fix("none", "nothing to call")
)


def written(form: Format, *findings: Finding, source: bytes = SOURCE, failed: tuple[FileReport, ...] = ()) -> str:
    out = io.StringIO()
    reports = (*failed, FileReport("block.py", findings=findings))
    reporter(form)(reports, Sources({"block.py": source, "a.py": source}), out)
    return out.getvalue()


def test_text() -> None:
    assert written("text", CAT, RELU) == (
        """\
block.py:3:13: MOD101 `F.relu` is called as a function [*]
  |
3 |         x = F.relu(x)
  |             ^^^^^^^^^ in Block

block.py:4:16: MOD102 no class
  |
4 |         return torch.cat(
  |                ^^^^^^^^^^ in Block, to line 6
  = no fix: nothing to call

"""
    )


def test_text_says_what_else_is_known() -> None:
    finding = replace(RELU, fix=Fix("unsafe", "a subclass replaces it"), evidence="confirmed", class_name="")
    assert written("text", finding).splitlines()[3:] == [
        "  |             ^^^^^^^^^",
        "  = unsafe fix: a subclass replaces it",
        "  = run time: confirmed",
        "",
    ]


def test_text_without_the_source_keeps_the_rest() -> None:
    gone, beyond = replace(CAT, path="gone.py"), replace(CAT, line=9, end_line=9)
    assert written("text", gone) == "gone.py:4:16: MOD102 no class\n  = no fix: nothing to call\n\n"
    assert written("text", beyond) == "block.py:9:16: MOD102 no class\n  = no fix: nothing to call\n\n"


@pytest.mark.parametrize(
    ("source", "column", "end", "shown", "underline"),
    [
        pytest.param("\tx = F(x)", 6, 10, "    x = F(x)", "        ^^^^", id="tabs are as wide as they are shown"),
        pytest.param("é = 'ü', F(x)", 10, 14, "é = 'ü', F(x)", "         ^^^^", id="accents take one column"),
        pytest.param("字 = F(字)", 5, 9, "字 = F(字)", "     ^^^^^", id="wide characters take two"),
        pytest.param("x = '\x1b[31m', F(x)", 14, 18, "x = '␛[31m', F(x)", f"{'':13}^^^^", id="escapes"),
        pytest.param("x = F(x)  ", 5, 9, "x = F(x)", "    ^^^^", id="white space at the end is not shown"),
        pytest.param("x = 1", 5, 5, "x = 1", "    ^", id="an empty range has a caret"),
    ],
)
def test_text_marks_the_columns_that_are_seen(source: str, column: int, end: int, shown: str, underline: str) -> None:
    finding = replace(RELU, line=1, column=column, end_line=1, end_column=end, class_name="")
    assert written("text", finding, source=source.encode()).splitlines()[2:4] == [f"1 | {shown}", f"  | {underline}"]


def test_text_cuts_lines_that_are_too_long() -> None:
    source = "a" * 1000 + " F(x) " + "b" * 1000
    finding = replace(RELU, line=1, column=1002, end_line=1, end_column=1006, class_name="")
    _, _, shown, underline, *_ = written("text", finding, source=source.encode()).splitlines()
    assert len(shown) < 180
    assert shown.startswith("1 | …a") and shown.endswith("b…")
    assert shown[underline.index("^") : underline.rindex("^") + 1] == "F(x)"


def test_text_reads_files_in_their_encoding() -> None:
    source = "# coding: latin-1\nx = 'é', F(x)\n".encode("latin-1")
    finding = replace(RELU, line=2, column=10, end_line=2, end_column=14, class_name="")
    assert "2 | x = 'é', F(x)\n  |          ^^^^\n" in written("text", finding, source=source)


def test_colours_only_where_they_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = written("text", RELU)
    assert "\x1b[" in coloured
    assert "[*]" in coloured  # not taken for markup
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in written("text", RELU)


def test_json() -> None:
    assert json.loads(written("json", CAT, replace(RELU, evidence="refuted"))) == [
        {
            "path": "block.py",
            "code": "MOD101",
            "name": "functional-call",
            "message": "`F.relu` is called as a function",
            "line": 3,
            "column": 13,
            "end_line": 3,
            "end_column": 22,
            "class": "Block",
            "fix": {"safety": "safe", "reason": ""},
            "evidence": "refuted",
        },
        {
            "path": "block.py",
            "code": "MOD102",
            "name": "functional-without-class",
            "message": "no class",
            "line": 4,
            "column": 16,
            "end_line": 6,
            "end_column": 10,
            "class": "Block",
            "fix": {"safety": "none", "reason": "nothing to call"},
        },
    ]


def test_json_of_nothing_is_a_list() -> None:
    assert json.loads(written("json")) == []


def test_findings_are_sorted_by_path_line_column_and_code() -> None:
    findings = [
        replace(RELU, path="b.py"),
        replace(RELU, line=10),
        replace(RELU, column=14),
        replace(RELU, code="MOD201"),
        RELU,
        replace(RELU, path="a.py", line=99),
    ]
    listed = json.loads(written("json", *findings))
    places = [(each["path"], each["line"], each["column"], each["code"]) for each in listed]
    assert places == [
        ("a.py", 99, 13, "MOD101"),
        ("b.py", 3, 13, "MOD101"),
        ("block.py", 3, 13, "MOD101"),
        ("block.py", 3, 13, "MOD201"),
        ("block.py", 3, 14, "MOD101"),
        ("block.py", 10, 13, "MOD101"),
    ]


def test_github() -> None:
    odd = replace(RELU, path="a,b:c%.py", message="50%\nof it: a, b")
    failed = (FileReport("x.py", failure="line 1: syntax error"),)
    assert written("github", odd, CAT, failed=failed).splitlines() == [
        "::error title=modulint,file=x.py::line 1: syntax error",
        "::error title=modulint (MOD101 functional-call),file=a%2Cb%3Ac%25.py,line=3,endLine=3,col=13,endColumn=22"
        "::MOD101 50%25%0Aof it: a, b",
        "::error title=modulint (MOD102 functional-without-class),file=block.py,line=4,endLine=6::MOD102 no class",
    ]


def test_sarif() -> None:
    failed = (FileReport("x.py", failure="line 1: syntax error"),)
    log = json.loads(written("sarif", RELU, replace(CAT, path="a b/ü.py", class_name=""), failed=failed))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "modulint"
    assert [each["id"] for each in driver["rules"]] == [entry.rule.code for entry in rules()]
    assert all(each["shortDescription"]["text"] and each["fullDescription"]["text"] for each in driver["rules"])
    second, first = run["results"]
    assert driver["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "MOD101"
    assert first["message"] == {"text": "`F.relu` is called as a function"}
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "block.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 13, "endLine": 3, "endColumn": 22},
            },
            "logicalLocations": [{"fullyQualifiedName": "Block", "kind": "type"}],
        }
    ]
    assert first["properties"] == {"fix": {"safety": "safe", "reason": ""}}
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%C3%BC.py"
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"] == {"text": "line 1: syntax error"}


def test_sarif_names_absolute_paths_as_such() -> None:
    log = json.loads(written("sarif", replace(RELU, path="/a b/x.py")))
    (run,) = log["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "file:///a%20b/x.py"}
    assert run["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("text", "bad\udcff␊name.py:3:13:"),
        ("json", "bad\\udcff\\nname.py"),
        ("github", "file=bad\udcff%0Aname.py,"),
        ("sarif", "bad%FF%0Aname.py"),
    ],
)
def test_odd_paths_stay_in_their_place(form: Format, shown: str) -> None:
    assert shown in written(form, replace(RELU, path="bad\udcff\nname.py"))


def summary(mode: Mode, *reports: FileReport, unsafe_fixes: bool = False) -> list[str]:
    out = io.StringIO()
    write_summary(reports, mode, unsafe_fixes, out)
    return out.getvalue().splitlines()


UNSAFE = replace(RELU, fix=Fix("unsafe", "why"))
CLEAN = FileReport("clean.py")
FIXED = FileReport("a.py", findings=(CAT, UNSAFE), fixed=(RELU, RELU), before=b"1", after=b"2")
FAILED = FileReport("x.py", failure="line 1: syntax error")


@pytest.mark.parametrize(
    ("mode", "reports", "expected", "status"),
    [
        ("check", (CLEAN,), ["Nothing found in 1 file."], 0),
        ("check", (), [], 0),
        (
            "check",
            (CLEAN, FileReport("a.py", (RELU, UNSAFE, CAT)), FileReport("b.py", (RELU,))),
            [
                "Found 4 findings in 2 files.",
                "[*] 2 safe fixes: --fix makes them, --diff shows them.",
                "1 unsafe fix: --fix --unsafe-fixes makes them as well.",
            ],
            1,
        ),
        (
            "check",
            (FAILED, CLEAN),
            ["error: x.py: line 1: syntax error", "Nothing found in 1 file.", "1 file failed."],
            2,
        ),
        (
            "fix",
            (FIXED, CLEAN),
            [
                "fixed 2 in a.py",
                "Fixed 2 findings in 1 file.",
                "Not fixed: 2 findings in 1 file.",
                "1 unsafe fix held back: --unsafe-fixes makes them as well.",
            ],
            1,
        ),
        ("fix", (replace(FIXED, findings=()),), ["fixed 2 in a.py", "Fixed 2 findings in 1 file."], 0),
        ("diff", (replace(FIXED, findings=()),), ["Would fix 2 findings in 1 file."], 1),
        ("diff", (CLEAN,), ["Nothing found in 1 file."], 0),
        ("diff", (FileReport("a.py", (CAT,)),), ["Not fixed: 1 finding in 1 file. Without --diff they are listed."], 1),
        ("fix", (FAILED,), ["error: x.py: line 1: syntax error", "1 file failed."], 2),
    ],
)
def test_summary_and_status(mode: Mode, reports: tuple[FileReport, ...], expected: list[str], status: int) -> None:
    assert summary(mode, *reports) == expected
    assert Counts.of(reports).status(mode) == status


def test_unsafe_fixes_that_were_asked_for_are_not_held_back() -> None:
    assert not any("unsafe" in line for line in summary("fix", FileReport("a.py", (UNSAFE,)), unsafe_fixes=True))
