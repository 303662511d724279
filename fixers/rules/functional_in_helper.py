"""MOD106: the function becomes a module class beside itself, and each call on the forward path an instance of it."""

from __future__ import annotations

import ast

from modulint.fixers.calls import against_helper_call, by_star
from modulint.fixers.definition import define
from modulint.fixers.helper_modules import Given, HelperModule, against_function, is_scripted
from modulint.fixers.leaves import always_takes_tensor
from modulint.fixers.proposal import CLASS, Answer, Made, Refusal
from modulint.fixers.scripted import Arguments
from modulint.fixers.surroundings import doubts
from modulint.fixers.wrapping import keep_all
from modulint.lint.file import File, Helper
from modulint.lint.forward.parameters import match_arguments
from modulint.lint.kept import is_kept
from modulint.lint.scopes import parameters
from modulint.lint.values import element


def propose(file: File, subject: Helper) -> Answer:
    """A definition of the function's module, and a call of it with the same arguments."""
    site, function = subject.site, subject.function
    tensors = _tensors(subject)
    reason = (
        against_helper_call(file, site, function)
        or _against_table(subject)
        or against_function(function, file.tree.files, file.module.path)
        or _against_leaf(subject, tensors)
        or _against_script(file, subject, tensors)
    )
    if reason:
        return Refusal(reason)
    given = Given(tensors, frozenset(Arguments(file, subject.path, site).fixed()))
    made = Made(f"{CLASS}()", op=HelperModule(function, site.call.func, given))
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


def _against_table(helper: Helper) -> str:
    """What stands against a module that makes its result out of numbers alone: one line, "" if nothing does."""
    result, site = helper.result, helper.site
    if any(value.kind != "other" for value in (*site.arguments, *site.keywords.values())):
        return ""
    if not any(part.is_tensor for part in (result, element(result))):
        return "no tensor goes into it, and none is shown to come out"
    if is_kept(helper.path, helper.site):
        return "it makes a table that is kept for later calls"
    return ""


def _against_leaf(helper: Helper, tensors: frozenset[str]) -> str:
    """Why a tracer could do something else with a leaf module than with a leaf function: one line, "" if it could not."""
    function, site = helper.function, helper.site
    if not function.node.decorator_list:
        return ""
    given = match_arguments(function.node, site.arguments, site.keywords)
    if any(always_takes_tensor(function, name) and not given[name].own for name in tensors):
        return ""
    return "its function is a leaf for a tracer, which runs it where nothing that it traces goes in"


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
