"""Rewriting one expression whose inner layout has to be kept, comments and line breaks with it.

This is where the lossless tree pays: the rest of the file is never parsed by it.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst


def keep_arguments(call: str, function: str, kept: Sequence[int]) -> str:
    """The source of ``call`` with another function, and with the arguments at the positions ``kept`` only.

    What is kept becomes positional and keeps its comments; what goes takes its own along.
    """
    # A name cannot hold the placeholder that the engine fills in later, so a plain one stands in for it.
    node = cst.parse_expression(call)
    assert isinstance(node, cst.Call)
    arguments = [node.args[position].with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT) for position in kept]
    last = node.args[-1]
    if len(arguments) < len(node.args):
        # The last argument's comma decides how the closing bracket stands.
        arguments[-1] = arguments[-1].with_changes(
            comma=arguments[-1].comma if isinstance(last.comma, cst.Comma) else cst.MaybeSentinel.DEFAULT,
            whitespace_after_arg=last.whitespace_after_arg,
        )
    stand_in = "modulint_function"
    rewritten = node.with_changes(func=cst.Name(stand_in), args=arguments)
    return cst.Module([]).code_for_node(rewritten).replace(stand_in, function, 1)
