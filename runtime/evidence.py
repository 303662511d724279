"""What recorded passes saw, for ``modulint check --evidence``. ``lint/evidence.py`` reads it and says what it means."""

from __future__ import annotations

import ast
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from platform import python_version
from typing import Any

import torch
from torch import nn

from modulint.lint.evidence import FORMAT, VERSION, checksum
from modulint.lint.source import Source, UnreadableSource
from modulint.runtime.errors import ModelError, is_user_file
from modulint.runtime.positions import Position
from modulint.runtime.record import Mode, ModuleCall, Operation, Record

_At = tuple[int, ...]  # a range; the line alone where the interpreter knows no columns


@dataclass(slots=True)
class _Modules:
    """Calls of modules of one class at one place."""

    names: dict[str, None] = field(default_factory=dict)
    calls: int = 0
    most_here: int = 0
    most: int = 0


@dataclass(slots=True)
class _Place:
    operator: bool
    ran: int = 0
    operations: Counter[tuple[str, tuple[str, ...], bool]] = field(default_factory=Counter)
    modules: dict[str, _Modules] = field(default_factory=dict)


_Places = dict[str, dict[_At, _Place]]


def write_evidence(file: Path, spec: str, inputs: str, records: Mapping[Mode, Record]) -> int:
    """Write what ``records`` saw, all of one model, and give the number of source files that took part.

    The records must have been made with ``counting``.

    Raises:
        ModelError: the file cannot be written.
    """
    runs = [
        {
            "model": spec,
            "inputs": inputs,
            "mode": mode,
            "tensors": seen.tensors,
            "python": python_version(),
            "torch": torch.__version__,
        }
        for mode, seen in records.items()
    ]
    files = list(_files(records.values()))
    content = {"format": FORMAT, "version": VERSION, "runs": runs, "files": files}
    try:
        file.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{file}: not written: {error.strerror or error}") from None
    return len(files)


def _files(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """An entry for each source file in which something ran, but those that cannot be read any more."""
    seen: _Places = {}
    for each in records:
        _collect(each, seen)
    for path, places in sorted(seen.items()):
        try:
            data = Path(path).read_bytes()
            written = _method_calls(Source(path, data))
        except (OSError, UnreadableSource):
            continue
        entries = [_entry(written.get(at[:2], at), place) for at, place in sorted(places.items()) if place.ran]
        if entries:
            yield {"path": os.path.realpath(path), "sha256": checksum(data), "places": entries}


def _collect(seen: Record, into: _Places) -> None:
    def at(position: Position) -> _Place:
        places = into.setdefault(position.path, {})
        return places.setdefault(_range(position), _Place(position.operator))

    for position, times in seen.ran.items():
        at(position).ran += times
    for operation in seen.operations.values():
        if operation.position is not None and _is_direct(seen, operation, operation.call):
            key = (operation.name, tuple(sorted(operation.operands)), operation.makes_tensor)
            at(operation.position).operations[key] += 1
    in_all = Counter(id(call.module) for call in seen.calls.values())
    here: Counter[tuple[Position, int]] = Counter()
    for call in seen.calls.values():
        if call.position is None or call.parent is None or not _is_direct(seen, call, call.parent):
            continue
        here[call.position, id(call.module)] += 1
        modules = at(call.position).modules.setdefault(_class_name(call.module), _Modules())
        modules.names[call.name] = None
        modules.calls += 1
        modules.most_here = max(modules.most_here, here[call.position, id(call.module)])
        modules.most = max(modules.most, in_all[id(call.module)])


def _is_direct(seen: Record, what: Operation | ModuleCall, around: int) -> bool:
    """Whether the user's code made the call itself, and not a module of torch that it called at the same place."""
    caller = seen.calls[around]
    code = getattr(type(caller.module).forward, "__code__", None)
    return what.position != caller.position or (code is not None and is_user_file(code.co_filename))


def _range(position: Position) -> _At:
    if not position.exact:
        return (position.line,)
    return (position.line, position.column, position.end_line, position.end_column)


def _method_calls(source: Source) -> dict[_At, _At]:
    """The method calls whose name stands below their first line, by line and column of the name.

    That is where the interpreter has them start.
    """
    found: dict[_At, _At] = {}
    for node in ast.walk(source.parse()):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.end_lineno != node.lineno:
            line, column = source.range(node.func)[2:]
            found[line, column - len(node.func.attr)] = source.range(node)
    return found


def _entry(at: _At, place: _Place) -> dict[str, Any]:
    entry: dict[str, Any] = {"at": at, "ran": place.ran, "operator": place.operator}
    operations = [
        {"name": name, "times": times, "makes_tensor": makes_tensor} | ({"operands": operands} if operands else {})
        for (name, operands, makes_tensor), times in sorted(place.operations.items())
    ]
    modules = [
        {"class": name, "names": list(each.names), "calls": each.calls, "most_here": each.most_here, "most": each.most}
        for name, each in sorted(place.modules.items())
    ]
    return entry | ({"operations": operations} if operations else {}) | ({"modules": modules} if modules else {})


def _class_name(module: nn.Module) -> str:
    return f"{type(module).__module__}.{type(module).__qualname__}"
