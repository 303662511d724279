"""Carries files through the engine: one after the other here, or side by side in worker processes."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from modulint.fixers.engine import Apply, process
from modulint.fixers.helper_classes import take_places, unused
from modulint.fixers.helper_modules import helper_modules
from modulint.fixers.write import write_atomically
from modulint.lint.finding import FileReport, Finding
from modulint.lint.settings import Settings
from modulint.lint.tree import Tree

_FILES_WORTH_A_PROCESS = 16
_LONGEST_CHUNK = 16
_COLLECT_AFTER = (1_000_000, 20, 10)

Chunk = tuple[str, ...]


def collect_rarely() -> None:
    """Syntax trees are many small objects: looking through them for cycles costs more than parsing them. What a file leaves
    behind has hardly any, and is freed without the collector."""
    gc.set_threshold(*_COLLECT_AFTER)


def default_jobs(files: int) -> int:
    """As many processes as there are processors for this one, fewer where the files do not keep them busy."""
    affinity = getattr(os, "sched_getaffinity", None)
    processors = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min(processors, files // _FILES_WORTH_A_PROCESS))


def check_data(
    path: str, data: bytes, tree: Tree, settings: Settings, apply: Apply, wanted: Callable[[Finding], bool] | None = None
) -> FileReport:
    """What the engine says of a file that holds ``data``. A defect of the engine fails this file alone."""
    try:
        return process(path, data, tree, settings, apply, wanted)
    except Exception as error:
        return FileReport(path, failure=f"internal error: {type(error).__name__}: {error}")


def check_files(files: Sequence[str], tree: Tree, settings: Settings, jobs: int) -> Generator[FileReport, None, None]:
    """Check ``files`` without changing any, in ``jobs`` processes. The reports come as they are ready."""
    if jobs == 1:
        gc.freeze()  # the facts of the tree stay; what comes now goes
        for path in files:
            yield _check_file(path, tree, settings)
        return
    size = max(1, min(_LONGEST_CHUNK, len(files) // (jobs * 4)))
    chunks = deque(tuple(files[start : start + size]) for start in range(0, len(files), size))
    while chunks:
        suspects = yield from _check_chunks(chunks, tree, settings, jobs)
        yield from _check_apart(suspects, tree, settings)


class Fixing:
    """A run that fixes files in turn, each in the knowledge of what became of those before it.

    Where calls in one file need a class in another one, that one is fixed first, from what it held before the run on, and
    then the file with the calls again. So a class is always written before the calls of it are.
    """

    def __init__(
        self,
        files: Iterable[str],
        tree: Tree,
        settings: Settings,
        apply: Apply,
        write: bool,
        wanted: Callable[[Finding], bool] | None = None,
    ) -> None:
        """``files`` are those that may be changed. With ``wanted``, only those findings are fixed of which it is true."""
        self.tree, self.settings, self.apply, self.write, self.wanted = tree, settings, apply, write, wanted
        self.reports: dict[str, FileReport] = {}
        self._shown = {os.path.abspath(path): path for path in files}
        self._before: dict[str, bytes] = {}
        self._now: dict[str, bytes] = {}

    def fix(self, path: str) -> FileReport:
        """Fix one file, and those that it needs something of."""
        home, known = os.path.abspath(path), helper_modules(self.tree)
        while True:
            before = self._before[home] if home in self._before else read(path)
            if isinstance(before, FileReport):
                self.reports[home] = before
                return before
            if home in self.reports:
                self.tree.refresh(path, before)
            self._before[home] = before
            report = check_data(path, before, self.tree, self.settings, self.apply, self.wanted)
            due = [other for other in known.due if other != home]
            for other in due:
                known.due.pop(other, None)
                self.fix(self._shown[other])
            if not due:
                return self._keep(home, report)

    def finish(self) -> None:
        """Take out the classes that nothing constructs, and put those of private functions that nobody names any longer
        into their place."""
        known = helper_modules(self.tree)
        for helper in unused(known, self.tree):
            known.drop(helper, "no call of its function can be replaced")
            self.fix(self._shown[helper.path])
        waiting = dict.fromkeys(helper.path for helper in known.made)
        while shorter := next((each for home in waiting if (each := take_places(self.reports[home], self.tree))), None):
            self._keep(os.path.abspath(shorter.path), shorter)

    @property
    def changed(self) -> list[FileReport]:
        """The files that changed, those with classes for calls in other ones before these."""
        homes = dict.fromkeys(helper.path for helper in reversed(helper_modules(self.tree).made))
        ordered = [self.reports[home] for home in homes | dict.fromkeys(self.reports)]
        return [report for report in ordered if report.after is not None]

    def _keep(self, home: str, report: FileReport) -> FileReport:
        """Take in, and write, what became of a file, which may have been changed before."""
        known, now = home in self.reports, self._now.get(home, self._before[home])
        after = self._before[home] if report.after is None else report.after
        if after != now and self.write:
            try:
                write_atomically(report.path, after, now)
            except OSError as error:
                report, after = _unwritten(report.path, error), now
                helper_modules(self.tree).fail(home, "the class of its function cannot be written")
        if (known or after != now) and not self.tree.holds(home, after):
            self.tree.refresh(report.path, after)
        self._now[home], self.reports[home] = after, report
        return report


def fix_files(files: Iterable[str], fixing: Fixing) -> Iterator[FileReport]:
    """Fix ``files``. The reports come as they are ready; what they are in the end, ``fixing`` knows."""
    for path in files:
        home = os.path.abspath(path)
        yield fixing.reports[home] if home in fixing.reports else fixing.fix(path)
    fixing.finish()


def written(report: FileReport) -> FileReport:
    """Write what became of a changed file, unless it is no longer what it was; gives what is to be reported of it."""
    assert report.before is not None and report.after is not None
    try:
        write_atomically(report.path, report.after, report.before)
    except OSError as error:
        return _unwritten(report.path, error)
    return report


def _unwritten(path: str, error: OSError) -> FileReport:
    return FileReport(path, failure=f"not written: {error.strerror or error}")


def read(path: str) -> bytes | FileReport:
    """What a file holds, or the report that it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        return FileReport(path, failure=f"unreadable: {error.strerror or error}")


