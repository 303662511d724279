"""The report of a model: the object, the page and the JSON that are made of it, the layout of the graph, the table."""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from modulint.runtime import model_command
from modulint.runtime.architecture import ArchitectureFinding, check_model_arch
from modulint.runtime.graph import Graph, graph_of
from modulint.runtime.loading import Inputs
from modulint.runtime.record import record
from modulint.runtime.report import write
from modulint.runtime.report.data import Report, Verdict, as_json, report_of
from modulint.runtime.report.html import page
from modulint.runtime.report.lanes import lay_out
from modulint.runtime.report.table import write_table
from modulint.runtime.traceability import check_traceability
from modulint.runtime.validate import validate_record

WriteFile = Callable[[str, str], Path]
VOID = {"meta", "link", "input"}
DOCUMENTATION = Path(__file__).resolve().parents[2] / "runtime" / "docs" / "report.md"

_NETS = """
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(32, 32, 3, padding=1), nn.Conv2d(32, 32, 1)
            self.relu = nn.ReLU()

        def forward(self, x):
            y = self.conv2(self.relu(self.conv1(x)))
            return self.relu(x + y)  # "</script><img src=x>" & 'ünï'

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.Sequential(Block(), Block())
            self.head = nn.Conv2d(32, 8, 1)

        def forward(self, x):
            x = self.head(self.blocks(x))
            return F.silu(x) if x.sum() > 0 else F.silu(x)

    class Clean(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(32, 32, 1)

        def forward(self, x):
            return self.conv(x)
"""


