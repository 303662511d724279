"""One step of the forward path gets a module of its own: defined in ``__init__``, called where the step stands."""

from __future__ import annotations

from modulint.fixers.calls import against_site, beside
from modulint.fixers.loops import in_loop
from modulint.fixers.placement import against_place
from modulint.fixers.proposal import NAME, Answer, Definition, EditsFor, Made, Proposal, Refusal
from modulint.fixers.surroundings import against_children
from modulint.lint.assignments import first_argument
from modulint.lint.file import File, method_around
from modulint.lint.forward import ForwardPath, Step


def define(
    file: File, path: ForwardPath, step: Step, made: Made, stem: str, edits_for: EditsFor, doubt: str = ""
) -> Answer:
    """A proposal that defines what ``made`` says, one for each turn of a loop, or what stands against it.

    ``doubt`` says in one line why the fix cannot be shown to be safe, and is "" where it can.
    """
    if reason := against_site(step, in_loop=True) or against_children(step.owner):
        return Refusal(reason)
    if step.loops:
        return in_loop(file, path, step, made, stem, edits_for, doubt)
    method = method_around(step)
    edits = edits_for(f"{first_argument(method) if method else 'self'}.{NAME}")
    if edits is None:
        return Refusal("a comment or a `yield` stands among its arguments")
    definition = Definition(step.owner, stem, (made.expression,), beside(path, step, made.needs), op=made.op)
    if made.early and against_place(definition):
        definition = Definition(step.owner, stem, (made.early,), beside(path, step, frozenset()), op=made.op)
    return Proposal(tuple(edits), definition, made.imports, "unsafe" if doubt else "safe", doubt)
