"""The fix that breaks something: the fixes of a run are made again, up to a place that is halved until it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from modulint.lint.finding import FileReport, Finding
from modulint.lint.tree import Tree

Refix = Callable[[str, bytes, int], FileReport]
"""Makes the first so many fixes of a file that holds some bytes."""
Broken = Callable[[Mapping[str, bytes]], bool]
"""Whether something is broken when the files at some paths hold other bytes."""


def culprit(changed: Sequence[FileReport], tree: Tree, refix: Refix, broken: Broken) -> Finding:
    """The finding whose fix breaks what all fixes before it have left whole, in the order in which they were made.

    All of ``changed`` together are known to be broken, none of them not to be. Since only ever the first so many fixes
    are made, each stands on the ones that it stood on in the run. Those behind the culprit are not judged.
    """
    files = _first(len(changed), lambda count: broken(_contents(changed[:count])))
    whole, last = changed[: files - 1], changed[files - 1]
    for report in changed[files - 1 :]:
        tree.refresh(report.path, _before(report))

    fixes = _first(
        len(last.fixed), lambda count: broken(_contents([*whole, refix(last.path, _before(last), count)]))
    )
    return last.fixed[fixes - 1]


def _first(count: int, broken: Callable[[int], bool]) -> int:
    """A number up to ``count``, at which all is known to be broken, that is broken while the one before it is not."""
    whole, found = 0, count
    while found - whole > 1:
        middle = (whole + found) // 2
        if broken(middle):
            found = middle
        else:
            whole = middle
    return found


def _contents(reports: Sequence[FileReport]) -> dict[str, bytes]:
    return {report.path: report.after for report in reports if report.after is not None}


def _before(report: FileReport) -> bytes:
    assert report.before is not None
    return report.before
