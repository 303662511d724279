"""MOD101: the module is defined in ``__init__`` and called in place of the functional."""

from __future__ import annotations

from modulint.fixers.calls import to_module
from modulint.fixers.proposal import Answer, Refusal
from modulint.fixers.wrapping import propose_call, stem_of
from modulint.lint.file import File
from modulint.lint.rules.functional_call import FunctionalCall


def propose(file: File, subject: FunctionalCall) -> Answer:
    """A definition named after the operation, and a call of it.

    Where the arguments are not shown to be fixed, an op module takes them at each call.
    """
    operation = subject.site.operation
    assert operation is not None
    answer = to_module(file, subject.path, subject.site, subject.constructor, stem_of(operation), operation.checked)
    if isinstance(answer, Refusal):
        instead = propose_call(file, subject.path, subject.site)
        return answer if isinstance(instead, Refusal) else instead
    return answer
