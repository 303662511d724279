"""Convolutions whose channels are written as numbers: shared by the two rules that look at channels."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from modulint.lint.file import File, Place
from modulint.lint.assignments import dotted

MULTIPLE = 32  # channels that the vector units of common accelerators take at once

_CONVOLUTIONS = frozenset(f"torch.nn.Conv{kind}{rank}d" for kind in ("", "Transpose") for rank in (1, 2, 3))
_CHANNELS = ("in_channels", "out_channels")


def literal_channels(file: File) -> Iterator[tuple[Place, dict[str, int]]]:
    """Each construction of a convolution, with those of its channel counts that are literals."""
    for place, node in file.calls:
        if not _may_be_convolution(node.func):
            continue
        reference = file.resolve(dotted(node.func), place)
        if reference.kind != "external" or reference.name not in _CONVOLUTIONS:
            continue
        given = dict(zip(_CHANNELS, node.args)) | {k.arg: k.value for k in node.keywords if k.arg in _CHANNELS}
        channels = {
            name: value.value
            for name, value in given.items()
            if isinstance(value, ast.Constant) and isinstance(value.value, int)
        }
        if channels:
            yield place, channels


def _may_be_convolution(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) or (isinstance(function, ast.Attribute) and function.attr.startswith("Conv"))
