"""Text with styles: colours where a person is looking, plain characters everywhere else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

_TAB = "    "
_UNSAFE_TO_SHOW = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    **dict.fromkeys([*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\N{REPLACEMENT CHARACTER}"),
    ord("\t"): _TAB,
}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line in one style, named as rich names styles."""

    text: str
    style: str = ""


Line = Sequence[Span]


def write_lines(lines: Iterable[Line], out: TextIO) -> None:
    """Write ``lines``, with colours if ``out`` shows them."""
    if not shows_colours(out):
        out.writelines("".join(span.text for span in line) + "\n" for line in lines)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, force_terminal=True, highlight=False, emoji=False, markup=False)
    for line in lines:
        console.print(Text.assemble(*((span.text, span.style) for span in line)), soft_wrap=True)


def shows_colours(out: TextIO) -> bool:
    """Whether ``out`` is a terminal, or stands in for one, whose user has not asked for plain text."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or out.isatty()


def visible(text: str) -> str:
    """``text`` from a user's file without what would steer the terminal; tabs become spaces."""
    return text if text.isprintable() else text.translate(_UNSAFE_TO_SHOW)


def width(text: str) -> int:
    """The columns that ``text`` takes up in a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
