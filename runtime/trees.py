"""Whether one model, built from two versions of its sources, is the same: each side runs in a process of its own."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from torch import Tensor

from modulint.runtime.compare import Comparison, Difference, Side, compare, require_two
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
    """What a process is asked first: to observe ``subject``. Wishes follow.

    With a ``tree``, the model must come from there. Modules are looked for in ``search`` before all other places.
    ``sources`` are imported in place of the files at these real paths.
    """

    subject: Subject
    tree: str = ""
    search: tuple[str, ...] = ()
    sources: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reached:
    """What a run has to do with the sources that were given for it: the files of them that were imported, and the
    classes in them (file and qualified name) of which a module was called. ``origin`` is the file of the model's class.
    """

    files: frozenset[str]
    classes: frozenset[tuple[str, str]]
    origin: str


Answer = tuple[Observation, Tensor | None]


def compare_trees(subject: Subject, before: Path, after: Path) -> Comparison:
    """Build ``subject`` from both trees and compare the two models.

    Raises:
        SpecError: a tree is not there, the subject cannot be followed, or comes from neither tree.
        ModelError: one side could not be observed, because the user's code raised or its process died.
    """
    _require_usable(subject)
    for tree in (before, after):
        if not tree.is_dir():
            raise SpecError(f"{tree}: no such directory")
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(_side(name, Request(subject, str(tree.absolute()))))
            for name, tree in (("before", before), ("after", after))
        )
        return compare(one.observe, other.observe)


class Rewrites:
    """A model as it is, to be compared with rewrites of its sources. What is observed of it is observed once."""

    def __init__(self, subject: Subject, search: Sequence[str], sources: Mapping[str, bytes]) -> None:
        """``sources`` are the files that may be rewritten, by real path, as they are.

        Raises:
            SpecError, ModelError: see :func:`compare_trees`.
        """
        _require_usable(subject)
        self._request = Request(subject, search=tuple(search), sources=sources)
        self._seen: dict[Wish, Answer] = {}
        passes = self._before(Wish())[0].passes.values()
        if all(each.failure for each in passes):
            raise ModelError(f"{subject.spec}: there is nothing to compare: {next(iter(passes)).failure}")

    def compare(self, rewritten: Mapping[str, bytes], explained: bool = True) -> Comparison:
        """Compare the model with what it is when some of its sources are ``rewritten``.

        That something differs costs one run of the rewrite, an ``explained`` difference some more of both.
        """
        request = replace(self._request, sources={**self._request.sources, **rewritten})
        try:
            with _side("after", request) as after:
                if explained:
                    return compare(self._before, after.observe)
                return compare(_asked_once(self._before), _asked_once(after.observe))
        except _AskedAgain:
            return Comparison(Difference("some tensor", "", "not looked into"), ())
        except ModelError as error:
            return Comparison(Difference("the rewritten model", "", str(error)), ())

    def _before(self, wish: Wish) -> Answer:
        if wish not in self._seen:
            with _side("before", self._request, wish) as side:
                self._seen[wish] = side.observe(wish)
                self.reached = side.reached()
        return self._seen[wish]


class _AskedAgain(Exception):
    """A comparison wants to know more: it has found a difference."""


def _asked_once(side: Side) -> Side:
    def observe(wish: Wish) -> Answer:
        if wish != Wish():
            raise _AskedAgain
        return side(wish)

    return observe


def _require_usable(subject: Subject) -> None:
    """Say what is wrong with ``subject`` before a process is started for it."""
    require_two(range(subject.input_count))
    for shape in subject.shapes:
        parse_shape(shape)


@contextmanager
def _side(name: str, request: Request, first: Wish = Wish()) -> Iterator[_Side]:
    """A process that observes one side as long as it is needed. It starts at once with what it is asked ``first``."""
    process = subprocess.Popen(
        [sys.executable, "-m", "modulint.runtime.side"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        side = _Side(f"{name} ({request.tree})" if request.tree else name, process)
        side.send(request)
        side.send(first)
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
        answer: Answer = self._answer()
        return answer

    def reached(self) -> Reached:
        """What the passes observed so far have reached."""
        self.send(Reached)
        answer: Reached = self._answer()
        return answer

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        try:
            answer = pickle.load(self._process.stdout)
        except EOFError:
            raise ModelError(f"{self._name}: {_death(self._process.wait())}") from None
        if isinstance(answer, ModelError):
            raise type(answer)(f"{self._name}: {answer}")
        return answer


def _death(status: int) -> str:
    if status < 0:
        return f"the process was ended by {signal.Signals(-status).name}"
    return f"the process ended with status {status}"
