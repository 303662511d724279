"""MOD101: the module is defined in ``__init__`` and called in place of the functional."""

from __future__ import annotations

import re

from modulint.fixers.calls import to_module
from modulint.fixers.proposal import Answer
from modulint.lint.file import File
from modulint.lint.operations import Operation
from modulint.lint.rules.functional_call import FunctionalCall


def propose(file: File, subject: FunctionalCall) -> Answer:
    """A definition named after the operation, and a call of it."""
    operation = subject.site.operation
    assert operation is not None
    return to_module(file, subject.path, subject.site, subject.constructor, stem_of(operation), operation.checked)


def stem_of(operation: Operation) -> str:
    """The name that people give such a module: ``max_pool`` for ``max_pool2d``, ``relu`` for ``relu_``."""
    last = operation.name.rpartition(".")[2].rstrip("_").removesuffix("_with_indices")
    return re.sub(r"_?[123]d$", "", last)
