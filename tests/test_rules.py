"""The examples on each rule are true, and the corpus knows every rule."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from modulint.fixers.engine import Apply, process
from modulint.lint.engine import check
from modulint.lint.rules import LoadedRule, rules
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree

RULES = rules()
CORPUS = Path(__file__).parent.parent / "corpus" / "cases"

each_rule = pytest.mark.parametrize("loaded", RULES, ids=lambda loaded: loaded.rule.code)


def codes(path: Path, source: str, code: str) -> list[str]:
    path.write_text(source)
    report = check(str(path), source.encode(), Tree.survey([str(path)]), Settings(select=(code,)))
    assert report.failure is None
    return [finding.code for finding in report.findings]


@each_rule
def test_bad_examples_are_found(loaded: LoadedRule, tmp_path: Path) -> None:
    assert loaded.rule.bad
    for source in loaded.rule.bad:
        assert set(codes(tmp_path / "example.py", source, loaded.rule.code)) == {loaded.rule.code}


@each_rule
def test_good_examples_are_clean(loaded: LoadedRule, tmp_path: Path) -> None:
    assert loaded.rule.good
    for source in loaded.rule.good:
        assert codes(tmp_path / "example.py", source, loaded.rule.code) == []


@pytest.mark.parametrize("loaded", [loaded for loaded in RULES if loaded.rule.fix != "none"], ids=lambda loaded: loaded.rule.code)
def test_a_bad_example_is_fixed_and_clean(loaded: LoadedRule, tmp_path: Path) -> None:
    apply = Apply.SAFE if loaded.rule.fix == "safe" else Apply.UNSAFE
    clean = 0
    for source in loaded.rule.bad:
        path = tmp_path / "example.py"
        path.write_text(source)
        report = process(str(path), source.encode(), Tree.survey([str(path)]), Settings(select=(loaded.rule.code,)), apply)
        assert report.failure is None
        if report.after is not None:
            clean += not codes(path, report.after.decode(), loaded.rule.code)
    assert clean


@each_rule
def test_rule_without_a_fix_changes_nothing(loaded: LoadedRule, tmp_path: Path) -> None:
    if loaded.rule.fix == "safe":
        pytest.skip("it has a safe fix")
    for source in loaded.rule.bad:
        path = tmp_path / "example.py"
        path.write_text(source)
        report = process(
            str(path), source.encode(), Tree.survey([str(path)]), Settings(select=(loaded.rule.code,)), Apply.SAFE
        )
        assert report.after is None
        assert {finding.fix.safety for finding in report.findings} <= {"none", "unsafe"}
        assert all(finding.fix.reason for finding in report.findings)


def test_codes_and_names_are_unique() -> None:
    assert len({loaded.rule.code for loaded in RULES}) == len({loaded.rule.name for loaded in RULES}) == len(RULES)


def test_every_fixed_rule_has_a_case_that_changes_and_one_that_keeps(tmp_path: Path) -> None:
    sys.path.insert(0, str(Path(__file__).parent / "corpus"))
    try:
        from cases import cases, run
    finally:
        sys.path.pop(0)
    found: set[str] = set()
    kept: set[str] = set()
    for case in cases():
        outcome = run(tmp_path / case.name, case.before, case.settings, Apply.NONE)
        seen = {finding.code for report in outcome.reports for finding in report.findings}
        found |= seen
        kept |= case.left.keys() & seen
    known = {loaded.rule.code for loaded in RULES}
    assert found <= known
    assert {loaded.rule.code for loaded in RULES if loaded.rule.fix != "none"} <= found & kept
