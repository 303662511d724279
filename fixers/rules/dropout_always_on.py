"""MOD108: a dropout that follows the mode. Unsafe: eval mode computes something else than before, as it mostly should."""

from __future__ import annotations

from dataclasses import replace

from modulint.fixers.proposal import Answer, Proposal, Refusal
from modulint.fixers.rules.functional_call import to_module
from modulint.lint.constructor import Inexpressible, constructor_of
from modulint.lint.file import File, self_name_of
from modulint.lint.rules.dropout_always_on import AlwaysOn
from modulint.lint.scopes import bound_names


def propose(file: File, subject: AlwaysOn) -> Answer:
    """The module for the call as if it had said ``training=self.training``."""
    site = subject.site
    operation = site.operation
    assert operation is not None
    following = replace(operation, requires={name: value for name, value in operation.requires.items() if value != "self.training"})
    outcome = constructor_of(following, site.call, bound_names(site.function), self_name_of(site))
    if isinstance(outcome, Inexpressible):
        return Refusal(outcome.reason)
    answer = to_module(file, subject.path, site, outcome)
    if isinstance(answer, Proposal):
        return replace(answer, safety="unsafe", reason="it would no longer drop in eval mode")
    return answer
