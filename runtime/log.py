"""Where the checks say what they do: the logger ``modulint.runtime``, silent until a user gives it a handler."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from typing import Final

LOG: Final = logging.getLogger("modulint.runtime")
LOG.addHandler(logging.NullHandler())


def name_of(check: object) -> str:
    """What a check of the user's own is called."""
    return getattr(check, "__name__", type(check).__name__)


def log_start(check: str) -> None:
    """Say that ``check`` starts."""
    LOG.info("checking %s", check)


def log_failure(check: str, node: str, module: str, text: str) -> None:
    """Say that ``node``, which is or runs in a ``module`` of this class, fails ``check``."""
    node, module = node or "the model itself", module or "of no class"
    LOG.warning("%s: failed at node %s, module %s: %s", check, node, module, text)


def log_end(checks: str, failed: Iterable[str]) -> None:
    """Say how all ``checks`` ended. ``failed`` names the check of each failure."""
    counts = Counter(failed)
    if counts:
        LOG.warning("%s: failed: %s", checks, ", ".join(f"{check} ({count})" for check, count in counts.items()))
    else:
        LOG.info("%s: all passed", checks)
