"""Where in the user's source a call stands: with columns on Python 3.11 and later, the line alone before."""

from __future__ import annotations

import dis
import linecache
import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FrameType

from modulint.runtime.errors import is_user_file, user_frame

_OPERATOR_INSTRUCTIONS = ("BINARY_", "INPLACE_", "UNARY_", "COMPARE_")
_SUBSCRIPTS = ("BINARY_SUBSCR", "BINARY_SLICE")
_CODES_KEPT = 1 << 16


@dataclass(frozen=True, slots=True)
class Position:
    """A range of source. Lines and columns count characters from 1, the end is exclusive.

    ``exact`` is false where only the line is known: the range is then that line. ``function`` is the name of the
    function that the code stands in; ``operator`` whether it is an operator (``x + y``, ``x += y``, ``-x``).
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    function: str
    operator: bool = False
    exact: bool = True

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.exact else f"{self.path}:{self.line}"


def current_position(outermost: FrameType | None = None) -> Position | None:
    """The user's code that led here, None where there is none up to the frame ``outermost``."""
    frame = user_frame(sys._getframe(1), outermost)
    return None if frame is None else position_in(frame.f_code, frame.f_lasti)


def raising_position(error: BaseException) -> Position | None:
    """The user's code that ``error`` came from, None where its traceback has none."""
    step, innermost = error.__traceback__, None
    while step is not None:
        if is_user_file(step.tb_frame.f_code.co_filename):
            innermost = step
        step = step.tb_next
    return None if innermost is None else position_in(innermost.tb_frame.f_code, innermost.tb_lasti)


def position_in(code: CodeType, instruction: int) -> Position:
    """The source of the instruction at this offset."""
    return _position(id(code), code, instruction)


@lru_cache(_CODES_KEPT)
def _position(identity: int, code: CodeType, instruction: int) -> Position:
    """``identity`` tells code apart that is equal: what reads the same on the same lines of two files is."""
    path = shown_path(code.co_filename)
    function = getattr(code, "co_qualname", code.co_name)
    operator = _is_operator(code, instruction)
    if sys.version_info >= (3, 11):
        start, end, column, end_column = _positions(identity, code)[instruction // 2]
        if start is not None and end is not None and column is not None and end_column is not None:
            columns = _characters(code, start, column), _characters(code, end, end_column)
            return Position(path, start, columns[0], end, columns[1], function, operator)
    line = _line(code, instruction)
    text = linecache.getline(code.co_filename, line).rstrip()
    first = len(text) - len(text.lstrip()) + 1
    return Position(path, line, first, line, max(len(text), first) + 1, function, operator, exact=False)


def _line(code: CodeType, instruction: int) -> int:
    lines = (line for start, end, line in code.co_lines() if start <= instruction < end)
    return next(lines, None) or code.co_firstlineno


if sys.version_info >= (3, 11):

    @lru_cache(1 << 10)
    def _positions(identity: int, code: CodeType) -> list[tuple[int | None, int | None, int | None, int | None]]:
        return list(code.co_positions())


def shown_path(path: str) -> str:
    """``path`` relative to the working directory if it lies in it."""
    here = os.getcwd() + os.sep
    return path[len(here) :] if path.startswith(here) else path


def _is_operator(code: CodeType, instruction: int) -> bool:
    if not 0 <= instruction < len(code.co_code):
        return False
    name = dis.opname[code.co_code[instruction]]
    return name.startswith(_OPERATOR_INSTRUCTIONS) and not name.startswith(_SUBSCRIPTS)


def _characters(code: CodeType, line: int, offset: int) -> int:
    """The column, in characters from 1, at ``offset`` bytes into the line."""
    text = linecache.getline(code.co_filename, line)
    return offset + 1 if text.isascii() else len(text.encode()[:offset].decode(errors="replace")) + 1