def _check_file(path: str, tree: Tree, settings: Settings) -> FileReport:
    data = read(path)
    return data if isinstance(data, FileReport) else check_data(path, data, tree, settings, Apply.NONE)


def _check_chunks(
    chunks: deque[Chunk], tree: Tree, settings: Settings, jobs: int
) -> Generator[FileReport, None, list[str]]:
    """Check ``chunks`` until none is left or a worker dies. The answer is the files that may have killed it."""
    under_way: dict[Future[list[FileReport]], Chunk] = {}
    pool = _workers(tree, settings, jobs)
    try:
        while chunks or under_way:
            while chunks and len(under_way) < 2 * jobs:
                with _uninterrupted():
                    under_way[pool.submit(_check_in_worker, chunks[0])] = chunks[0]
                chunks.popleft()
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                reports = future.result()
                del under_way[future]
                yield from reports
    except BrokenProcessPool:
        pass
    finally:
        pool.shutdown(cancel_futures=True)
    return [path for chunk in under_way.values() for path in chunk]


def _check_apart(files: Iterable[str], tree: Tree, settings: Settings) -> Iterator[FileReport]:
    """Check ``files`` one by one in a process that may die of each."""
    remaining = deque(files)
    while remaining:
        pool = _workers(tree, settings, 1)
        try:
            while remaining:
                path = remaining.popleft()
                with _uninterrupted():
                    checking = pool.submit(_check_in_worker, (path,))
                yield from checking.result()
        except BrokenProcessPool:
            yield FileReport(path, failure="the process that checked this file died")
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Keeps Ctrl-C waiting where processes are started: one that is half started would end with a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _workers(tree: Tree, settings: Settings, jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(tree, settings))


_given_to_worker: tuple[Tree, Settings] | None = None


def _start_worker(tree: Tree, settings: Settings) -> None:
    """Keep in this worker what all its files need, and let Ctrl-C end it without a traceback."""
    global _given_to_worker
    _given_to_worker = (tree, settings)
    collect_rarely()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _check_in_worker(files: Chunk) -> list[FileReport]:
    assert _given_to_worker is not None
    tree, settings = _given_to_worker
    return [_check_file(path, tree, settings) for path in files]
