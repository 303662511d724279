"""Every case of the corpus, in all the ways in which a fix can go wrong."""

from __future__ import annotations

import ast
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import cases as corpus
import pytest
from cases import Case, Files, run
from pyflakes.checker import Checker

from modulint.fixers.engine import Apply
from modulint.lint.engine import check
from modulint.lint.tree import Tree

try:
    import same_bits  # here, so that the seconds which torch takes are no test's
except ImportError:
    same_bits = None  # type: ignore[assignment]

CASES = corpus.cases()
MARK = b"\xef\xbb\xbf"
LONGEST = 60  # seconds, on a machine that has other work as well: a loop without an end fails its test, and no other

each_case = pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])


@pytest.fixture(autouse=True)
def ends() -> Iterator[None]:
    """A test that runs for too long fails."""

    def late(number: int, frame: object) -> None:
        raise TimeoutError(f"still running after {LONGEST} seconds")

    previous = signal.signal(signal.SIGALRM, late)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, previous)


def fix(root: Path, case: Case, files: Files | None = None) -> corpus.Outcome:
    return run(root, case.before if files is None else files, case.settings, case.apply)


@each_case
def test_result_to_the_byte(case: Case, tmp_path: Path) -> None:
    assert fix(tmp_path, case).files == case.after


@each_case
def test_what_is_left_and_why(case: Case, tmp_path: Path) -> None:
    left = [finding for report in fix(tmp_path, case).reports for finding in report.findings]
    assert {finding.code for finding in left} == case.left.keys()
    for finding in left:
        assert case.left[finding.code] in finding.fix.reason
        assert finding.fix.safety != "safe"


@each_case
def test_what_was_fixed_is_counted(case: Case, tmp_path: Path) -> None:
    assert any(report.fixed for report in fix(tmp_path, case).reports) == case.changes


@each_case
def test_second_run_changes_nothing(case: Case, tmp_path: Path) -> None:
    outcome = fix(tmp_path, case, case.after)
    assert outcome.files == case.after
    assert not any(report.fixed for report in outcome.reports)


@each_case
def test_result_parses(case: Case, tmp_path: Path) -> None:
    for data in fix(tmp_path, case).files.values():
        ast.parse(data)


@each_case
def test_no_new_pyflakes_message(case: Case, tmp_path: Path) -> None:
    after = fix(tmp_path, case).files
    for path, data in case.before.items():
        assert pyflakes(after[path]) <= pyflakes(data)


def pyflakes(data: bytes) -> set[str]:
    lines = data.splitlines()
    messages = [message for message in Checker(ast.parse(data)).messages if b"noqa" not in lines[message.lineno - 1]]
    return {message.message % message.message_args for message in messages}


@each_case
def test_noqa_hides_every_finding(case: Case, tmp_path: Path) -> None:
    found = run(tmp_path, case.before, case.settings, Apply.NONE)
    hidden = {
        path: with_noqa(case.before[path], {finding.line for finding in report.findings})
        for path, report in zip(case.before, found.reports, strict=True)
    }
    outcome = fix(tmp_path, case, hidden)
    assert outcome.files == hidden
    assert not any(report.findings or report.fixed for report in outcome.reports)


def with_noqa(data: bytes, lines: set[int]) -> bytes:
    # Not `splitlines`: a form feed ends no line of Python.
    parts = data.split(b"\n")
    for line in lines:
        text = parts[line - 1]
        end = b"\r" if text.endswith(b"\r") else b""
        parts[line - 1] = re.sub(rb"\s*# noqa.*", b"", text.removesuffix(b"\r")) + b"  # noqa" + end
    return b"\n".join(parts)


def with_crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@each_case
def test_line_ends_stay(case: Case, tmp_path: Path) -> None:
    before = {path: with_crlf(data) for path, data in case.before.items()}
    assert fix(tmp_path, case, before).files == {path: with_crlf(data) for path, data in case.after.items()}


@each_case
def test_byte_order_mark_stays(case: Case, tmp_path: Path) -> None:
    if not all(is_utf_8(data) for data in case.before.values()):
        pytest.skip("the mark says UTF-8, and the file is in another encoding")
    before = {path: MARK + data for path, data in case.before.items()}
    assert fix(tmp_path, case, before).files == {path: MARK + data for path, data in case.after.items()}


def is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@each_case
def test_linting_finds_what_fixing_finds(case: Case, tmp_path: Path) -> None:
    outcome = run(tmp_path, case.before, case.settings, Apply.NONE)
    tree = Tree.survey([str(tmp_path / path) for path in case.before])
    for (path, data), report in zip(case.before.items(), outcome.reports, strict=True):
        linted = check(str(tmp_path / path), data, tree, case.settings)
        assert linted.failure is None
        assert [(f.sort_key, f.message) for f in linted.findings] == [(f.sort_key, f.message) for f in report.findings]


@each_case
def test_docstring_says_why(case: Case) -> None:
    for files in (case.before, case.after):
        for data in files.values():
            docstring = ast.get_docstring(ast.parse(data))
            assert docstring and "\n" not in docstring


def test_names_tell_what_is_kept() -> None:
    wrong = [case.name for case in CASES if case.changes == ("_keeps_" in case.name)]
    assert wrong == []


@each_case
def test_same_model(case: Case, tmp_path: Path) -> None:
    if same_bits is None:
        pytest.skip("torch is not installed")
    before, after = tmp_path / "before", tmp_path / "after"
    run(before, case.before, case.settings, Apply.NONE)
    run(after, case.before, case.settings, case.apply)
    with same_bits.built_from(before) as build:
        if build is None:
            pytest.skip("nothing to run")
        first, first_children = same_bits.observed(build, case.modes), same_bits.children(build)
        compiled = same_bits.compiles(build)
    with same_bits.built_from(after) as build:
        assert build is not None
        second, second_children = same_bits.observed(build, case.modes), same_bits.children(build)
        assert not compiled or same_bits.compiles(build), "TorchScript took the model as it was"
    assert [name for name in first if not same_bits.same(first[name], second[name])] == []
    for name, names in first_children.items():
        if name in second_children and names:
            assert [child for child in second_children[name] if child in names] == names
            assert second_children[name][-1] == names[-1] or not case.last_child
