"""A progress bar, where a person waits for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

_MANY = 50
_INTERVAL = 0.1  # seconds
_Item = TypeVar("_Item")


def tracked(items: Iterable[_Item], total: int, label: str) -> Iterator[_Item]:
    """Pass ``items`` on and show on the error stream how many of ``total`` have come, if it is a terminal."""
    if total < _MANY or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # No thread of its own: worker processes are forked while the bar is shown.
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as progress:
        task = progress.add_task(label, total=total)
        shown = 0.0
        for item in items:
            progress.advance(task)
            if time.monotonic() - shown > _INTERVAL:
                progress.refresh()
                shown = time.monotonic()
            yield item
