"""MOD103: a module of the one operator, called with its operands."""

from __future__ import annotations

from modulint.fixers.proposal import Answer, Refusal
from modulint.fixers.wrapping import propose_call, propose_operator
from modulint.lint.file import File
from modulint.lint.forward import OperatorStep
from modulint.lint.kept import is_kept
from modulint.lint.operations import TABLES
from modulint.lint.rules.tensor_operator import TensorOperator


def propose(file: File, subject: TensorOperator) -> Answer:
    """A definition of the op module, and a call of it."""
    if isinstance(subject.step, OperatorStep):
        return propose_operator(file, subject.path, subject.step)
    operation = subject.step.operation
    if operation is not None and operation.name in TABLES and is_kept(subject.path, subject.step):
        return Refusal("it makes a table that is kept for later calls")
    return propose_call(file, subject.path, subject.step)
