"""Which files a command is about: those given, those below given directories, those that share a package with them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from modulint.lint.finding import FileReport
from modulint.lint.settings import Exclusion, SettingsError

NEVER_SEARCHED = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files to check, in the order of their paths, and what was given but cannot be checked."""

    files: tuple[str, ...]
    failures: tuple[FileReport, ...]


def find_files(paths: Sequence[str], exclude: Sequence[Exclusion] = ()) -> Discovery:
    """The files that ``paths`` stand for.

    A file that is given is taken, whatever its name. Of a directory all ``.py`` files below it are taken, except what
    ``.gitignore`` files, ``exclude`` and the names of :data:`NEVER_SEARCHED` leave out. They are asked only about what
    lies below a given directory: who names an ignored directory wants it checked. Links to files are followed, links
    to directories are not. Every real file comes once.

    Raises:
        SettingsError: an entry of ``exclude`` is not a pattern.
    """
    files: dict[str, str] = {}
    failures: list[FileReport] = []
    for path in map(os.path.normpath, paths):
        if os.path.isfile(path):
            files.setdefault(os.path.realpath(path), path)
        elif os.path.isdir(path):
            below, unreadable = _python_files(path, _patterns_for(path, exclude))
            failures += unreadable
            if not below and not unreadable:
                failures.append(FileReport(path, failure="no Python files in this directory"))
            for real, shown in below.items():
                files.setdefault(real, shown)
        else:
            failures.append(FileReport(path, failure=_why_not(path)))
    return Discovery(tuple(sorted(files.values())), tuple(sorted(failures, key=lambda report: report.path)))


def enclosing_files(files: Iterable[str]) -> tuple[str, ...]:
    """The other ``.py`` files of the packages that ``files`` belong to, in the order of their paths.

    A package is taken from its topmost directory on. What cannot be read is left out, and nothing is ignored: a class
    that is not checked may still derive from one that is.
    """
    known = {os.path.realpath(file) for file in files}
    packages = {_top_package(directory) for directory in {os.path.dirname(file) for file in known}}
    others: set[str] = set()
    for package in filter(None, packages):
        others.update(_python_files(package, (_never_searched(package),))[0])
    return tuple(sorted(others - known))


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Patterns that hold below a directory, given with a separator at its end."""

    base: str
    spec: GitIgnoreSpec

    def verdict(self, path: str) -> bool | None:
        """True if ``path`` is left out, False if it is taken back in, None if nothing is said about it."""
        if not path.startswith(self.base) or path == self.base:
            return None
        return self.spec.check_file(path[len(self.base) :]).include


def _python_files(top: str, patterns: tuple[_Patterns, ...]) -> tuple[dict[str, str], list[FileReport]]:
    """The files below ``top``, as they are shown by the real files that they are, and the unreadable directories.

    A file that is also reached through a link goes by its own name.
    """
    unreadable: list[FileReport] = []

    def note(directory: str, error: OSError) -> None:
        unreadable.append(FileReport(directory, failure=f"unreadable directory: {error.strerror}"))

    found: dict[str, str] = {}
    links: dict[str, str] = {}
    for shown, real, is_link in _walk(top, os.path.realpath(top), patterns, note):
        if is_link:
            links.setdefault(os.path.realpath(real), shown)
        else:
            found[real] = shown
    return links | found, unreadable


def _walk(
    top: str, real_top: str, patterns: tuple[_Patterns, ...], note: Callable[[str, OSError], None]
) -> Iterator[tuple[str, str, bool]]:
    """Each ``.py`` file below ``top`` that is not left out: its path from ``top`` and from ``real_top`` on, and whether
    it is a link."""
    pending = [(top, real_top, patterns)]
    while pending:
        directory, real_directory, patterns = pending.pop()
        patterns = (*patterns, *_gitignore(real_directory))
        try:
            with os.scandir(directory) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            note(directory, error)
            continue
        for entry in entries:
            shown = entry.name if directory == os.curdir else os.path.join(directory, entry.name)
            real = os.path.join(real_directory, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if not _left_out(real + os.sep, patterns):
                    pending.append((shown, real, patterns))
            elif entry.name.endswith(".py") and _is_file(entry) and not _left_out(real, patterns):
                yield shown, real, entry.is_symlink()


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file or leads to one; editors keep lock files that are links to nowhere, or in circles."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _left_out(path: str, patterns: tuple[_Patterns, ...]) -> bool:
    """What the last of ``patterns`` that says anything about ``path`` says."""
    for each in reversed(patterns):
        verdict = each.verdict(path)
        if verdict is not None:
            return verdict
    return False


def _patterns_for(top: str, exclude: Sequence[Exclusion]) -> tuple[_Patterns, ...]:
    """What holds below the given directory ``top``, the weakest first; what leaves out ``top`` itself is dropped."""
    real = os.path.realpath(top)
    excluded = (_excluded(each) for each in exclude)
    outside = (*_gitignores_above(real), *excluded)
    return (_never_searched(real), *(each for each in outside if not each.verdict(real + os.sep)))


def _never_searched(top: str) -> _Patterns:
    return _patterns(top, [f"{name}/" for name in NEVER_SEARCHED])


def _gitignores_above(directory: str) -> Iterator[_Patterns]:
    """The ``.gitignore`` files between the root of the repository and ``directory``, which is not asked itself."""
    above: list[str] = []
    while not os.path.exists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return
        above.append(parent)
        directory = parent
    for each in reversed(above):
        yield from _gitignore(each)


def _gitignore(directory: str) -> Iterator[_Patterns]:
    """The ``.gitignore`` file of ``directory``, if any. Lines that are no pattern are passed over, as git does."""
    try:
        with open(os.path.join(directory, ".gitignore"), encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().splitlines()
    except OSError:
        return
    yield _patterns(directory, filter(_is_pattern, lines))


def _excluded(exclusion: Exclusion) -> _Patterns:
    if not _is_pattern(exclusion.pattern):
        raise SettingsError(f"exclude: {exclusion.pattern!r} is not a pattern")
    return _patterns(exclusion.base, [exclusion.pattern])


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def _patterns(base: str, lines: Iterable[str]) -> _Patterns:
    return _Patterns(os.path.join(os.path.realpath(base), ""), GitIgnoreSpec.from_lines(lines))


def _top_package(directory: str) -> str | None:
    """The topmost directory of the package that ``directory`` belongs to, None if it belongs to none."""
    package = None
    while os.path.isfile(os.path.join(directory, "__init__.py")):
        package = directory
        directory = os.path.dirname(directory)
    return package


def _why_not(path: str) -> str:
    if os.path.lexists(path):
        return "a link that leads nowhere" if os.path.islink(path) else "neither a file nor a directory"
    return "no such file or directory"
