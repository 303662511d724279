"""Write the rule pages of this folder, and the table of rules in the README, from what the rules declare.

Run it after a rule was added or changed: ``python lint/docs/generate.py``. A test fails while they are stale.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from modulint.lint.report.rule_pages import write_table
from modulint.lint.rule import Rule
from modulint.lint.rules import rules

FOLDER = Path(__file__).resolve().parent
README = FOLDER.parents[1] / "README.md"
START, END = "<!-- rules: start -->\n", "<!-- rules: end -->\n"

_FIXES = {
    "safe": "`modulint check --fix` makes it where it is shown to be safe; where it is not, the finding says why.",
    "unsafe": "`modulint check --fix --unsafe-fixes` makes it. Look at what it did.",
    "none": "None; the change is yours to make.",
}
_CODE = re.compile(r"^\| (MOD\d+) ", re.MULTILINE)


def pages() -> dict[str, str]:
    """The text of every page by its file name."""
    written = {f"{entry.rule.code}.md": "\n".join(page(entry.rule)) for entry in rules()}
    return {"README.md": f"# Rules\n\nWritten by `generate.py`.\n\n{table('')}", **written}


def table(folder: str) -> str:
    """What ``modulint rules --output-format markdown`` prints, each code a link to its page in ``folder``."""
    out = io.StringIO()
    write_table([entry.rule for entry in rules()], "markdown", out)
    return _CODE.sub(rf"| [\1]({folder}\1.md) ", out.getvalue())


def page(rule: Rule) -> Iterator[str]:
    """The lines of a rule's page."""
    yield f"# {rule.code} {rule.name}\n\n{_sentence(rule.summary)}\n\n{textwrap.dedent(rule.why).strip()}\n"
    for label, examples in (("Bad", rule.bad), ("Good", rule.good)):
        if examples:
            yield f"## {label}\n"
        for example in examples:
            yield f"```python\n{example.strip()}\n```\n"
    yield f"## Fix\n\n{_FIXES[rule.fix]}\n"
    if rule.fixed:
        yield f"{textwrap.dedent(rule.fixed).strip()}\n"
    yield f"## Concerns\n\n{', '.join(rule.targets)}\n"
    if not rule.default:
        yield f"## Off by default\n\n`--extend-select {rule.code}` turns it on.\n"
    if rule.source:
        yield f"## Source\n\n{_sentence(rule.source)}\n"


def readme(text: str) -> str:
    """The README's ``text`` with the table as it must be."""
    before, rest = text.split(START)
    _, after = rest.split(END)
    return f"{before}{START}{table('lint/docs/')}{END}{after}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def main() -> None:
    """Write what has changed, and remove the pages of rules that are gone."""
    written = pages()
    for stale in {file.name for file in FOLDER.glob("*.md")} - written.keys():
        (FOLDER / stale).unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, "utf-8")
    README.write_text(readme(README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
