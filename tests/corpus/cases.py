"""The cases of the corpus: what is before, what should be after, and what should be left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from modulint.fixers.cli.jobs import Fixing, fix_files
from modulint.fixers.engine import Apply
from modulint.lint.finding import FileReport
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree

FOLDER = Path(__file__).parents[2] / "corpus" / "cases"

Files = Mapping[str, bytes]
"""Bytes by path relative to the root of the case's tree."""


@dataclass(frozen=True)
class Case:
    """One folder of ``corpus/cases``.

    ``before`` and ``after`` are equal where nothing is to change. ``left`` names the codes of all findings that stay,
    each with words of the reason that it is given. ``modes`` are those in which both versions compute the same bits.
    ``last_child`` is false where another child becomes the last one, as it must in an ``__init__`` that calls an inherited one.
    """

    name: str
    before: Files
    after: Files
    left: Mapping[str, str]
    modes: tuple[str, ...]
    last_child: bool
    apply: Apply
    settings: Settings

    @property
    def changes(self) -> bool:
        return self.before != self.after


def load(folder: Path) -> Case:
    """Read one case."""
    file = folder / "options.json"
    options = json.loads(file.read_text()) if file.exists() else {}
    before = _files(folder, "before")
    select = options.get("select")
    return Case(
        name=folder.name,
        before=before,
        after=_files(folder, "after") or before,
        left=options.get("left", {}),
        modes=tuple(options.get("modes", ("eval", "train"))),
        last_child=options.get("last_child", True),
        apply=Apply.UNSAFE if options.get("unsafe") else Apply.SAFE,
        settings=Settings(select=tuple(select) if select is not None else None),
    )


def cases() -> list[Case]:
    """All cases, by name."""
    return [load(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()]


def _files(folder: Path, label: str) -> Files:
    single = folder / f"{label}.py"
    if single.is_file():
        return {"model.py": single.read_bytes()}
    root = folder / label
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.py"))}


@dataclass(frozen=True)
class Outcome:
    """The files behind a run, and what was said about each."""

    files: Files
    reports: tuple[FileReport, ...]


def run(root: Path, files: Files, settings: Settings, apply: Apply) -> Outcome:
    """Write ``files`` below ``root`` and fix them in turn, as the command does."""
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    tree = Tree.survey([str(root / path) for path in files])
    tree.files = frozenset(str(root / path) for path in files)
    fixing = Fixing(tree.files, tree, settings, apply, write=True)
    for _ in fix_files([str(root / path) for path in files], fixing):
        pass
    reports = [fixing.reports[str(root / path)] for path in files]
    for report in reports:
        assert report.failure is None, report.failure
    return Outcome({path: (root / path).read_bytes() for path in files}, tuple(reports))
