"""What the checks of a model found, as one object, and that object as a page or as JSON.

``data.py`` makes the object out of a record and of what was observed in it, ``html.py`` writes it as a page, with the
graph that ``drawing.py`` draws after ``lanes.py`` has laid it out. ``table.py`` is for terminals.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # it takes torch, which --help does without
    from modulint.runtime.report.data import Report

SUFFIXES: Final = (".html", ".json")
"""What a report can be written as."""


def write(report: Report, path: Path) -> None:
    """Write ``report`` to ``path``, as what its suffix says.

    Raises:
        OSError: it cannot be written there.
    """
    path.write_text(_text(report, path.suffix.lower()), encoding="utf-8", errors="replace")


def _text(report: Report, suffix: str) -> str:
    if suffix == ".json":
        from modulint.runtime.report.data import as_json

        return as_json(report)
    from modulint.runtime.report.html import page

    return page(report)
