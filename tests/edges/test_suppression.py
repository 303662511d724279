"""Comments that hide findings."""

from __future__ import annotations

import pytest

from modulint.lint.suppression import Suppressions


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa",
        "x = 1  #noqa",
        "x = 1  # NoQA",
        "x = 1  # type: ignore # noqa",
        "x = 1  # noqa: MOD101",
        "x = 1  # noqa:MOD101",
        "x = 1  # noqa:  MOD101",
        "x = 1  # noqa: mod101",
        "x = 1  # noqa: MOD1",
        "x = 1  # noqa: MOD",
        "x = 1  # noqa: E501,MOD101",
        "x = 1  # noqa: E501, MOD101 because it must",
        "x = 1  # noqa: E501 MOD101",
        "x = 1  # noqa: it is fine",
        "x = '# noqa: E1'  # noqa: MOD101",
    ],
)
def test_hidden(line: str) -> None:
    assert Suppressions.of(f"{line}\n").hides("MOD101", 1, 1)


@pytest.mark.parametrize(
    "line",
    [
        "x = 1",
        "x = 1  # nope",
        "x = 1  # noqa: E501",
        "x = 1  # noqa: MOD1011",
        "x = 1  # noqa: MOD102, MOD2",
        "x = '# noqa'",
        "x = '''\n# noqa\n'''",
    ],
)
def test_not_hidden(line: str) -> None:
    text = f"{line}\n"
    assert not any(Suppressions.of(text).hides("MOD101", number, number) for number in range(1, 5))


def test_the_first_and_the_last_line_of_a_finding_count_and_no_other() -> None:
    def hidden(marked: int) -> bool:
        lines = ["f(", "  a,", "  b,", ")", ""]
        lines[marked - 1] += "  # noqa"
        return Suppressions.of("\n".join(lines)).hides("MOD101", 1, 4)

    assert [hidden(line) for line in (1, 2, 3, 4, 5)] == [True, False, False, True, False]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    suppressions = Suppressions.of(end.join(["a = '\x0c\x1c'", "b = 1  # noqa", "c = 2", ""]))
    assert [suppressions.hides("MOD101", line, line) for line in (1, 2, 3)] == [False, True, False]


def test_comments_before_a_syntax_error_count() -> None:
    assert Suppressions.of("a = 1  # noqa\nb = '''\n").hides("MOD101", 1, 1)
