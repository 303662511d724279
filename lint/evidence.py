"""What recorded forward passes say about source files, as ``modulint model --evidence`` writes it. No torch.

Evidence is about the bytes of a file, wherever it lies: an installed package and a checkout of it are one. About other
bytes it says nothing. ``FileEvidence`` answers for ranges as findings have them: line, column, end line and end column,
which count characters from 1, the end exclusive.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from modulint.lint.source import Range

FORMAT: Final = "modulint evidence"
VERSION: Final = 1
"""Of what ``runtime/evidence.py`` writes and this module reads."""

ValueKind = Literal["tensor", "not tensor", "unknown"]
Move: TypeAlias = Callable[[Range], "Range | None"]


class EvidenceError(Exception):
    """A file that holds no evidence which can be read. The text names it, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A torch operation that ran straight from a place, ``times`` in all.

    ``name`` is canonical: ``torch.nn.functional.relu``, ``torch.Tensor.add`` (also for ``x + y``). ``operands`` are the
    kinds of the operands of an operator: ``tensor``, ``number``, ``sequence`` or ``other``, in no order.
    """

    name: str
    times: int
    makes_tensor: bool = True
    operands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Module:
    """Modules of one class that were called at a place.

    ``most`` is how often one of these instances ran in one forward pass, wherever it was called; ``most_here`` how
    often it did from this place alone.
    """

    class_name: str
    names: tuple[str, ...]
    calls: int
    most_here: int
    most: int


@dataclass(frozen=True, slots=True)
class Place:
    """A call or an operator that completed ``ran`` times, and what it ran. Without operations it is none of torch."""

    ran: int
    operator: bool
    operations: tuple[Operation, ...] = ()
    modules: tuple[Module, ...] = ()

    def joined(self, other: Place) -> Place:
        """Both as one."""
        operations, modules = (*self.operations, *other.operations), (*self.modules, *other.modules)
        return Place(self.ran + other.ran, self.operator, operations, modules)

    @property
    def most(self) -> int:
        """How often one instance that was called here ran in one forward pass, at most."""
        return max((module.most for module in self.modules), default=0)

    @property
    def most_here(self) -> int:
        """The same, from here alone."""
        return max((module.most_here for module in self.modules), default=0)


@dataclass(frozen=True, slots=True)
class FileEvidence:
    """What ran in one file. ``lines`` has what passes saw whose Python knows no columns (3.10).

    What is not in ``places`` did not run, if they are ``whole``: an edit can leave some without a place.
    """

    places: Mapping[Range, Place]
    lines: Mapping[int, Place] = field(default_factory=dict)
    whole: bool = True

    def value(self, place: Range) -> ValueKind:
        """Whether the operator (``x + y``, ``x += y``, ``-x``) at ``place`` gives a tensor.

        "tensor": it ran, and was an operation on at least one tensor that made one tensor, each time. "not tensor": it
        ran, and never was. "unknown": it did not run, or it was now this, now that.
        """
        found = self.places.get(place)
        if found is None or not found.operator:
            return "unknown"
        if not found.operations:
            return "not tensor"
        on_tensors = sum(each.times for each in found.operations if each.makes_tensor and "tensor" in each.operands)
        return "tensor" if on_tensors == found.ran else "unknown"

    def on_lines(self, first: int, last: int) -> tuple[Place, ...]:
        """What ran on these lines where no columns are known."""
        return tuple(self.lines[line] for line in range(first, last + 1) if line in self.lines)

    def moved(self, move: Move) -> FileEvidence:
        """The same about an edited text: each range as ``move`` gives it, without those that it knows no place for."""
        moved = ((move(place), found) for place, found in self.places.items())
        places = {place: found for place, found in moved if place is not None}
        return FileEvidence(places, whole=self.whole and not self.lines and len(places) == len(self.places))

    def joined(self, other: FileEvidence) -> FileEvidence:
        """The same with the places of ``other``, which has none of these."""
        return FileEvidence({**self.places, **other.places}, self.lines, self.whole)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of all files: by checksum, and for each path the checksums that it had when it was recorded."""

    files: Mapping[str, FileEvidence] = field(default_factory=dict)
    paths: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def about(self, data: bytes) -> FileEvidence | None:
        """What is known of a file that holds ``data``."""
        return self.files.get(checksum(data)) if self.files else None

    def stale(self, paths: Iterable[str]) -> Iterator[str]:
        """Those of ``paths`` that were recorded and hold other bytes by now."""
        for path in paths if self.paths else ():
            recorded = self.paths.get(os.path.realpath(path), frozenset())
            if recorded and _checksum_of(path) not in recorded:
                yield path


def checksum(data: bytes) -> str:
    """What evidence knows the bytes of a file by."""
    return hashlib.sha256(data).hexdigest()


def load(files: Sequence[str]) -> Evidence:
    """The evidence in ``files`` taken together: what ran in any of the passes, ran.

    Raises:
        EvidenceError: one of them cannot be read, or holds something else.
    """
    by_checksum: dict[str, tuple[dict[Range, Place], dict[int, Place]]] = {}
    by_path: dict[str, set[str]] = {}
    for name in files:
        for recorded in _files(name):
            try:
                known = str(recorded["sha256"])
                by_path.setdefault(str(recorded["path"]), set()).add(known)
                places, lines = by_checksum.setdefault(known, ({}, {}))
                for each in recorded["places"]:
                    _add(each, places, lines)
            except (KeyError, TypeError, ValueError, AttributeError):
                raise EvidenceError(f"{name}: damaged: not as `modulint model --evidence` writes it") from None
    return Evidence(
        {known: FileEvidence(*seen) for known, seen in by_checksum.items()},
        {path: frozenset(known) for path, known in by_path.items()},
    )


def _files(name: str) -> Sequence[Mapping[str, Any]]:
    """The entries for files in the evidence file ``name``."""
    try:
        with open(name, encoding="utf-8") as file:
            content = json.load(file)
    except OSError as error:
        raise EvidenceError(f"{name}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{name}: not JSON: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise EvidenceError(f"{name}: no evidence: `modulint model SPEC --evidence {name}` writes it")
    if content.get("version") != VERSION:
        raise EvidenceError(
            f"{name}: evidence of version {content.get('version')}, which this modulint does not read; record it again"
        )
    files = content.get("files")
    if not isinstance(files, list) or not all(isinstance(each, dict) for each in files):
        raise EvidenceError(f"{name}: damaged: not as `modulint model --evidence` writes it")
    return files


def _add(entry: Mapping[str, Any], places: dict[Range, Place], lines: dict[int, Place]) -> None:
    place = Place(
        int(entry["ran"]),
        bool(entry["operator"]),
        tuple(_operation(each) for each in entry.get("operations", ())),
        tuple(_module(each) for each in entry.get("modules", ())),
    )
    numbers = [int(number) for number in entry["at"]]
    if len(numbers) == 1:
        (line,) = numbers
        lines[line] = lines[line].joined(place) if line in lines else place
        return
    first, column, last, end = numbers
    at = (first, column, last, end)
    places[at] = places[at].joined(place) if at in places else place


def _operation(entry: Mapping[str, Any]) -> Operation:
    operands = tuple(str(kind) for kind in entry.get("operands", ()))
    return Operation(str(entry["name"]), int(entry["times"]), bool(entry["makes_tensor"]), operands)


def _module(entry: Mapping[str, Any]) -> Module:
    names = tuple(str(name) for name in entry["names"])
    return Module(str(entry["class"]), names, int(entry["calls"]), int(entry["most_here"]), int(entry["most"]))


def _checksum_of(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return checksum(file.read())
    except OSError:
        return ""
