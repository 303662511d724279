"""The process that observes one side of a comparison: requests come in on stdin, answers go out on stdout."""

from __future__ import annotations

import os
import pickle
import sys
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import torch
from torch import nn

from modulint.runtime.errors import ModelError, SpecError
from modulint.runtime.loading import Inputs, build_model, call_inputs, look_first_in, make_inputs, search_directory
from modulint.runtime.observe import Wish, observe
from modulint.runtime.overlay import overlay
from modulint.runtime.trees import Answer, Reached, Request, Subject


def main() -> None:
    """Answer until stdin ends. A failure that the user can act on is an answer as well."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the user's code prints must not get between the answers
    warnings.filterwarnings("ignore", module="torch")
    torch.use_deterministic_algorithms(True, warn_only=True)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    request: Request = pickle.load(sys.stdin.buffer)
    _set_search_path(request)
    with overlay(request.sources) as imported, _called_modules(seen=bool(request.sources)) as called:
        while True:
            try:
                asked: Wish | type[Reached] = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            answer = _answer_or_error(request, asked) if isinstance(asked, Wish) else _reached(imported, called)
            pickle.dump(answer, answers)
            answers.flush()


def answer_to(request: Request, wish: Wish) -> Answer:
    """Build the model from the tree of ``request``, anew each time, and observe it.

    Raises:
        ModelError: it cannot be built, or does not come from the tree.
    """
    subject = request.subject
    torch.manual_seed(subject.seed)
    model = build_model(_spec_in(subject.spec, request.tree), subject.kwargs)
    if request.tree:
        _require_from(request.tree, model, subject.spec)
    inputs = [_inputs(subject, number, request.tree) for number in range(subject.input_count)]
    return observe(model, inputs, subject.seed, wish)


def _set_search_path(request: Request) -> None:
    """Put the tree before all places that the specs bring along: those may hold other versions of the same modules."""
    for spec in (request.subject.spec, request.subject.inputs_spec):
        if spec:
            look_first_in(search_directory(spec))
    sys.path[:0] = [request.tree] if request.tree else request.search


def _answer_or_error(request: Request, wish: Wish) -> Answer | ModelError:
    try:
        return answer_to(request, wish)
    except ModelError as error:
        return type(error)(str(error))  # without the traceback and the user's own exception, which may not pickle


@contextmanager
def _called_modules(seen: bool) -> Iterator[Collection[type[nn.Module]]]:
    """Gives the classes of the modules that are called, the first call first, if they are to be ``seen``.

    It is done without hooks, which would switch off torch's fast paths.
    """
    called: dict[type[nn.Module], None] = {}
    if not seen:
        yield called
        return
    call = nn.Module.__call__

    def call_seen(module: nn.Module, *args: object, **kwargs: object) -> object:
        called[type(module)] = None
        return call(module, *args, **kwargs)

    with patch.object(nn.Module, "__call__", call_seen):
        yield called


def _reached(imported: Collection[str], called: Collection[type[nn.Module]]) -> Reached:
    classes = ((_file_of(each), each.__qualname__) for kind in called for each in kind.__mro__)
    first = next(iter(called), None)
    return Reached(
        frozenset(imported),
        frozenset((file, name) for file, name in classes if file in imported),
        _file_of(first) if first is not None else "",
    )


def _file_of(kind: type) -> str:
    origin = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return os.path.realpath(origin) if origin else ""


def _inputs(subject: Subject, number: int, tree: str) -> Inputs:
    if subject.inputs_spec:
        return call_inputs(_spec_in(subject.inputs_spec, tree), subject.seed + number)
    return make_inputs(subject.shapes, subject.seed + number)


def _spec_in(spec: str, tree: str) -> str:
    """A spec that names a file of the tree, with the file's path; any other spec as it is."""
    target, separator, name = spec.rpartition(":")
    file = Path(tree, target)
    return f"{file}:{name}" if separator and target.endswith(".py") and file.is_file() else spec


def _require_from(tree: str, model: nn.Module, spec: str) -> None:
    """Refuse to call two models equal that are both built from somewhere else."""
    root = os.path.realpath(tree) + os.sep
    origins = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    if not any(os.path.realpath(origin).startswith(root) for origin in origins if origin):
        origin = _file_of(type(model)) or type(model).__module__
        raise SpecError(f"{spec}: nothing in {tree} was imported; the model's class comes from {origin}")


if __name__ == "__main__":
    main()
