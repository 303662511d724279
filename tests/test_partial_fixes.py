"""Fixes that are made in part: the first so many, those of some classes, all up to one that breaks something."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from modulint.fixers.culprit import culprit
from modulint.fixers.engine import Apply, process
from modulint.lint.finding import FileReport, Finding
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree

_HEAD = "import torch.nn.functional as F\nfrom torch import nn\n"
_CLASS = """

class {name}(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 64, 3)
        self.act = {act}

    def forward(self, x):
        x = self.act(self.conv(self.act(x)))
        x = F.hardtanh(F.softsign(x))
        return {result}
"""
_FILES = {
    "a.py": _HEAD
    + _CLASS.format(name="A", act="nn.ReLU()", result="F.elu(x)")
    + _CLASS.format(name="B", act="nn.ReLU()", result="x.sigmoid()"),
    "b.py": "x = 1\n",
    "c.py": "from a import F, nn\n" + _CLASS.format(name="C", act="F.relu", result="F.elu(self.act(x))"),
}


class Run:
    """A tree whose files are fixed in turn, as the command does it."""

    def __init__(self, root: Path) -> None:
        self.before = {str(root / name): source.encode() for name, source in _FILES.items()}
        for path, data in self.before.items():
            Path(path).write_bytes(data)
        self.tree = Tree.survey(self.before)
        self.reports = [self.refix(path, data, None) for path, data in self.before.items()]
        self.changed = [report for report in self.reports if report.after is not None]

    def refix(self, path: str, data: bytes, limit: int | None) -> FileReport:
        return process(path, data, self.tree, Settings(select=("MOD1", "MOD2")), Apply.SAFE, None, limit)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def words(finding: Finding) -> str:
    """What stands in the original file where ``finding`` says that it does."""
    line = Path(finding.path).read_text().splitlines()[finding.line - 1]
    return line[finding.column - 1 :]


def test_the_first_fixes_are_those_of_the_whole_run(run: Run) -> None:
    for report in run.changed:
        assert len(report.fixed) >= 5 and report.before is not None
        rewind(run, report)
        for limit in range(len(report.fixed) + 1):
            part = run.refix(report.path, report.before, limit)
            assert part.fixed == report.fixed[:limit]
            assert part.after is None if not limit else compile(part.after or b"", report.path, "exec")
        assert part.after == report.after


def test_what_is_fixed_is_placed_in_the_original_text(run: Run) -> None:
    places = [words(finding) for report in run.changed for finding in report.fixed]
    starts = ("self.act(", "F.softsign(x)", "F.hardtanh(", "F.elu(", "x.sigmoid(", "F.relu")
    assert all(place.startswith(starts) for place in places)
    # That a module is reused shows only when it is one: in a text with more lines, of which some have changed.
    assert [(each.code, words(each)) for each in run.changed[-1].fixed[-2:]] == [
        ("MOD201", "self.act(self.conv(self.act(x)))"),
        ("MOD201", "self.act(x))"),
    ]


def test_only_wanted_fixes_are_made(run: Run) -> None:
    path, data = next(iter(run.before.items()))
    run.tree.refresh(path, data)
    report = process(
        path, data, run.tree, Settings(select=("MOD1", "MOD2")), Apply.SAFE, lambda finding: finding.class_name == "B"
    )
    assert report.after is not None and {finding.class_name for finding in report.fixed} == {"B"}
    assert {finding.class_name for finding in report.findings} == {"A"}
    head, _, tail = data.partition(b"class B")
    assert report.after.startswith(head) and not report.after.endswith(tail)


def test_each_fix_is_found_by_what_it_breaks(run: Run) -> None:
    fixes = [finding for report in run.changed for finding in report.fixed]
    made_in = {report.path: parts(run, report) for report in run.changed}
    for number, finding in enumerate(fixes):
        probes: list[int] = []

        def broken(contents: Mapping[str, bytes]) -> bool:
            probes.append(made := sum(made_in[path][data] for path, data in contents.items()))
            return made > number

        assert culprit(run.changed, run.tree, run.refix, broken) == finding
        assert len(probes) <= 5 and len(fixes) > 8, "halving takes few probes"
        assert 0 not in probes and len(fixes) not in probes, "both ends are known"


def parts(run: Run, report: FileReport) -> dict[bytes, int]:
    """What the first so many fixes make of a file, with their number, when the files before it are fixed."""
    assert report.before is not None
    rewind(run, report)
    found: dict[bytes, int] = {}
    for limit in range(len(report.fixed) + 1):
        found[run.refix(report.path, report.before, limit).after or report.before] = limit
    return found


def rewind(run: Run, report: FileReport) -> None:
    """Let the tree be what it was when the turn came to a file."""
    for other in run.changed:
        run.tree.refresh(other.path, (other.after if other.path < report.path else other.before) or b"")
