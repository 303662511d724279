"""MOD106: the function becomes a module class beside itself, and each call on the forward path an instance of it."""

from __future__ import annotations

import ast

from modulint.fixers.calls import against_name, by_star
from modulint.fixers.definition import define
from modulint.fixers.helper_modules import HelperModule, against_function, is_registered, is_scripted
from modulint.fixers.proposal import CLASS, Answer, Made, Refusal
from modulint.fixers.surroundings import doubts
from modulint.fixers.wrapping import keep_all
from modulint.lint.assignments import dotted
from modulint.lint.file import File, Helper, method_around
from modulint.lint.forward.parameters import match_arguments
from modulint.lint.scopes import bound_names, parameters

_NO_INPUT = frozenset({"module", "built", "class", "function", "operation"})


def propose(file: File, subject: Helper) -> Answer:
    """A definition of the function's module, and a call of it with the same arguments."""
    site, function = subject.site, subject.function
    tensors = _tensors(subject)
    reason = (
        _against_call(file, subject)
        or against_function(function, file.tree.files, file.module.path)
        or _against_script(file, subject, tensors)
    )
    if reason:
        return Refusal(reason)
    made = Made(f"{CLASS}()", op=HelperModule(function, site.call.func, tensors))
    stem = function.node.name.strip("_").lower()
    doubt = doubts(site.owner) or by_star(file, site)
    return define(file, subject.path, site, made, stem, lambda name: keep_all(file.source, site, name), doubt)


def _tensors(helper: Helper) -> frozenset[str]:
    """The parameters that the call gives tensors."""
    site, node = helper.site, helper.function.node
    if any(isinstance(argument, ast.Starred) for argument in site.call.args):
        return frozenset()
    given = match_arguments(node, site.arguments, site.keywords)
    return frozenset(name for name in parameters(node) if name in given and given[name].is_tensor)


def _against_call(file: File, helper: Helper) -> str:
    """What stands against calling an instance instead: one line, "" if nothing does."""
    site = helper.site
    called = dotted(site.call.func)
    if reason := against_name(site):
        return reason
    head, method = called.partition(".")[0], method_around(site)
    local = bound_names(site.function) | (bound_names(method) if method else frozenset())
    if head in local | site.owner.enclosing_names:
        return "the function is kept under a local name or as an attribute"
    if not called or file.tree.resolve(file.module, called) != helper.function.reference:
        return "the function is handed on, not called by its name"
    if is_registered(file.source.text, helper.function.node.name):
        return "the function is handed to something that treats it in a way of its own"
    values = (*site.arguments, *site.keywords.values())
    if any(value.kind in _NO_INPUT and value.shown for value in values):
        return "a module or a function is among its arguments"
    if all(value.kind == "other" for value in values):
        return "no tensor goes into it: what it computes is the same for all inputs of a size"
    return ""


def _against_script(file: File, helper: Helper, tensors: frozenset[str]) -> str:
    """Why TorchScript could refuse a class that it takes as it is: one line, "" if it could not.

    It leaves out calls under conditions that it knows to be false, and compiles all submodules.
    """
    guards = [ast.unparse(guard) for guard in helper.site.guards]
    if any("jit" in guard or "script" in guard for guard in guards):
        return "TorchScript leaves this call out, and would compile the module"
    if guards and not is_scripted(helper.function, tensors):
        return "TorchScript may leave this call out, and would compile the module, which it is not shown to be able to"
    return ""
