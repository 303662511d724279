"""Measure how much of what really runs the static walk sees, and whether it claims what does not.

The models of ``zoo/manifest.json`` run once in each mode, observed by ``modulint.runtime`` on tensors without values. Every torch
operation that they run outside of leaf modules, from code of timm and torchvision, is looked up among the operations and
operators that ``modulint.lint`` finds in the source:

* recall: the share of the operations that ran, each place counted once, that the source shows to be on tensors;
* wrong claims: operators and operations that the source is said to show, whose code ran, but no operation on tensors
  did. There must be none.

What only reshapes (``view``, ``permute``) is left out, as is indexing: the walk does not report it. So is ``split``,
which counts as reshaping or not by its arguments.

    python corpus/coverage.py                 # with a Python 3.11 or later that has modulint, torch, timm, torchvision
    python corpus/coverage.py --only resnetv2_18 --missed 20

Exit status: 0; 1 where a claim is wrong, or a model did not run; 2 where the command line is wrong.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from modulint.lint.engine import is_relevant, parse
from modulint.lint.file import File
from modulint.lint.forward import OperatorStep, Site, Step
from modulint.lint.operations import MOVEMENT, REARRANGING
from modulint.lint.settings import Settings
from modulint.lint.source import UnreadableSource
from modulint.lint.tree import Tree
from zoo.run import HERE, LIBRARIES, Entry, build, chosen_entries, declare_torchvision_operators, read_manifest, seed

Range: TypeAlias = tuple[int, int, int, int]
"""Line, column, end line and end column, in characters from 1, the end exclusive."""
Key: TypeAlias = tuple[str, bool, Range]
"""A place: file, whether an operator stands there, and where. Of a call only the end counts: Python moves the start of
one that spans lines to the name of its method."""

_NOT_LOOKED_FOR = frozenset({"torch.split", "torch.Tensor.split", "torch.Tensor.__getitem__", "torch.Tensor.__setitem__"})


@dataclass
class Seen:
    """What the models ran: the operations by place, with the models, and every place of an operator or call that ran."""

    operations: dict[Key, str] = field(default_factory=dict)
    models: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    on_tensors: set[Key] = field(default_factory=set)
    ran: set[Key] = field(default_factory=set)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="run these models, as name or library/name")
    parser.add_argument("--missed", type=int, default=40, metavar="N", help="list at most N places that were missed (40)")
    given = parser.parse_args(arguments)
    entries = chosen_entries(read_manifest(HERE.with_name("manifest.json")).entries, given.only)
    declarations = declare_torchvision_operators(import_module("torch"))  # they last as long as this object
    roots = [os.path.dirname(str(import_module(library).__file__)) for library in LIBRARIES]
    seen, failures = observed(entries, roots)
    claims = claimed(roots, {key[0] for key in seen.ran})
    wrong = sorted(key for key in claims.keys() & seen.ran if claims[key] and key not in seen.on_tensors)
    print("\n".join(report(seen, claims, wrong, given.missed)))
    for failure in failures:
        print(f"FAILED: {failure}")
    del declarations
    return 1 if wrong or failures else 0


# --- what runs -------------------------------------------------------------------------------------------------------


def observed(entries: Sequence[Entry], roots: Sequence[str]) -> tuple[Seen, list[str]]:
    """Run the models one after the other."""
    torch = import_module("torch")
    seen, failures = Seen(), []
    for number, entry in enumerate(entries, 1):
        print(f"{number}/{len(entries)} {entry.full_name}", file=sys.stderr, flush=True)
        try:
            seed(torch, 0)
            observe(entry, torch, roots, seen)
        except Exception as error:
            failures.append(f"{entry.full_name}: {type(error).__name__}: {error}")
        gc.collect()
    return seen, failures


def observe(entry: Entry, torch: Any, roots: Sequence[str], seen: Seen) -> None:
    record = import_module("modulint.runtime.record")
    inputs = import_module("modulint.runtime.loading").Inputs
    model = build(entry)
    for mode in ("eval", "train"):
        given = torch.randn(2, *entry.shape[1:])  # two samples, since a batch norm in train mode refuses a single one
        note(record.record(model, inputs((given,)), mode=mode, counting=True), entry, roots, seen, record.is_leaf)


def note(found: Any, entry: Entry, roots: Sequence[str], seen: Seen, is_leaf: Callable[[Any], bool]) -> None:
    """Take up what one pass did."""
    seen.ran |= {key for position in found.ran if (key := key_of(position, roots)) is not None}
    for operation in found.operations.values():
        key = None if operation.position is None else key_of(operation.position, roots)
        if key is None:
            continue
        seen.on_tensors.add(key)
        if is_looked_for(operation.name) and has_own_code(found.residence(operation).module, is_leaf):
            seen.operations[key] = operation.name
            seen.models[key].add(entry.full_name)


def is_looked_for(name: str) -> bool:
    """Whether the walk should report an operation."""
    if name in _NOT_LOOKED_FOR or "__get__" in name or "__set__" in name:
        return False
    return name not in MOVEMENT or name in REARRANGING


def has_own_code(module: Any, is_leaf: Callable[[Any], bool]) -> bool:
    """Whether what runs in a module has to be seen in the code of the libraries: not in a leaf, nor in a class of torch."""
    return not is_leaf(module) and not type(module).__module__.startswith("torch.")


def key_of(position: Any, roots: Sequence[str]) -> Key | None:
    """The key of a recorded position, None where it is not exact or in other code."""
    path = os.path.abspath(position.path)
    if not position.exact or not path.startswith(tuple(roots)):
        return None
    start = (position.line, position.column) if position.operator else (0, 0)
    return path, position.operator, (*start, position.end_line, position.end_column)


# --- what the source shows -------------------------------------------------------------------------------------------


def claimed(roots: Sequence[str], wanted: set[str]) -> dict[Key, bool]:
    """Every step of the walks over the libraries by place, with whether it is sure that it runs on tensors."""
    paths = sorted(str(path) for root in roots for path in Path(root).rglob("*.py"))
    tree = Tree.survey(paths)
    claims: dict[Key, bool] = {}
    for path in paths:
        data = Path(path).read_bytes()
        if not is_relevant(data):
            continue
        try:
            file = parse(path, data, tree, Settings())
        except UnreadableSource:
            continue
        for step in steps_of(file):
            key = key_of_step(step)
            sure = not isinstance(step, OperatorStep) or step.sure
            claims[key] = claims.get(key, False) or sure
    return {key: sure for key, sure in claims.items() if key[0] in wanted}


def steps_of(file: File) -> Iterator[Step]:
    """Operations and operators on the forward paths of a file, those of plain functions with them."""
    steps: Iterable[Step] = (
        *(site for _, site in file.sites),
        *(step for _, step in file.operators),
        *(step for helper in file.helpers for step in helper.steps),
    )
    for step in steps:
        if isinstance(step, OperatorStep) or (isinstance(step, Site) and step.operation is not None):
            yield step


def key_of_step(step: Step) -> Key:
    source, operator = step.stands_in.source, isinstance(step, OperatorStep)
    line, column, end_line, end_column = source.range(step.node)
    return source.path, operator, (line if operator else 0, column if operator else 0, end_line, end_column)


# --- the report ------------------------------------------------------------------------------------------------------


def report(seen: Seen, claims: Mapping[Key, bool], wrong: Sequence[Key], missed: int) -> Iterator[str]:
    for operator, kind in ((True, "operators"), (False, "operations")):
        places = [key for key in seen.operations if key[1] is operator]
        shown = sum(claims.get(key, False) for key in places)
        unsure = sum(key in claims and not claims[key] for key in places)
        share = shown / len(places) if places else 1
        yield f"{kind}: {shown} of {len(places)} places shown ({share:.1%}), {unsure} more unsure"
    refuted = sum(key in seen.ran and key in seen.on_tensors for key in claims)
    yield f"claims at places that ran: {refuted} right, {len(wrong)} wrong"
    for key in wrong:
        yield f"WRONG {described(key)}"
    misses = [key for key in seen.operations if not claims.get(key, False)]
    yield f"missed, by operation: {Counter(seen.operations[key] for key in misses).most_common(12)}"
    for key in sorted(misses)[:missed]:
        unsure_mark = "unsure" if key in claims else "unseen"
        yield f"{unsure_mark} {described(key)}  {seen.operations[key]}  {min(seen.models[key])}"


def described(key: Key) -> str:
    """A place with its text."""
    path, _, (line, column, end_line, end_column) = key
    lines = Path(path).read_text("utf-8").splitlines()
    if line:
        text = lines[line - 1][column - 1 : end_column - 1 if end_line == line else None]
    else:
        line, text = end_line, lines[end_line - 1][: end_column - 1].strip()
    return f"{os.sep.join(Path(path).parts[-3:])}:{line} `{text}`"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
