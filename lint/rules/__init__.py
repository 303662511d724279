"""The rules. Every module of this package is one rule; a file that is added here is a rule that runs.

Modules whose name starts with an underscore are helpers and hold no rule.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from modulint.lint.rule import Rule


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """A rule, the function that looks for it, and the file that both stand in."""

    rule: Rule
    check: Callable[..., Iterable[Any]]
    path: str


class InvalidRule(Exception):
    """A file of this package declares no rule, or one that clashes with another. The text names the file."""


@cache
def rules() -> tuple[LoadedRule, ...]:
    """All rules, in the order of their codes.

    Raises:
        InvalidRule: see there; a defect of the package, never of the user's input.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return collect(importlib.import_module(f"{__name__}.{name}") for name in names)


def collect(modules: Iterable[ModuleType]) -> tuple[LoadedRule, ...]:
    """The rules that ``modules`` declare, in the order of their codes.

    Raises:
        InvalidRule: see :func:`rules`.
    """
    loaded = [load(module) for module in modules]
    seen: dict[str, str] = {}
    for entry in loaded:
        for label in (entry.rule.code, entry.rule.name):
            if label in seen:
                raise InvalidRule(f"{entry.path}: {label} is taken by {seen[label]}")
            seen[label] = entry.path
    return tuple(sorted(loaded, key=lambda entry: entry.rule.code))


def load(module: ModuleType) -> LoadedRule:
    """The rule that ``module`` declares.

    Raises:
        InvalidRule: ``RULE`` or ``check`` is missing, or the file is not named after the rule.
    """
    path = module.__file__ or module.__name__
    rule = getattr(module, "RULE", None)
    check = getattr(module, "check", None)
    if not isinstance(rule, Rule):
        raise InvalidRule(f"{path}: no RULE")
    if not callable(check):
        raise InvalidRule(f"{path}: no check function")
    expected = rule.name.replace("-", "_")
    if module.__name__.rpartition(".")[2] != expected:
        raise InvalidRule(f"{path}: the rule {rule.name} belongs into {expected}.py")
    return LoadedRule(rule, check, path)
