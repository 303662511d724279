"""Which calls and operators ran, as the interpreter tells it; the same on every version of Python."""

from __future__ import annotations

import dis
import sys
import threading
from collections.abc import Callable
from typing import Any

from modulint.runtime.executed import Executed

_SOURCE = """
def add(x):
    return x + 1

def each(count):
    for number in range(count):
        yield add(number)

def main(x):
    many = [add(number) for number in range(3)]
    try:
        int("no number")
    except ValueError:
        pass
    either = x if x else add(x)
    return sum(each(2)) + either + inner()

def inner():
    return add(-1)
"""


def run(source: str = _SOURCE, inner: Callable[[Executed], Any] | None = None) -> dict[tuple[int, str], int]:
    """How often each kind of instruction ran on each line of ``main`` and what it calls."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "watched.py", "exec"), namespace)
    executed = Executed(lambda path: path == "watched.py")
    if inner is not None:
        original = namespace["inner"]
        namespace["inner"] = lambda: inner(executed)(original)
    with executed.watching():
        namespace["main"](1)
    found: dict[tuple[int, str], int] = {}
    for code, offset, times in executed.counts():
        line = next(line for start, end, line in code.co_lines() if start <= offset < end)
        assert line is not None
        name = dis.opname[code.co_code[offset]].partition("_")[0]
        found[line, name] = found.get((line, name), 0) + times
    found.pop((10, "CALL"), None)  # what a comprehension calls differs between versions
    return found


_ALL = {
    (3, "BINARY"): 6,
    (6, "CALL"): 1,
    (7, "CALL"): 2,
    (16, "BINARY"): 2,
    (16, "CALL"): 3,
    (19, "CALL"): 1,
}


def test_what_completes_is_counted() -> None:
    assert run() == _ALL


def test_a_second_time_counts_anew() -> None:
    assert run() == run()


def test_paused() -> None:
    def pausing(executed: Executed) -> Any:
        def call(function: Callable[[], object]) -> object:
            with executed.paused():
                return function()

        return call

    paused = _ALL | {(3, "BINARY"): 5}
    del paused[19, "CALL"]
    assert run(inner=pausing) == paused


def test_a_generator_that_goes_on_while_paused() -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def numbers(x):\n    yield x + 1\n    yield x * 2\n", "watched.py", "exec"), namespace)
    executed = Executed(lambda path: path == "watched.py")
    with executed.watching():
        numbers = namespace["numbers"](1)
        next(numbers)
        with executed.paused():
            next(numbers)
    assert [times for _, _, times in executed.counts()] == [1]


def test_other_threads_are_not_counted() -> None:
    def elsewhere(executed: Executed) -> Any:
        def call(function: Callable[[], object]) -> int:
            thread = threading.Thread(target=function)
            thread.start()
            thread.join()
            return 0

        return call

    counted = _ALL | {(3, "BINARY"): 5}
    del counted[19, "CALL"]
    assert run(inner=elsewhere) == counted


def test_another_tracer_is_put_back() -> None:
    def trace(frame: Any, event: str, argument: Any) -> None:
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with Executed(lambda path: False).watching():
            pass
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)


def test_code_that_reads_the_same_is_told_apart() -> None:
    executed = Executed(lambda path: path.startswith("twin"))
    functions = []
    for path in ("twin_a.py", "twin_b.py"):
        namespace: dict[str, Any] = {}
        exec(compile("def f(x):\n    return x + 1\n", path, "exec"), namespace)
        functions.append(namespace["f"])
    with executed.watching():
        for function in functions:
            function(1)
    assert sorted((code.co_filename, times) for code, _, times in executed.counts()) == [("twin_a.py", 1), ("twin_b.py", 1)]
