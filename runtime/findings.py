"""From what was observed to the findings that every reporter shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from torch import nn

from modulint.lint.finding import Finding, Fix
from modulint.runtime.positions import Position

if TYPE_CHECKING:  # a record is made with what this module offers
    from modulint.runtime.record import Operation, Record

NAMES: Final = {
    "MOD101": "functional-call",
    "MOD102": "functional-without-class",
    "MOD103": "tensor-operator",
    "MOD105": "functional-on-own-weights",
    "MOD201": "reused-module",
    "MOD501": "few-channels",
    "MOD502": "odd-channels",
    "MOD503": "slow-activation",
    "MOD504": "unfoldable-batch-norm",
    "MOD505": "intermediate-padding",
    "MOD506": "batch-norm-after-concat",
    "MOD601": "not-fx-traceable",
    "MOD602": "not-jit-traceable",
    "MOD603": "not-exportable",
    "MOD604": "not-onnx-convertible",
}
"""The codes that a run can find, and what they are called."""

NOWHERE: Final = Position("<no source>", 1, 1, 1, 1, "", exact=False)
"""Stands for calls that no source of the user's made, as in a bare ``nn.Sequential``."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A finding, and what of the model and of its record it is about.

    ``layers`` are names of modules as ``named_modules()`` has them; a bare operation has that of the module around it
    and its own. ``numbers`` are those of calls and operations of the record. A check that knows only the place in the
    source leaves both empty.
    """

    finding: Finding
    issue: str
    recommendation: str = ""
    layers: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


def finding(code: str, message: str, position: Position | None, class_name: str) -> Finding:
    """A finding at ``position``. What is only seen at run time is fixed in no source by itself."""
    place = position or NOWHERE
    return Finding(
        place.path,
        place.line,
        place.column,
        code,
        NAMES.get(code, code.lower()),
        message,
        place.end_line,
        place.end_column,
        class_name,
        Fix("none"),
    )


def position_near(record: Record, number: int) -> Position | None:
    """Where the call or operation with this number stands, or else the nearest call around it that has a place."""
    own = record.calls[number].position if number in record.calls else record.operations[number].position
    if own is not None:
        return own
    return next((call.position for call in record.calls_around(number) if call.position is not None), None)


def class_around(record: Record, number: int) -> str:
    """The qualified name of the class whose forward path makes the call or operation with this number."""
    around = next(record.calls_around(number), None)
    return class_name(around.module) if around is not None else ""


def class_name(module: nn.Module) -> str:
    """The qualified name of the module's class, without the function that it may have been defined in."""
    return type(module).__qualname__.rpartition("<locals>.")[2]


def residence_name(record: Record, operation: Operation) -> str:
    """The module that ``operation`` runs in, as ``named_modules()`` has it."""
    return record.residence(operation).name or "the model itself"


def listed(names: Iterable[str], limit: int = 3) -> str:
    """The names, each once, as ``a, b, c and 5 more``."""
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - limit} more" if len(unique) > limit else ""
    return ", ".join(unique[:limit]) + more
