"""Which calls and operators of some code ran, and how often. No torch: the interpreter itself is asked."""

from __future__ import annotations

import dis
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import CodeType, FrameType
from typing import Any

_COUNTED = ("CALL", "BINARY_", "INPLACE_", "UNARY_", "COMPARE_")
_NOT_COUNTED = ("CALL_INTRINSIC", "BINARY_SUBSCR", "BINARY_SLICE", "UNARY_NOT")
_INSTRUCTION = 2  # bytes


class Executed:
    """Counts the calls and operators that complete in this thread, in the files that ``is_watched`` takes.

    What raises has not completed.
    """

    def __init__(self, is_watched: Callable[[str], bool]) -> None:
        self._is_paused = False
        self._is_watched = is_watched
        self._thread = threading.get_ident()
        # By id: code of two files is equal if it reads the same on the same lines.
        self._codes: dict[int, tuple[CodeType, frozenset[int], Counter[int]]] = {}

    def counts(self) -> Iterator[tuple[CodeType, int, int]]:
        """Code, offset of the instruction in it, and how often that completed."""
        for code, _, counter in self._codes.values():
            yield from ((code, offset, times) for offset, times in counter.items() if times > 0)

    def watching(self) -> AbstractContextManager[None]:
        """Count in the ``with`` block that this is given to. Another tool that traces this thread waits meanwhile."""
        if sys.version_info >= (3, 12):
            return self._monitoring()
        return self._tracing()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Count nothing in the ``with`` block that this is given to."""
        before, self._is_paused = self._is_paused, True
        try:
            yield
        finally:
            self._is_paused = before

    def _watch(self, code: CodeType) -> bool:
        if id(code) in self._codes:
            return True
        if not self._is_watched(code.co_filename):
            return False
        self._codes[id(code)] = (code, _counted(code), Counter())
        return True

    def _add(self, code: CodeType, offset: int, times: int) -> bool:
        """Count an instruction if it is one that counts."""
        _, counted, counter = self._codes[id(code)]
        if offset not in counted:
            return False
        if not self._is_paused:
            counter[offset] += times
        return True

    @contextmanager
    def _tracing(self) -> Iterator[None]:
        def called(frame: FrameType, event: str, argument: Any) -> Any:
            if self._is_paused or not self._watch(frame.f_code):
                return None
            frame.f_trace_lines, frame.f_trace_opcodes = False, True
            return stepped

        def stepped(frame: FrameType, event: str, argument: Any) -> Any:
            if event == "opcode":
                self._add(frame.f_code, frame.f_lasti, 1)
            elif event == "exception":
                self._add(frame.f_code, frame.f_lasti, -1)
            return stepped

        before = sys.gettrace()
        sys.settrace(called)
        try:
            yield
        finally:
            sys.settrace(before)

    if sys.version_info >= (3, 12):

        @contextmanager
        def _monitoring(self) -> Iterator[None]:
            monitoring = sys.monitoring
            events = monitoring.events
            tool = next(number for number in (4, 3, 2, 5, 1, 0) if monitoring.get_tool(number) is None)

            def started(code: CodeType, offset: int) -> object:
                if self._watch(code):
                    monitoring.set_local_events(tool, code, events.INSTRUCTION)
                return monitoring.DISABLE

            def stepped(code: CodeType, offset: int) -> object:
                if threading.get_ident() != self._thread:
                    return None
                return None if self._add(code, offset, 1) else monitoring.DISABLE

            def raised(code: CodeType, offset: int, error: BaseException) -> object:
                if id(code) in self._codes and threading.get_ident() == self._thread:
                    self._add(code, _start(code, offset), -1)
                return None

            monitoring.use_tool_id(tool, "modulint")
            monitoring.restart_events()
            monitoring.register_callback(tool, events.PY_START, started)
            monitoring.register_callback(tool, events.INSTRUCTION, stepped)
            monitoring.register_callback(tool, events.RAISE, raised)
            monitoring.set_events(tool, events.PY_START | events.RAISE)
            try:
                yield
            finally:
                monitoring.set_events(tool, 0)
                for code, _, _ in self._codes.values():
                    monitoring.set_local_events(tool, code, 0)
                monitoring.free_tool_id(tool)


def _counted(code: CodeType) -> frozenset[int]:
    """The offsets of the instructions that call or compute."""
    operations = code.co_code
    names = ((offset, dis.opname[operations[offset]]) for offset in range(0, len(operations), _INSTRUCTION))
    return frozenset(
        offset for offset, name in names if name.startswith(_COUNTED) and not name.startswith(_NOT_COUNTED)
    )


def _start(code: CodeType, offset: int) -> int:
    """The offset at which the instruction begins whose cache may lie at ``offset``."""
    while offset > 0 and dis.opname[code.co_code[offset]] == "CACHE":
        offset -= _INSTRUCTION
    return offset
