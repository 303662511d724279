"""What a fixer says about one finding: whether it can be fixed, why not, and which edits would do it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from modulint.fixers.edits import Edit
from modulint.fixers.helper_modules import HelperModule
from modulint.fixers.op_modules import OpModule
from modulint.lint.classes import ClassFacts
from modulint.lint.finding import Fix

NAME = "\0"
"""Stands in an edit's text for the name that the engine chooses for the definition."""

CLASS = "\1"
"""Stands in a definition's expression, or in an edit's text, for the class of its op module, as the file spells it."""

Import: TypeAlias = str
"""An import that the edits need, as a statement: ``import copy``."""


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Place a definition in ``__init__`` near the modules that run just before and just after it.

    ``before`` and ``after`` are attributes of ``self`` that hold these modules, "" where there is none. ``needs`` are
    attributes that the definition reads, ``users`` the methods of the forward path: an ``__init__`` that calls one of
    them does so with the definition in place.
    """

    before: str = ""
    after: str = ""
    needs: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """Place a definition right behind each of these statements, in their block."""

    statements: tuple[ast.stmt, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """``self.NAME = expression`` in the ``__init__`` of ``facts``.

    ``stem`` is what the name starts from, ``exact`` forbids any other. ``expressions`` holds one expression, or one for
    each statement of a :class:`Behind`. Proposals with the same ``key`` share one definition. ``op`` is the op module,
    or the module of a function, whose class the expressions construct, if it is one.
    """

    facts: ClassFacts
    stem: str
    expressions: tuple[str, ...]
    place: Beside | Behind
    exact: bool = False
    key: tuple[object, ...] | None = None
    op: OpModule | HelperModule | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """How ``__init__`` makes a module: the expression, the attributes of ``self`` it reads, the imports it takes, and the
    op module or module of a function that it is, if it is one. ``early`` says the same with arguments of ``__init__`` in
    place of the attributes that keep them, and is "" where there are others."""

    expression: str
    needs: frozenset[str] = frozenset()
    imports: tuple[Import, ...] = ()
    op: OpModule | HelperModule | None = None
    early: str = ""


EditsFor: TypeAlias = Callable[[str], Sequence[Edit] | None]
"""The edits that call what has this name in the place of what is called now; None where there are none."""


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A fix. Its edits land all together or not at all."""

    edits: tuple[Edit, ...]
    definition: Definition | None = None
    imports: tuple[Import, ...] = ()
    safety: Literal["safe", "unsafe"] = "safe"
    reason: str = ""

    @property
    def fix(self) -> Fix:
        return Fix(self.safety, self.reason)


@dataclass(frozen=True, slots=True)
class Refusal:
    """No fix, and why in one line."""

    reason: str
    fix: Fix = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fix", Fix("none", self.reason))


Answer: TypeAlias = Proposal | Refusal
