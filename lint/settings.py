"""What the user chose: which rules run, which files are left out, which classes are left alone.

Settings come from the nearest ``pyproject.toml`` with a ``[tool.modulint]`` table; options on the command line win over
it. A key, a type or a code that is wrong is refused with the nearest right one, instead of being ignored.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from modulint.lint.rules import rules

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ALL = "ALL"
TABLE = "tool.modulint"
_OP_MODULES = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


class SettingsError(Exception):
    """A setting that cannot be followed. The text names where it stands, what is wrong and what was probably meant."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A pattern as ``.gitignore`` has them, and the directory that it is relative to."""

    base: str
    pattern: str


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A model that a command can call by its name.

    ``spec`` and ``inputs`` are ``package.module:callable`` or ``path/to/file.py:callable``; ``input`` holds shapes. No
    inputs at all is allowed. ``base`` is the directory that paths are relative to, and modules are looked for in.
    """

    spec: str
    input: tuple[str, ...] = ()
    inputs: str = ""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    base: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's choices.

    ``select``, ``ignore`` and ``extend_select`` hold prefixes of codes, or ``ALL``; a ``select`` of None stands for the
    rules that are on by default. ``leaf_classes`` are left alone with all inside them. ``op_modules`` says where op
    classes come from: ``inline``, ``aimet`` or a module's dotted name. ``operations`` are lines that say which class takes
    the calls of further functions: ``Polar: torch.polar(abs: Tensor, angle: Tensor)``. ``evidence`` are files that
    ``modulint model --evidence`` wrote. ``models`` are those that have a name.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    exclude: tuple[Exclusion, ...] = ()
    leaf_classes: tuple[str, ...] = ()
    op_modules: str = "inline"
    operations: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    models: Mapping[str, ModelSettings] = field(default_factory=dict)

    def enabled(self, code: str) -> bool:
        """Whether the rule with this code runs.

        The longest prefix that matches decides; of two equally long ones, the one that ignores.
        """
        chosen = _longest(code, self.extend_select)
        if self.select is not None:
            chosen = max(chosen, _longest(code, self.select))
        elif chosen < 0 and _on_by_default(code):
            chosen = 0
        return chosen > _longest(code, self.ignore)


def load(start: Path) -> Settings:
    """The settings that hold for ``start``: those of the nearest ``pyproject.toml`` upwards that has any.

    Raises:
        SettingsError: a file on the way that cannot be read, or holds what cannot be followed.
    """
    start = start.absolute()
    for directory in (start, *start.parents):
        file = directory / "pyproject.toml"
        if file.is_file():
            table = _table(file)
            if table is not None:
                return _from_table(table, file)
    return Settings()


def load_file(file: Path) -> Settings:
    """The settings in ``file``, which must hold the table.

    Raises:
        SettingsError: see :func:`load`.
    """
    table = _table(file)
    if table is None:
        raise SettingsError(f"{file}: no [{TABLE}] in it")
    return _from_table(table, file)


def with_options(
    settings: Settings,
    *,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    exclude: Sequence[str] = (),
    evidence: Sequence[str] = (),
    option_prefix: str = "--",
) -> Settings:
    """``settings`` with the options of a command line laid over them; errors name options by ``option_prefix``.

    ``select`` starts over: what the settings select and ignore is dropped. ``ignore`` and ``extend_select`` add to the
    settings and outrank them, however specific those are. ``exclude`` and ``evidence`` add patterns and files, relative
    to the working directory.

    Raises:
        SettingsError: an unknown code.
    """
    ignore = _codes(ignore, f"{option_prefix}ignore")
    extend_select = _codes(extend_select, f"{option_prefix}extend-select")
    if select is not None:
        settings = replace(settings, select=_codes(select, f"{option_prefix}select"), ignore=(), extend_select=())
    else:
        settings = _outranked(settings, ignore, extend_select)
    return replace(
        settings,
        ignore=(*settings.ignore, *ignore),
        extend_select=(*settings.extend_select, *extend_select),
        exclude=(*settings.exclude, *(Exclusion(os.getcwd(), pattern) for pattern in exclude)),
        evidence=(*settings.evidence, *evidence),
    )


def common_directory(paths: Iterable[str]) -> Path:
    """The deepest directory that holds all ``paths``: where the search for settings starts."""
    absolute = [os.path.abspath(path) for path in paths]
    directories = [path if os.path.isdir(path) else os.path.dirname(path) for path in absolute]
    try:
        return Path(os.path.commonpath(directories))
    except ValueError:  # no paths, or paths on two drives
        return Path.cwd()


def nearest(wrong: str, right: Iterable[str]) -> str:
    """A hint to the entry of ``right`` that is closest to ``wrong``; the empty string where none is close."""
    spelled = {entry.casefold(): entry for entry in right}
    close = difflib.get_close_matches(wrong.casefold(), spelled, n=1, cutoff=0.5)
    return f"; did you mean {spelled[close[0]]}?" if close else ""


def _longest(code: str, prefixes: Iterable[str]) -> int:
    """The length of the longest prefix of ``code``, 0 for ``ALL``, -1 where none matches."""
    return max((0 if prefix == ALL else len(prefix) for prefix in prefixes if _matches(code, prefix)), default=-1)


def _matches(code: str, prefix: str) -> bool:
    return prefix == ALL or code.startswith(prefix)


def _on_by_default(code: str) -> bool:
    return not any(entry.rule.code == code and not entry.rule.default for entry in rules())


def _outranked(settings: Settings, ignore: Sequence[str], extend_select: Sequence[str]) -> Settings:
    """``settings`` without the prefixes that would, being longer, win over those of the command line."""
    select = settings.select
    return replace(
        settings,
        select=None if select is None else _without(select, ignore),
        extend_select=_without(settings.extend_select, ignore),
        ignore=_without(settings.ignore, extend_select),
    )


def _without(prefixes: Sequence[str], outranking: Sequence[str]) -> tuple[str, ...]:
    return tuple(prefix for prefix in prefixes if not any(_matches(prefix, other) for other in outranking))


def _table(file: Path) -> Mapping[str, Any] | None:
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: not valid TOML: {error}") from None
    tool = document.get("tool")
    table = tool.get("modulint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{file}: {TABLE} must be a table")
    return table


def _from_table(table: Mapping[str, Any], file: Path) -> Settings:
    fields: dict[str, Any] = {}
    for key, value in table.items():
        where = f"{file}: {TABLE}.{key}"
        if key not in _READERS:
            raise SettingsError(f"{where}: no such key{nearest(key, _READERS)}")
        fields[key.replace("-", "_")] = _READERS[key](value, where)
    base = os.path.abspath(file.parent)
    fields["exclude"] = tuple(Exclusion(base, pattern) for pattern in fields.get("exclude", ()))
    fields["evidence"] = tuple(os.path.join(file.parent, name) for name in fields.get("evidence", ()))
    fields["models"] = {name: replace(model, base=base) for name, model in fields.get("models", {}).items()}
    return Settings(**fields)


def _strings(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise SettingsError(f"{where}: must be a list of strings, not {value!r}")
    return tuple(value)


def _op_modules(value: object, where: str) -> str:
    value = _string(value, where)
    if not _OP_MODULES.fullmatch(value):
        raise SettingsError(f"{where}: must be inline, aimet or the dotted name of a module, not {value!r}")
    return value


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"{where}: must be a string, not {value!r}")
    return value


def _codes(prefixes: Iterable[str], where: str) -> tuple[str, ...]:
    known = [entry.rule.code for entry in rules()]
    for prefix in prefixes:
        if prefix != ALL and not (prefix and any(code.startswith(prefix) for code in known)):
            raise SettingsError(f"{where}: no rule has the code {prefix!r}{nearest(prefix, [*known, ALL])}")
    return tuple(prefixes)


def _code_list(value: object, where: str) -> tuple[str, ...]:
    return _codes(_strings(value, where), where)


def _models(value: object, where: str) -> dict[str, ModelSettings]:
    models = {}
    for name, table in _entries(value, where).items():
        if ":" in name:
            raise SettingsError(f"{where}: the name {name!r} would be taken for a spec: it must have no colon")
        models[name] = _model(_entries(table, f"{where}.{name}"), f"{where}.{name}")
    return models


def _model(table: Mapping[str, object], where: str) -> ModelSettings:
    for key in table:
        if key not in _MODEL_READERS:
            raise SettingsError(f"{where}.{key}: no such key{nearest(key, _MODEL_READERS)}")
    if "spec" not in table:
        raise SettingsError(f"{where}: no spec in it, such as spec = 'package.module:callable'")
    if "input" in table and "inputs" in table:
        raise SettingsError(f"{where}: input (shapes) and inputs (a callable) do not go together")
    return ModelSettings(**{key: _MODEL_READERS[key](value, f"{where}.{key}") for key, value in table.items()})


def _entries(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise SettingsError(f"{where}: must be a table, not {value!r}")
    return value


def _spec(value: object, where: str) -> str:
    value = _string(value, where)
    target, _, name = value.rpartition(":")
    if not target or not name:
        raise SettingsError(f"{where}: must be package.module:callable or path/to/file.py:callable, not {value!r}")
    return value


def _keywords(value: object, where: str) -> dict[str, object]:
    keywords = _entries(value, where)
    try:
        json.dumps(keywords)
    except TypeError as error:
        raise SettingsError(f"{where}: must hold what JSON can express: {error}") from None
    return keywords


_MODEL_READERS: Mapping[str, Callable[[object, str], Any]] = {
    "spec": _spec,
    "input": _strings,
    "inputs": _spec,
    "kwargs": _keywords,
}
_READERS: Mapping[str, Callable[[object, str], object]] = {
    "select": _code_list,
    "ignore": _code_list,
    "extend-select": _code_list,
    "exclude": _strings,
    "leaf-classes": _strings,
    "op-modules": _op_modules,
    "operations": _strings,
    "evidence": _strings,
    "models": _models,
}
