"""One file's bytes as text, with the positions that ``ast`` speaks of turned into offsets and columns."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
import zlib
from bisect import bisect_right
from functools import cached_property
from typing import Protocol, TypeAlias

_LINE_END = re.compile(r"\r\n|\r|\n")


Range: TypeAlias = tuple[int, int, int, int]
"""Line, column, end line and end column, which count characters from 1; the end is exclusive."""


class Located(Protocol):
    """A syntax node with a position."""

    @property
    def lineno(self) -> int: ...
    @property
    def col_offset(self) -> int: ...
    @property
    def end_lineno(self) -> int | None: ...
    @property
    def end_col_offset(self) -> int | None: ...


class UnreadableSource(Exception):
    """The bytes are no Python source; the text says why, in one line."""


class Source:
    """Decoded text of one file.

    ``ast`` counts columns in UTF-8 bytes; editors and this tool's findings count characters. Every conversion is here.
    """

    def __init__(self, path: str, data: bytes) -> None:
        """Decode ``data`` as Python itself would: byte order mark, coding cookie, else UTF-8.

        Raises:
            UnreadableSource: null bytes, an unknown or a wrong encoding.
        """
        self.path = path
        self.checksum = zlib.crc32(data)
        if b"\0" in data:
            line = data.count(b"\n", 0, data.index(b"\0")) + 1
            raise UnreadableSource(f"line {line}: null byte in the source")
        self._mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        try:
            # The cookie can only stand in the first two lines; plain ASCII needs no detection.
            self.encoding = "utf-8" if data.isascii() else tokenize.detect_encoding(io.BytesIO(data).readline)[0]
            self.text = data[len(self._mark) :].decode("utf-8" if self._mark else self.encoding)
        except (SyntaxError, LookupError) as error:
            raise UnreadableSource(f"unknown encoding: {error}") from None
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise UnreadableSource(f"line {line}: not valid {error.encoding}: {error.reason}") from None
        if self._mark:
            self.encoding = "utf-8"

    def encode(self, text: str) -> bytes:
        """The bytes of ``text`` in this file's encoding and with its byte order mark."""
        return self._mark + text.encode(self.encoding)

    def parse(self) -> ast.Module:
        """The syntax tree.

        Raises:
            UnreadableSource: a syntax error, or an expression nested too deeply for the parser.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes in the user's strings are not ours to report
                return ast.parse(self.text, self.path)
        except SyntaxError as error:
            raise UnreadableSource(f"line {error.lineno or 1}: syntax error: {error.msg}") from None
        except (RecursionError, MemoryError):
            raise UnreadableSource("nested too deeply for Python's parser") from None
        except ValueError as error:
            raise UnreadableSource(str(error)) from None

    @cached_property
    def newline(self) -> str:
        """The line end that the file uses, judged by its first one."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset of each line's first character."""
        return (0, *(match.end() for match in _LINE_END.finditer(self.text)))

    def line_end(self, line: int) -> int:
        """The offset behind line ``line`` (from 1) and its line end."""
        return self.line_starts[line] if line < len(self.line_starts) else len(self.text)

    def line_text(self, line: int) -> str:
        """Line ``line`` (from 1) without its line end."""
        return self.text[self.line_starts[line - 1] : self.line_end(line)].rstrip("\r\n")

    def offset(self, line: int, utf8_column: int) -> int:
        """The offset of an ``ast`` position: line from 1, column in UTF-8 bytes from 0."""
        start = self.line_starts[line - 1]
        if self._is_ascii:
            return start + utf8_column
        return start + len(self.line_text(line).encode()[:utf8_column].decode(errors="ignore"))

    def start(self, node: Located) -> int:
        """The offset of a node's first character."""
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: Located) -> int:
        """The offset behind a node's last character."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.offset(node.end_lineno, node.end_col_offset)

    def code(self, node: Located) -> str:
        """The text of a node."""
        return self.text[self.start(node) : self.end(node)]

    def lines_of(self, node: Located) -> tuple[int, int]:
        """The offsets of the start of a node's first line, and behind its last one."""
        return self.line_starts[node.lineno - 1], self.line_end(node.end_lineno or node.lineno)

    def is_alone(self, node: Located) -> bool:
        """Whether nothing but a comment shares the lines of a node."""
        start, end = self.lines_of(node)
        before, behind = self.text[start : self.start(node)], self.text[self.end(node) : end].strip()
        return not before.strip() and (not behind or behind.startswith("#"))

    def column(self, line: int, utf8_column: int) -> int:
        """The column in characters, from 1, of an ``ast`` position."""
        return self.offset(line, utf8_column) - self.line_starts[line - 1] + 1

    def range(self, node: Located) -> Range:
        """Where a node stands as findings say it: line and column of its start and of its end, in characters from 1."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        start = (node.lineno, self.column(node.lineno, node.col_offset))
        return (*start, node.end_lineno, self.column(node.end_lineno, node.end_col_offset))

    def offset_at(self, line: int, column: int) -> int:
        """The offset of a line and a column in characters, both from 1."""
        return self.line_starts[line - 1] + column - 1

    def place_at(self, offset: int) -> tuple[int, int]:
        """The line and the column in characters, both from 1, of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def indent(self, line: int) -> str:
        """The white space that line ``line`` (from 1) starts with."""
        text = self.line_text(line)
        return text[: len(text) - len(text.lstrip(" \t\f"))]

    @cached_property
    def _is_ascii(self) -> bool:
        return self.text.isascii()
