"""Rules come from files, and a file that holds none fails by name."""

from __future__ import annotations

from types import ModuleType

import pytest

from modulint.lint.rule import Rule
from modulint.lint.rules import InvalidRule, collect, rules


def module(code: str, name: str, file: str = "") -> ModuleType:
    made = ModuleType(f"modulint.lint.rules.{file or name.replace('-', '_')}")
    made.__file__ = f"{made.__name__.rpartition('.')[2]}.py"
    made.RULE = Rule(code, name, "summary", "why", (), (), ())  # type: ignore[attr-defined]
    made.check = lambda file: ()  # type: ignore[attr-defined]
    return made


def test_rules_are_sorted_by_code() -> None:
    loaded = collect([module("MOD202", "a-b"), module("MOD101", "c")])
    assert [entry.rule.code for entry in loaded] == ["MOD101", "MOD202"]


def test_the_packages_own_rules_load() -> None:
    codes = [entry.rule.code for entry in rules()]
    assert codes == sorted(codes)
    assert "MOD101" in codes
    assert rules() is rules()


def test_a_missing_declaration_names_the_file() -> None:
    without_rule, without_check = module("MOD101", "one"), module("MOD102", "two")
    del without_rule.RULE
    del without_check.check
    with pytest.raises(InvalidRule, match=r"^one\.py: no RULE$"):
        collect([without_rule])
    with pytest.raises(InvalidRule, match=r"^two\.py: no check function$"):
        collect([without_check])


def test_the_file_is_named_after_the_rule() -> None:
    with pytest.raises(InvalidRule, match=r"^other\.py: the rule one-two belongs into one_two\.py$"):
        collect([module("MOD101", "one-two", file="other")])


def test_codes_are_unique() -> None:
    with pytest.raises(InvalidRule, match=r"^two\.py: MOD101 is taken by one\.py$"):
        collect([module("MOD101", "one"), module("MOD101", "two")])


def test_names_are_unique() -> None:
    with pytest.raises(InvalidRule, match=r"^one\.py: one is taken by one\.py$"):
        collect([module("MOD101", "one"), module("MOD102", "one")])
