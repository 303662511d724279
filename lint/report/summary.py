"""How a run ended, in a few lines: findings, fixes made, fixes held back, files that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TextIO

from modulint.lint.finding import FileReport
from modulint.lint.report.terminal import Line, Span, visible, write_lines

Mode = Literal["check", "fix", "diff"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run came to. Findings that recorded passes refute are only in ``refuted``."""

    files: int
    findings: int
    files_with_findings: int
    safe: int
    unsafe: int
    fixed: int
    fixed_files: int
    failed: int
    confirmed: int = 0
    not_reached: int = 0
    refuted: int = 0

    @classmethod
    def of(cls, reports: Sequence[FileReport]) -> Counts:
        """Count what is in ``reports``."""
        all_findings = [finding for report in reports for finding in report.findings]
        findings = [finding for finding in all_findings if finding.counts]
        evidence = Counter(finding.evidence for finding in all_findings)
        return cls(
            files=len(reports),
            findings=len(findings),
            files_with_findings=sum(any(finding.counts for finding in report.findings) for report in reports),
            safe=sum(finding.fix.safety == "safe" for finding in findings),
            unsafe=sum(finding.fix.safety == "unsafe" for finding in findings),
            fixed=sum(len(report.fixed) for report in reports),
            fixed_files=sum(report.after is not None for report in reports),
            failed=sum(report.failure is not None for report in reports),
            confirmed=evidence["confirmed"],
            not_reached=evidence["not reached"],
            refuted=evidence["refuted"],
        )

    def status(self, mode: Mode) -> int:
        """The exit status: 2 if a file failed, else 1 if findings or, in a diff, changes remain, else 0."""
        if self.failed:
            return 2
        return int(bool(self.findings or (mode == "diff" and self.fixed_files)))


def write(reports: Sequence[FileReport], mode: Mode, unsafe_fixes: bool, out: TextIO) -> None:
    """Write what failed, what was fixed in which file, and the totals."""
    counts = Counts.of(reports)
    lines = [*_failures(reports), *(_fixes(reports) if mode == "fix" else ())]
    lines += [(Span(line),) for line in _totals(counts, mode, unsafe_fixes)]
    write_lines(lines, out)


def write_error(text: str, out: TextIO) -> None:
    """Write why the command could not do what it was asked to."""
    write_lines([(Span("error:", "bold red"), Span(f" {visible(text)}"))], out)


def write_warning(text: str, out: TextIO) -> None:
    """Write what the command does without."""
    write_lines([(Span("warning:", "bold yellow"), Span(f" {visible(text)}"))], out)


def _failures(reports: Sequence[FileReport]) -> Iterator[Line]:
    for report in reports:
        if report.failure is not None:
            yield (Span("error:", "bold red"), Span(f" {visible(report.path)}: {visible(report.failure)}"))


def _fixes(reports: Sequence[FileReport]) -> Iterator[Line]:
    for report in reports:
        if report.after is not None:
            what = f"{len(report.fixed)} in" if report.fixed else "what other files need in"
            yield (Span("fixed", "green"), Span(f" {what} {visible(report.path)}"))


def _totals(counts: Counts, mode: Mode, unsafe_fixes: bool) -> Iterator[str]:
    if counts.fixed:
        verb = "Would fix" if mode == "diff" else "Fixed"
        yield f"{verb} {count(counts.fixed, 'finding')} in {count(counts.fixed_files, 'file')}."
    if counts.findings:
        verb = "Found" if mode == "check" else "Not fixed:"
        hint = " Without --diff they are listed." if mode == "diff" else ""
        yield f"{verb} {count(counts.findings, 'finding')} in {count(counts.files_with_findings, 'file')}.{hint}"
    elif not counts.fixed and counts.files > counts.failed:
        yield f"Nothing found in {count(counts.files - counts.failed, 'file')}."
    if mode == "check" and counts.safe:
        yield f"[*] {count(counts.safe, 'safe fix', 'safe fixes')}: --fix makes them, --diff shows them."
    if counts.unsafe and not unsafe_fixes:
        how = ": --fix --unsafe-fixes" if mode == "check" else " held back: --unsafe-fixes"
        yield f"{count(counts.unsafe, 'unsafe fix', 'unsafe fixes')}{how} makes them as well."
    if counts.confirmed or counts.not_reached or counts.refuted:
        left_out = f"{counts.refuted} refuted and left out"
        yield f"Evidence: {counts.confirmed} confirmed, {counts.not_reached} not reached, {left_out}."
    if counts.failed:
        yield f"{count(counts.failed, 'file')} failed."


def count(number: int, one: str, many: str = "") -> str:
    """A number with the word for so many things."""
    return f"{number} {one if number == 1 else many or one + 's'}"
