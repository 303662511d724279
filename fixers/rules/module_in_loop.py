"""MOD202: a list of modules, one for each turn. Only where the module holds no state."""

from __future__ import annotations

import re

from modulint.fixers.calls import against_site
from modulint.fixers.edits import Edit
from modulint.fixers.loops import in_loop
from modulint.fixers.proposal import Answer, Made, Refusal
from modulint.fixers.rules.reused_module import against_maker, as_single, attribute_node, done_to, maker_of, repeated
from modulint.fixers.surroundings import doubts
from modulint.lint.file import File, Reuse


def propose(file: File, subject: Reuse) -> Answer:
    """The expression that made the module, once for each turn."""
    site = subject.site
    if len(site.runs) > 1:
        return Refusal("the code around the loop runs more than once in a forward pass")
    if reason := against_site(as_single(site), in_loop=True):
        return Refusal(reason)
    owner = maker_of(file, subject)
    if isinstance(owner, Refusal):
        return owner
    if reason := done_to(owner, site.callee.path) or against_maker(owner, site.callee.path):
        return Refusal(reason)
    expressions = repeated(file, subject, owner)
    if isinstance(expressions, Refusal):
        return expressions
    if len(expressions) != 1:
        return Refusal("the module is made in several places")
    if owner is not site.owner:
        return Refusal("the module is made in another class than the one that calls it")
    node = attribute_node(site)
    if node is None:
        return Refusal("it is called under another name")
    start, end = file.source.start(node), file.source.end(node)
    stem = re.sub(r"_?\d+$", "", site.callee.path) or site.callee.path
    made = Made(expressions[0])
    (assignment,) = owner.assignments[site.callee.path]
    return in_loop(file, subject.path, site, made, stem, lambda name: [Edit(start, end, name)], doubts(owner), assignment)
