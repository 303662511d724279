"""What the tool says about a file: findings, and how each file ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Safety = Literal["safe", "unsafe", "none"]
Evidence = Literal["confirmed", "refuted", "not reached"]


@dataclass(frozen=True, slots=True)
class Fix:
    """How a finding can be fixed. ``reason`` is empty for a safe fix, else one line that says what stands against it."""

    safety: Safety
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a guideline.

    Lines and columns count characters from 1, as an editor shows them; the end is exclusive. ``class_name`` is the
    qualified name (``Outer.Inner``) of the class whose forward path it stands on, empty where there is none.
    """

    path: str
    line: int
    column: int
    code: str
    name: str
    message: str
    end_line: int
    end_column: int
    class_name: str
    fix: Fix
    evidence: Evidence | None = None

    @property
    def counts(self) -> bool:
        """Whether it stands: what recorded passes refute is told on request, and is no finding."""
        return self.evidence != "refuted"

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """The order in which every reporter lists findings: path, line, column, code."""
        return (self.path, self.line, self.column, self.code)


@dataclass(frozen=True, slots=True)
class FileReport:
    """How one file ended: clean, with findings, changed, or failed with a reason.

    ``findings`` are those that remain. ``fixed`` are those whose fix is in ``after``, in the order in which they were
    made and with their places in ``before``: a fix that did not land is not among them. ``before`` and ``after`` hold
    the bytes where a fix changed them. ``failure`` names why the file could not be read, parsed, checked or written;
    nothing else is known of such a file.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    before: bytes | None = None
    after: bytes | None = None
    failure: str | None = None
