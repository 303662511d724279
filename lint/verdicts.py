"""What recorded forward passes say about a match: confirmed, refuted, or not reached.

A verdict is about what ran. Where the passes did not take the way to a place they do not speak of it, and where they
cannot judge a match there is no verdict at all.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

from modulint.lint.assignments import dotted
from modulint.lint.evidence import Place
from modulint.lint.file import File, Match, Reuse
from modulint.lint.finding import Evidence
from modulint.lint.rule import Judgement, Rule
from modulint.lint.source import Located


def verdict(file: File, rule: Rule, match: Match) -> Evidence | None:
    """What the evidence of ``file`` says about ``match``, None where there is none or it cannot tell."""
    if file.evidence is None or not rule.evidence:
        return None
    lines = file.evidence.on_lines(match.node.lineno, match.node.end_lineno or match.node.lineno)
    place = _place(file, match.node)
    if place is None and lines:
        return _on_lines(rule, match, lines)
    if place is None:
        return "not reached" if file.evidence.whole else None
    found = _JUDGES[rule.evidence](file, match, place)
    # What ran on the line may have been this, in the passes that know no columns.
    return None if found == "refuted" and lines else found


def _operation(file: File, match: Match, place: Place) -> Evidence | None:
    return "confirmed" if place.operations else "refuted"


def _construction(file: File, match: Match, place: Place) -> Evidence | None:
    return "confirmed"


def _loop(file: File, match: Match, place: Place) -> Evidence | None:
    """No verdict on what was called past ``nn.Module.__call__``."""
    if not place.modules:
        return None
    return "confirmed" if place.most_here > 1 else "refuted"


def _reuse(file: File, match: Match, place: Place) -> Evidence | None:
    """As :func:`_loop`; refuted only where all ran that leads to two calls: what did not may do so another time."""
    assert isinstance(match.subject, Reuse)
    if not place.modules:
        return None
    if place.most > 1:
        return "confirmed"
    run, earlier = match.subject.run, match.subject.earlier
    if any((other.node, other.stack) == (run.node, run.stack) for other in earlier):
        return None  # what runs again is no call: a property
    calls = {*run.stack, *(call for other in earlier for call in (other.node, *other.stack))}
    if not calls <= {call for _, call in file.calls}:
        return None
    if all(_place(file, call) for call in calls):
        return "refuted"
    return "not reached" if file.evidence is not None and file.evidence.whole else None


def _place(file: File, node: Located) -> Place | None:
    return file.evidence.places.get(file.source.range(node)) if file.evidence is not None else None


def _on_lines(rule: Rule, match: Match, lines: tuple[Place, ...]) -> Evidence | None:
    """Without columns: a call of a name that is the last part of an operation's, which ran on its lines."""
    if rule.evidence != "operation" or not isinstance(match.node, ast.Call):
        return None
    called = dotted(match.node.func).rpartition(".")[2] or getattr(match.node.func, "attr", "")
    ran = {operation.name.rpartition(".")[2] for place in lines for operation in place.operations}
    return "confirmed" if called in ran else None


_JUDGES: Final[Mapping[Judgement, Callable[[File, Match, Place], Evidence | None]]] = {
    "operation": _operation,
    "construction": _construction,
    "loop": _loop,
    "reuse": _reuse,
}
