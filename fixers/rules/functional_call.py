"""MOD101: the module is defined in ``__init__`` and called in place of the functional."""

from __future__ import annotations

from modulint.fixers.calls import against_name, by_arguments, by_star, construction, keep_arguments, open_values
from modulint.fixers.definition import define
from modulint.fixers.proposal import Answer, Made, Refusal
from modulint.fixers.surroundings import against_children, doubts, is_looked_for
from modulint.fixers.wrapping import propose_call, stem_of
from modulint.lint.constructor import Constructor
from modulint.lint.file import File
from modulint.lint.forward import ForwardPath, Site
from modulint.lint.rules.functional_call import FunctionalCall


def propose(file: File, subject: FunctionalCall) -> Answer:
    """A definition named after the operation, and a call of it.

    Where the arguments are not shown to be fixed, an op module takes them at each call. Where code of the tree looks for
    modules of the torch class, it does not find one of the op module's.
    """
    answer = to_module(file, subject.path, subject.site, subject.constructor)
    if isinstance(answer, Refusal) or is_looked_for(subject.site.owner, subject.constructor.module):
        instead = propose_call(file, subject.path, subject.site)
        return answer if isinstance(instead, Refusal) else instead
    return answer


def to_module(file: File, path: ForwardPath, site: Site, constructor: Constructor) -> Answer:
    """Replace a functional call by a call of the torch module that computes the same."""
    owner, operation = site.owner, site.operation
    assert operation is not None
    if reason := "" if owner.container_base else against_children(owner):
        return Refusal(reason)
    if reason := against_name(site):
        return Refusal(reason)
    found = construction(file, owner, constructor.module, constructor.keywords, operation.checked, site.guards)
    if isinstance(found, Refusal):
        return found
    expression, needs, imports = found
    made = Made(expression, needs, imports, early=by_arguments(owner, expression, needs) if needs else "")
    doubt = doubts(owner, constructor.module) or open_values(owner, made.needs) or by_star(file, site)
    return define(
        file,
        path,
        site,
        made,
        stem_of(operation),
        lambda name: keep_arguments(file.source, site, constructor.tensors, name),
        doubt,
    )
