"""One step of the forward path gets a module of its own: defined in ``__init__``, called where the step stands."""

from __future__ import annotations

from modulint.fixers.calls import against_site, beside
from modulint.fixers.containers import LeftOut, leave_out
from modulint.fixers.loops import in_loop
from modulint.fixers.placement import against_place
from modulint.fixers.proposal import NAME, Answer, Definition, EditsFor, Made, Proposal, Refusal
from modulint.fixers.surroundings import against_child, against_children
from modulint.lint.assignments import first_argument
from modulint.lint.file import File, method_around
from modulint.lint.forward import ForwardPath, Step


def define(
    file: File, path: ForwardPath, step: Step, made: Made, stem: str, edits_for: EditsFor, doubt: str = ""
) -> Answer:
    """A proposal that defines what ``made`` says, one for each turn of a loop, or what stands against it.

    ``doubt`` says in one line why the fix cannot be shown to be safe, and is "" where it can.
    """
    owner = step.owner
    if reason := against_site(step, in_loop=True):
        return Refusal(reason)
    leaves_out = bool(owner.container_base) and not step.loops
    left_out = leave_out(file, path, owner, made.op) if leaves_out else LeftOut()
    if isinstance(left_out, Refusal):
        return left_out
    if reason := against_child(owner) if leaves_out else against_children(owner):
        return Refusal(reason)
    doubt = doubt or left_out.doubt
    if step.loops:
        return in_loop(file, path, step, made, stem, edits_for, doubt)
    method = method_around(step)
    edits = edits_for(f"{first_argument(method) if method else 'self'}.{NAME}")
    if edits is None:
        return Refusal("a comment or a `yield` stands among its arguments")
    definition = Definition(step.owner, stem, (made.expression,), beside(path, step, made.needs), op=made.op)
    if made.early and against_place(definition):
        definition = Definition(step.owner, stem, (made.early,), beside(path, step, frozenset()), op=made.op)
    return Proposal((*edits, *left_out.edits), definition, made.imports, "unsafe" if doubt else "safe", doubt)
