"""Architecture findings as one page that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Architecture report</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 0.4rem 0.75rem;
  text-align: left; vertical-align: top; overflow-wrap: anywhere; }}
td:first-child {{ white-space: nowrap; }}
</style>
</head>
<body>
<h1>Architecture report</h1>
<p>{verdict}</p>
{table}
</body>
</html>
"""
_HEAD = "<tr><th>Code</th><th>Graph/Layer_name</th><th>Issue</th><th>Recommendation</th><th>Source</th></tr>"


def architecture_page(findings: Sequence[Mapping[str, Any]]) -> str:
    """The page for findings as ``ArchitectureFinding.as_object`` gives them."""
    rows = "\n".join(_row(each) for each in findings)
    table = f"<table>\n<thead>{_HEAD}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>" if findings else ""
    verdict = f"{len(findings)} findings." if findings else "All architecture checks passed."
    return _PAGE.format(verdict=verdict, table=table)


def _row(each: Mapping[str, Any]) -> str:
    source = f"{each['path']}:{each['line']}" if each["path"] else ""
    cells = (each["code"], each["name"], each["issue"], each["recommendation"], source)
    return f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in cells)}</tr>"
