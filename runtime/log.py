"""Where the checks say what they do: the logger ``modulint.runtime``, silent until a user gives it a handler."""

from __future__ import annotations

import logging
from typing import Final

LOG: Final = logging.getLogger("modulint.runtime")
LOG.addHandler(logging.NullHandler())