class Page(HTMLParser):
    """What a browser is told: elements, their attributes, and the text that stands in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.within: dict[str, str] = {}
        """id -> the text in the element."""
        self._ids: list[str | None] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self._ids.append(dict(attrs).get("id"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._ids.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        for each in self._ids:
            if each:
                self.within[each] = self.within.get(each, "") + data

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]

    def count(self, tag: str, css_class: str = "") -> int:
        return sum(
            name == tag and css_class in (attributes.get("class") or "").split() + [""]
            for name, attributes in self.elements
        )


def report_on(model: nn.Module, x: Tensor, spec: str = "") -> Report:
    seen = record(model, Inputs.of(x))
    validation, architecture = validate_record(seen), check_model_arch(model, x)
    verdicts = [Verdict("validator", bool(validation), validation.verdict)]
    return report_of(graph_of(seen), [*validation.observations, *architecture.observations], verdicts, spec)


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    model_command.add_arguments(parser)
    return model_command.run(parser.parse_args(["nets.py:Net", "--input", "1x32x8x8", *arguments]))


@pytest.fixture
def written(write_file: WriteFile, project: Path) -> Callable[..., Any]:
    """Write a report on the nets with the command, and give it as JSON or as text."""
    write_file("nets.py", _NETS)

    def report(name: str, *arguments: str) -> Any:
        run("--report", name, *arguments)
        text = (project / name).read_text("utf-8")
        return json.loads(text) if name.endswith(".json") else text

    return report


# --- the object ------------------------------------------------------------------------------------------------------


def test_what_the_object_holds(written: Callable[..., Any]) -> None:
    report = written("net.json")
    assert report["model"] == {"spec": "nets.py:Net", "class": "Net", "parameters": 20872}
    assert (report["inputs"], report["tensors"]) == ("1x32x8x8:float32", "real")
    assert report["note"].startswith("fake tensors did not do")
    assert {each["check"]: each["passed"] for each in report["verdicts"]} == {
        "validator": False,
        "architecture": False,
        "traceability": False,
    }
    outcomes = {each["call"]: (each["outcome"], each["line"]) for each in report["traceability"]}
    assert outcomes["torch.fx.symbolic_trace"] == ("failed", 24)
    assert (report["torch"], report["hidden"]) == (torch.__version__, 0)


def test_findings_name_layers_source_and_nodes(written: Callable[..., Any]) -> None:
    report = written("net.json")
    found = {(each["code"], each["layers"][0]["name"] if each["layers"] else None): each for each in report["findings"]}
    names = {each["number"]: each["name"] for each in report["graph"]["nodes"]}
    reused = found["MOD201", "blocks.1.relu"]
    assert reused["layers"] == [{"name": "blocks.1.relu", "class": "ReLU"}]
    assert reused["issue"] == "ReLU runs 2 times in one forward pass"
    assert [names[number] for number in reused["nodes"]] == ["blocks.1.relu"] * 2
    (excerpt,) = reused["source"]
    assert (excerpt["path"], excerpt["first_line"]) == ("nets.py", 11)
    assert [mark["line"] for mark in excerpt["marks"]] == [13, 14]
    assert excerpt["lines"][3].endswith("# \"</script><img src=x>\" & 'ünï'")
    add = found["MOD103", "blocks.0"]
    assert [each["name"] for each in add["layers"]] == ["blocks.0", "blocks.1"]
    assert [names[number] for number in add["nodes"]] == ["blocks.0.add", "blocks.1.add"]
    few = found["MOD501", "head"]
    assert (few["issue"], few["recommendation"]) == (
        "Conv2d with fewer than 32 channels: out_channels=8",
        "make them a multiple of 32",
    )
    untraceable = found["MOD601", None]
    assert {names[number] for number in untraceable["nodes"]} >= {"sum", "gt"}, "it knows its line, and so its nodes"
    order = [each["nodes"][0] for each in report["findings"] if each["layers"]]
    assert order == sorted(order)


def test_the_graph_of_the_object(written: Callable[..., Any]) -> None:
    graph = written("net.json")["graph"]
    names = {each["number"]: each["name"] for each in graph["nodes"]}
    blocks = {each["number"]: each for each in graph["blocks"]}
    edges = {(names[source], names[target]) for source, target in graph["edges"]}
    assert {("blocks.0.conv1", "blocks.0.relu"), ("blocks.0.relu", "blocks.0.conv2"), ("head", "sum")} <= edges
    first, add = graph["nodes"][0], next(each for each in graph["nodes"] if each["name"] == "blocks.0.add")
    assert first["reads_input"] and add["reads_input"] and not add["is_module"] and add["sizes"] == [[1, 32, 8, 8]]
    assert blocks[first["block"]]["name"] == "blocks.0" and blocks[first["block"]]["class"] == "Block"
    assert blocks[blocks[first["block"]]["parent"]]["name"] == "blocks"
    assert [each["name"] for each in graph["nodes"] if each["is_output"]] == ["silu"]


def test_deselected_findings_are_counted(written: Callable[..., Any]) -> None:
    everything = written("net.json", "--checks", "validator,architecture")
    some = written("net.json", "--checks", "validator,architecture", "--select", "MOD5", "--ignore", "MOD502")
    assert {each["code"] for each in some["findings"]} == {"MOD501", "MOD503"}
    assert some["hidden"] == len(everything["findings"]) - len(some["findings"]) > 0
    assert "not shown" in written("net.html", "--select", "MOD5")


def test_traceability_alone_has_a_graph_too(written: Callable[..., Any]) -> None:
    report = written("net.json", "--checks", "traceability")
    assert [each["check"] for each in report["verdicts"]] == ["traceability"] and report["graph"]["nodes"]


def test_calls_without_source_and_reused_blocks() -> None:
    block = nn.Sequential(nn.Conv2d(32, 32, 1), nn.Hardswish())
    made = json.loads(as_json(report_on(nn.Sequential(block, block, nn.SiLU()), torch.randn(1, 32, 4, 4))))
    reused, slow = made["findings"]
    assert [each["name"] for each in reused["layers"]] == ["0", "1"]
    blocks = [each["number"] for each in made["graph"]["blocks"] if each["name"] == "0"]
    assert reused["nodes"] == blocks and len(blocks) == 2
    assert reused["path"] is slow["path"] is None and not slow["source"]


def test_what_makes_no_tensor_is_marked_where_it_runs() -> None:
    drop = nn.Dropout()
    made = report_on(nn.Sequential(nn.Sequential(drop, nn.ReLU(), drop), drop), torch.randn(2))
    (reused,) = made.findings
    blocks = {each.number: each.name for each in made.graph.blocks}
    assert reused.code == "MOD201" and [blocks[number] for number in reused.nodes] == ["0", ""]


def test_models_without_any_nodes() -> None:
    made = report_on(nn.Identity(), torch.randn(2))
    assert not made.graph.nodes and "Nothing found." in page(made)


def keys(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from keys(part)
    elif isinstance(value, list):
        for part in value:
            yield from keys(part)


def test_all_keys_are_documented(written: Callable[..., Any]) -> None:
    documented = set(re.findall(r"`(\w+)`", DOCUMENTATION.read_text("utf-8")))
    assert set(keys(written("net.json"))) <= documented


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_stands_on_its_own(written: Callable[..., Any]) -> None:
    seen = Page(written("net.html"))
    ids = seen.values("id")
    assert len(ids) == len(set(ids))
    links = [link for link in seen.values("href") if link != "data:,"]
    assert links and all(link.startswith("#") and link[1:] in ids for link in links)
    assert not seen.values("src") and "img" not in {tag for tag, _ in seen.elements}
    styles = "".join(text for text in seen.texts if "prefers-color-scheme: dark" in text)
    assert styles and "url(" not in styles and "@import" not in styles


def test_the_page_says_what_the_object_says(written: Callable[..., Any]) -> None:
    made = written("net.json")
    seen = Page(written("net.html"))
    text = " ".join("".join(seen.texts).split())
    said = [made["model"]["spec"], "20,872", made["inputs"], made["note"], f"torch {made['torch']}"]
    said += [each["text"] for each in made["verdicts"]] + [each["call"] for each in made["traceability"]]
    assert all(" ".join(each.split()) in text for each in said)
    for index, each in enumerate(made["findings"]):
        inside = " ".join(seen.within[f"f{index}"].split())
        assert each["code"] in inside and each["issue"] in inside and each["recommendation"] in inside
        for number in each["nodes"]:
            assert each["code"] in seen.within[f"n{number}"]
            assert f"#n{number}" in seen.values("href")
    assert "return self.relu(x + y) # \"</script><img src=x>\" & 'ünï'" in text


def test_the_picture_has_all_nodes_and_marks(written: Callable[..., Any]) -> None:
    made = written("net.json")
    seen = Page(written("net.html"))
    nodes = made["graph"]["nodes"]
    titles = re.findall(r"<title>(\w[^<]*)\n", written("net.html"))
    assert len([title for title in titles if "reads" in title]) == len(nodes)
    offending = {number for each in made["findings"] for number in each["nodes"]}
    assert seen.count("a", "marked") == len(offending)
    assert seen.count("summary", "row") == len(made["graph"]["blocks"])


def test_names_of_any_kind_are_escaped() -> None:
    hostile = "<script>alert(1)</script>\"'&\N{SNOWMAN}"
    leaf = type(hostile, (nn.SiLU,), {})
    net: nn.Module = type(hostile, (nn.Sequential,), {})()
    net.add_module(hostile.replace(".", ""), leaf())

    def complain(graph: Graph) -> Iterable[ArchitectureFinding]:
        yield ArchitectureFinding(hostile, hostile, hostile, hostile)

    observed = check_model_arch(net, torch.randn(1, 3), pattern_checks=[complain])
    made = report_of(observed.graph, observed.observations, [Verdict("validator", False, hostile)], hostile)
    seen = Page(page(made))
    assert seen.count("script") == 1
    assert sum(hostile in text for text in seen.texts) > 8
    assert json.loads(as_json(made))["findings"][0]["layers"][0]["name"] == hostile


def test_a_clean_model(written: Callable[..., Any], write_file: WriteFile, project: Path) -> None:
    write_file("nets.py", _NETS.replace("class Clean", "class Net"))
    text = written("net.html")
    seen = Page(text)
    assert "Nothing found." in seen.texts and not seen.count("a", "code") and not seen.count("form")
    assert text.count('class="verdict passed"') == 3


def test_a_long_issue_is_folded_and_whole() -> None:
    issue = "word " * 300

    def complain(graph: Graph) -> Iterable[ArchitectureFinding]:
        yield ArchitectureFinding("OWN", "0", issue, "")

    report = check_model_arch(nn.Sequential(nn.ReLU()), torch.randn(2), pattern_checks=[complain])
    seen = Page(page(report_of(report.graph, report.observations, [])))
    assert seen.within["f0"].replace("…", "").count("word") == 300 and seen.count("details", "more") == 1


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_the_script_runs_in_a_browser(written: Callable[..., Any], project: Path) -> None:
    written("net.html")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={project / 'profile'}"]
    command += ["--enable-logging=stderr", "--v=0", "--dump-dom", f"file://{project / 'net.html'}#f2"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert '<form class="filters" id="filters">' in result.stdout, "the script shows what needs it"
    assert "CONSOLE" not in result.stderr


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["report.pdf", "report", "gone/report.html", "folder.html"])
def test_where_no_report_can_be_written(
    write_file: WriteFile, project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write_file("nets.py", "raise RuntimeError('the model must not be loaded')")
    (project / "folder.html").mkdir()
    with pytest.raises(SystemExit) as exit:
        run("--report", name)
    assert exit.value.code == 2
    reason = capsys.readouterr().err.splitlines()[-1]
    assert name in reason and ("is written as .html or .json" in reason or "directory" in reason)


def test_a_report_that_fails_to_be_written(
    write_file: WriteFile, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file("nets.py", _NETS)
    (project / "report.html").symlink_to(project / "gone" / "report.html")
    assert run("--report", "report.html", "--checks", "validator") == 2
    assert "error: report.html: cannot be written: No such file" in capsys.readouterr().err
    (project / "taken").write_text("")
    assert run("--result-dir", "taken", "--checks", "architecture") == 2
    assert "error: taken: cannot be written: File exists" in capsys.readouterr().err


def test_suffixes_in_capitals(tmp_path: Path) -> None:
    made = report_on(nn.Sequential(nn.ReLU()), torch.randn(2))
    write(made, tmp_path / "a.JSON")
    write(made, tmp_path / "a.HTML")
    assert json.loads((tmp_path / "a.JSON").read_text())["model"]["class"] == "Sequential"
    assert (tmp_path / "a.HTML").read_text().startswith("<!DOCTYPE html>")


# --- the layout ------------------------------------------------------------------------------------------------------


def test_straight_edges_and_lanes() -> None:
    lanes = lay_out(6, [(0, 1), (1, 2), (0, 3), (0, 5), (2, 5), (4, 5)])
    assert lanes.straight == {0, 1, 4}
    assert {(net.rows, net.lane) for row in lanes.nets_at for net in row} == {((2, 5), 0), ((0, 3, 5), 1)}
    assert [net.rows for net in lanes.across(1, 4)] == [(0, 3, 5), (2, 5)]
    assert [net.rows for net in lanes.across(0, 5)] == []


def test_no_two_nets_share_a_place() -> None:
    chosen = random.Random(0)
    rows = 200
    edges = {(first, chosen.randrange(first + 1, rows)) for first in range(rows - 1) for _ in range(3)}
    lanes = lay_out(rows, edges)
    for nets in lanes.nets_at:
        assert len({net.lane for net in nets}) == len(nets)
        assert all(0 <= net.lane < lanes.count for net in nets)
    joined = {(net.start, row) for nets in lanes.nets_at for net in nets for row in net.rows[1:]}
    assert {edge for edge in edges if edge[1] - edge[0] > 1} == joined


def test_a_leaf_that_calls_a_module_it_does_not_own() -> None:
    other = [nn.ReLU()]

    class Leaf(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return other[0](x * 2) + 1

    made = report_on(nn.Sequential(Leaf(), nn.Tanh()), torch.randn(2))
    assert [each.kind for each in made.graph.nodes] == ["Leaf", "ReLU", "Tanh"]
    assert set(made.graph.edges) == {(1, 3), (3, 1), (1, 6)}
    assert Page(page(made)).count("div", "row") == 5


# --- the table -------------------------------------------------------------------------------------------------------


def test_architecture_findings_are_a_table(written: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    written("net.json", "--checks", "architecture")
    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split() == ["Code", "Layer", "Issue", "Recommendation", "Source"]
    columns = [heading.index(name) for name in heading.split()]
    assert [row[columns[1] : columns[2]].strip() for row in rows] == ["head", "head", "silu"]
    assert rows[0][columns[4] :] == "nets.py:23"


def test_the_table_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "70")
    out = io.StringIO()
    report = check_model_arch(nn.Sequential(nn.SiLU()), torch.randn(2))
    write_table(report.observations, out)
    plain = re.sub(r"\x1b\[[\d;]*m", "", out.getvalue())
    assert "\x1b[" in out.getvalue() and "MOD503" in plain
    assert max(map(len, plain.splitlines())) <= 70
    empty = io.StringIO()
    write_table([], empty)
    assert empty.getvalue() == ""


def test_what_tracers_say_is_in_the_report() -> None:
    class Deciding(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x if x.sum() > 0 else -x

    model, x = Deciding(), torch.randn(3)
    traceability = check_traceability(model, x, targets=("fx", "jit"))
    seen = graph_of(record(model, Inputs.of(x)))
    made = report_of(seen, traceability.observations, [], traceability=traceability)
    assert [each.outcome for each in made.traceability] == [each.outcome for each in traceability.results]
    assert made.traceability[1].remarks and made.traceability[1].remarks[0] in "".join(Page(page(made)).texts)
