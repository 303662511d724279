"""Rewriting one expression whose inner layout has to be kept, comments and line breaks with it.

This is where the lossless tree pays: the rest of the file is never parsed by it.
"""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst


def keep_arguments(call: str, function: str, kept: Mapping[int, bool], newline: str) -> str:
    """The source of ``call`` with another function, and with the arguments at the positions ``kept`` only.

    What is kept keeps its comments, and becomes positional where ``kept`` does not say that its keyword stays; what goes
    takes its own along.
    """
    # A name cannot hold the placeholder that the engine fills in later, so a plain one stands in for it.
    node = cst.parse_expression(call)
    assert isinstance(node, cst.Call)
    bare = {"keyword": None, "equal": cst.MaybeSentinel.DEFAULT}
    arguments = [node.args[place].with_changes(**({} if keeps_keyword else bare)) for place, keeps_keyword in kept.items()]
    if len(arguments) < len(node.args):
        arguments[-1] = _closing(arguments[-1], node.args[-1])
    stand_in = "modulint_function"
    rewritten = node.with_changes(func=cst.Name(stand_in), args=arguments)
    return cst.Module([], default_newline=newline).code_for_node(rewritten).replace(stand_in, function, 1)


def _closing(kept: cst.Arg, last: cst.Arg) -> cst.Arg:
    """``kept`` in the place of the last argument: the closing bracket stands where it stood, comments stay."""
    own = kept.comma.whitespace_after if isinstance(kept.comma, cst.Comma) else kept.whitespace_after_arg
    other = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else last.whitespace_after_arg
    if isinstance(own, cst.ParenthesizedWhitespace) and isinstance(other, cst.ParenthesizedWhitespace):
        own = own.with_changes(indent=other.indent, last_line=other.last_line)
    elif not (isinstance(own, cst.ParenthesizedWhitespace) and own.first_line.comment):
        own = other
    if isinstance(last.comma, cst.Comma):
        return kept.with_changes(comma=last.comma.with_changes(whitespace_after=own), whitespace_after_arg=last.whitespace_after_arg)
    return kept.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=own)
