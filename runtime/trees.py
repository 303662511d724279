"""Whether one model, built from two source trees, is the same: each side runs in a process of its own."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor

from modulint.runtime.compare import Comparison, compare, require_two
from modulint.runtime.errors import ModelError, SpecError
from modulint.runtime.loading import parse_shape
from modulint.runtime.observe import Observation, Wish

_DEFAULT_COUNT = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """What to build and run on both sides: ``shapes``, or the callable ``inputs_spec``, give the inputs.

    Each input has its own seed, ``seed`` for the first one. A spec that names a file names it relative to the tree.
    """

    spec: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    shapes: tuple[str, ...] = ()
    inputs_spec: str = ""
    seed: int = 0
    input_count: int = _DEFAULT_COUNT


@dataclass(frozen=True, slots=True)
class Request:
    """What a process is asked first: to observe ``subject`` as it is in ``tree``. Wishes follow."""

    subject: Subject
    tree: str


Answer = tuple[Observation, Tensor | None]


def compare_trees(subject: Subject, before: Path, after: Path) -> Comparison:
    """Build ``subject`` from both trees and compare the two models.

    Raises:
        SpecError: a tree is not there, the subject cannot be followed, or comes from neither tree.
        ModelError: one side could not be observed, because the user's code raised or its process died.
    """
    require_two(range(subject.input_count))
    for shape in subject.shapes:
        parse_shape(shape)
    for tree in (before, after):
        if not tree.is_dir():
            raise SpecError(f"{tree}: no such directory")
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(_side(name, Request(subject, str(tree.absolute()))))
            for name, tree in (("before", before), ("after", after))
        )
        return compare(one.observe, other.observe)


@contextmanager
def _side(name: str, request: Request) -> Iterator[_Side]:
    """A process that observes one side as long as it is needed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "modulint.runtime.side"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        side = _Side(f"{name} ({request.tree})", process)
        side.send(request)
        side.send(Wish())  # what is asked first in any case: both sides work at it at the same time
        yield side
    finally:
        process.kill()
        process.communicate()


class _Side:
    """The parent's end of a process that observes one side."""

    def __init__(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self._name = name
        self._process = process
        self._asked_first = True

    def send(self, value: object) -> None:
        """Hand ``value`` over. A process that is gone already is noticed when its answer does not come."""
        assert self._process.stdin is not None
        try:
            pickle.dump(value, self._process.stdin)
            self._process.stdin.flush()
        except BrokenPipeError:
            pass

    def observe(self, wish: Wish) -> Answer:
        """The answer to ``wish``."""
        if not self._asked_first:
            self.send(wish)
        self._asked_first = False
        assert self._process.stdout is not None
        try:
            answer = pickle.load(self._process.stdout)
        except EOFError:
            raise ModelError(f"{self._name}: {_death(self._process.wait())}") from None
        if isinstance(answer, ModelError):
            raise type(answer)(f"{self._name}: {answer}")
        found: Answer = answer
        return found


def _death(status: int) -> str:
    if status < 0:
        return f"the process was ended by {signal.Signals(-status).name}"
    return f"the process ended with status {status}"
