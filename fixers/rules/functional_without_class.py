"""MOD102: a module of the one operation, called with the same arguments."""

from __future__ import annotations

from modulint.fixers.proposal import Answer
from modulint.fixers.wrapping import propose_call
from modulint.lint.file import File
from modulint.lint.rules.functional_without_class import OpCall


def propose(file: File, subject: OpCall) -> Answer:
    """A definition of the op module, and a call of it."""
    return propose_call(file, subject.path, subject.site)
