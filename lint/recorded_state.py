"""Whether the module that an attribute holds has parameters or buffers, as far as recorded forward passes show.

``self.act = act_layer()`` makes what the caller of the constructor chose: the source does not say which class that is, a
record of a run does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from modulint.lint.classes import ClassFacts
from modulint.lint.evidence import Place
from modulint.lint.file import File
from modulint.lint.scopes import walk
from modulint.lint.state import state_of_class


def ran_without_state(file: File, owner: ClassFacts, attribute: str, call: ast.Call) -> bool:
    """Whether passes ran ``call``, a call of ``self.attribute``, and found there and at all other calls of it that ran
    nothing but modules of classes that hold no parameters and no buffers.

    Calls are those of ``owner`` and of the classes that share its attributes. Where one of these stands in another file,
    or hands the module on, the passes did not see all that runs it: nothing is shown.
    """
    if file.evidence is None or file.evidence.places.get(file.source.range(call)) is None:
        return False
    if any(attribute in header.mentions for place, header in owner.family.items() if place.path != owner.reference.path):
        return False
    calls = {
        site.call
        for path, site in file.sites
        if site.callee.kind == "module" and site.callee.path == attribute and owner in path.facts.mro
    }
    if call not in calls or not set(_reads(file, owner, attribute)) <= {each.func for each in calls}:
        return False
    places = (file.evidence.places.get(file.source.range(each)) for each in calls)
    return all(_holds_nothing(owner, place) for place in places if place is not None)


def _reads(file: File, owner: ClassFacts, attribute: str) -> Iterator[ast.Attribute]:
    """Where a class that shares the attributes of ``owner`` takes this one, other than to see whether it is None."""
    tested: set[ast.AST] = set()
    for facts in file.classes.values():
        if facts.reference not in owner.family:
            continue
        for node in walk(facts.node):
            if isinstance(node, ast.Compare) and all(isinstance(operator, (ast.Is, ast.IsNot)) for operator in node.ops):
                tested.add(node.left)
            if isinstance(node, ast.Attribute) and node.attr == attribute and isinstance(node.ctx, ast.Load):
                if node not in tested:
                    yield node


def _holds_nothing(owner: ClassFacts, place: Place) -> bool:
    """Whether what was called at a place was a module each time, and each time of a class without state."""
    called = sum(module.calls for module in place.modules)
    return called == place.ran and all(state_of_class(owner, module.class_name) == "none" for module in place.modules)
