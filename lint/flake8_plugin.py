"""The flake8 plugin. It only reports; flake8 itself selects, honours ``noqa`` and prints."""

from __future__ import annotations

import argparse
import ast
import io
import tokenize
from collections.abc import Iterator, Sequence
from typing import ClassVar

from flake8.exceptions import ExecutionError
from flake8.options.manager import OptionManager

from modulint.lint import version
from modulint.lint.engine import check
from modulint.lint.evidence import Evidence, EvidenceError, load as load_evidence
from modulint.lint.finding import FileReport
from modulint.lint.rules import rules
from modulint.lint.settings import Settings, SettingsError, common_directory, load, with_options
from modulint.lint.tree import Tree

INTERNAL_ERROR = "MOD000"

Error = tuple[int, int, str, type]


class Plugin:
    """Checks one file. flake8 makes one for each, in one process or several."""

    name: ClassVar[str] = "modulint"
    version: ClassVar[str] = version()
    settings: ClassVar[Settings] = Settings()
    evidence: ClassVar[Evidence] = Evidence()
    # One for all files of a process, so that a file which many others import is read once.
    known_files: ClassVar[Tree | None] = None

    def __init__(self, tree: ast.Module, filename: str, lines: Sequence[str]) -> None:
        self._syntax = tree
        self._path = filename
        self._lines = lines

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Declare the options that lay over the ``[tool.modulint]`` table."""
        for option, text in (
            ("select", "only these rules of modulint, whatever [tool.modulint] selects or ignores"),
            ("ignore", "not these rules of modulint"),
            ("extend-select", "these rules of modulint as well"),
        ):
            manager.add_option(
                f"--modulint-{option}",
                metavar="CODES",
                parse_from_config=True,
                comma_separated_list=True,
                help=f"Prefixes of codes: {text}.",
            )

    @classmethod
    def parse_options(cls, manager: OptionManager, options: argparse.Namespace, filenames: Sequence[str]) -> None:
        """Settle which rules run.

        A rule that is off by default is also turned on by its full code in flake8's own selection.

        Raises:
            ExecutionError: the settings cannot be followed; flake8 prints why and stops.
        """
        try:
            cls.settings = with_options(
                load(common_directory(name for name in filenames if name != "-")),
                select=options.modulint_select,
                ignore=options.modulint_ignore or (),
                extend_select=[*(options.modulint_extend_select or ()), *_asked_of_flake8(options)],
                option_prefix="--modulint-",
            )
            cls.evidence = load_evidence(cls.settings.evidence)
        except (SettingsError, EvidenceError) as error:
            raise ExecutionError(f"modulint: {error}") from None

    def run(self) -> Iterator[Error]:
        """The findings as flake8 takes them: line from 1, column from 0, code and message, the plugin."""
        try:
            report = self._report()
        except Exception as error:
            report = FileReport(self._path, failure=f"internal error: {type(error).__name__}: {error}")
        if report.failure is not None:
            yield 1, 0, f"{INTERNAL_ERROR} {report.failure}", type(self)
        for finding in report.findings:
            if finding.counts:
                yield finding.line, finding.column - 1, f"{finding.code} {finding.message}", type(self)

    def _report(self) -> FileReport:
        if Plugin.known_files is None:
            Plugin.known_files = Tree.lazy()
            Plugin.known_files.evidence = self.evidence
        return check(self._path, _encoded(self._lines), Plugin.known_files, self.settings, self._syntax)


def _asked_of_flake8(options: argparse.Namespace) -> list[str]:
    asked = {*(options.select or ()), *(options.extend_select or ())}
    return [entry.rule.code for entry in rules() if not entry.rule.default and entry.rule.code in asked]


def _encoded(lines: Sequence[str]) -> bytes:
    """The bytes that decode to ``lines``, in the encoding that they declare."""
    text = "".join(lines)
    data = text.encode("utf-8", "surrogatepass")
    if data.isascii():
        return data
    try:
        return text.encode(tokenize.detect_encoding(io.BytesIO(data).readline)[0])
    except (SyntaxError, LookupError, UnicodeEncodeError):
        return data
