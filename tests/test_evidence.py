"""What hand-made evidence does to findings and fixes. No torch: files, verdicts, edits and the command line."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from modulint.fixers.cli import main
from modulint.fixers.edits import Edit, Edits, Rewriting
from modulint.fixers.engine import Apply, process
from modulint.lint import engine
from modulint.lint.evidence import FORMAT, VERSION, Evidence, FileEvidence, load
from modulint.lint.finding import Finding
from modulint.lint.settings import Settings, load_file
from modulint.lint.source import Source
from modulint.lint.tree import Tree

MODEL = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, flip, depth=1):
        super().__init__()
        self.flip, self.depth = flip, depth
        self.relu = nn.ReLU()
        self.gelu = nn.GELU()

    def forward(self, x: torch.Tensor, y):
        if self.flip:
            x = self.relu(F.silu(x))
        if not self.flip:
            x = self.relu(x.softmax(-1))
        for _ in range(self.depth):
            x = self.gelu(x)
        x = torch.cat((x, nn.Tanh()(x)))
        return x + y, y + 1
"""

RELU = {"class": "torch.nn.ReLU", "names": ["relu"], "calls": 1, "most_here": 1, "most": 1}


def at(snippet: str, text: str = MODEL, ran: int = 1, **what: Any) -> dict[str, Any]:
    """An entry for the only place in ``text`` that reads like ``snippet``."""
    assert text.count(snippet) == 1, snippet
    source = Source("", text.encode())
    start = text.index(snippet)
    place = [*source.place_at(start), *source.place_at(start + len(snippet))]
    return {"at": place, "ran": ran, "operator": not snippet.endswith(")"), **what}


def operation(name: str = "torch.relu", times: int = 1, makes_tensor: bool = True, **what: Any) -> dict[str, Any]:
    return {"name": name, "times": times, "makes_tensor": makes_tensor, **what}


def entry(*places: dict[str, Any], text: str = MODEL, path: str = "/elsewhere/net.py") -> dict[str, Any]:
    return {"path": path, "sha256": hashlib.sha256(text.encode()).hexdigest(), "places": list(places)}


def write(file: Path, *files: dict[str, Any], **changes: Any) -> str:
    file.write_text(json.dumps({"format": FORMAT, "version": VERSION, "runs": [], "files": list(files)} | changes))
    return str(file)


def evidence_of(*places: dict[str, Any], text: str = MODEL) -> Evidence:
    """The evidence that a file with these places holds."""
    with tempfile.TemporaryDirectory() as directory:
        return load([write(Path(directory, "evidence.json"), entry(*places, text=text))])


def known(*places: dict[str, Any]) -> FileEvidence:
    """What such evidence says about ``MODEL``."""
    about = evidence_of(*places).about(MODEL.encode())
    assert about is not None
    return about


def found(evidence: Evidence, text: str = MODEL) -> dict[tuple[str, str], str | None]:
    """The verdict on each finding, by code and source."""
    data = text.encode()
    tree = Tree.lazy()
    tree.evidence = evidence
    report = engine.check("net.py", data, tree, Settings(select=("MOD1", "MOD2")))
    assert report.failure is None
    source = Source("net.py", data)

    def marked(each: Finding) -> str:
        start, end = source.offset_at(each.line, each.column), source.offset_at(each.end_line, each.end_column)
        return source.text[start:end]

    return {(each.code, marked(each)): each.evidence for each in report.findings}


def verdicts(*places: dict[str, Any]) -> dict[tuple[str, str], str | None]:
    """The verdicts by evidence with these places."""
    return found(evidence_of(*places))


SILU, SOFTMAX, CAT = ("MOD101", "F.silu(x)"), ("MOD101", "x.softmax(-1)"), ("MOD102", "torch.cat((x, nn.Tanh()(x)))")
REUSE, LOOP, BUILT = ("MOD201", "self.relu(x.softmax(-1))"), ("MOD202", "self.gelu(x)"), ("MOD107", "nn.Tanh()")
FIRST = "self.relu(F.silu(x))"
ADD = ("MOD103", "x + y")


# --- verdicts --------------------------------------------------------------------------------------------------------


def test_no_evidence_no_verdict() -> None:
    assert found(Evidence()) == dict.fromkeys((SILU, SOFTMAX, CAT, REUSE, LOOP, BUILT, ADD))


def test_what_a_file_is_not_known_by_says_nothing(tmp_path: Path) -> None:
    evidence = load([write(tmp_path / "other.json", entry(at(SILU[1]), text=MODEL, path="net.py") | {"sha256": "0"})])
    assert set(found(evidence).values()) == {None}


def test_operations() -> None:
    seen = verdicts(at(SILU[1], operations=[operation()]), at(SOFTMAX[1]))
    assert (seen[SILU], seen[SOFTMAX], seen[CAT]) == ("confirmed", "refuted", "not reached")


def test_constructions() -> None:
    assert verdicts(at(BUILT[1]))[BUILT] == "confirmed"
    assert verdicts()[BUILT] == "not reached"


@pytest.mark.parametrize(
    ("here", "first", "verdict"),
    [
        ({"modules": [RELU | {"most": 2}]}, None, "confirmed"),
        ({"modules": [RELU]}, {"modules": [RELU]}, "refuted"),
        ({"modules": [RELU]}, None, "not reached"),
        ({}, {"modules": [RELU]}, None),  # it was no module, or one that runs in another way
        (None, {"modules": [RELU]}, "not reached"),
    ],
)
def test_reuse(here: Any, first: Any, verdict: str | None) -> None:
    places = [at(snippet, **what) for snippet, what in ((REUSE[1], here), (FIRST, first)) if what is not None]
    assert verdicts(*places)[REUSE] == verdict


@pytest.mark.parametrize(
    ("module", "verdict"),
    [
        (RELU, "refuted"),
        (RELU | {"most": 2}, "refuted"),
        (RELU | {"most": 2, "most_here": 2}, "confirmed"),
        (None, None),
    ],
)
def test_loops(module: Any, verdict: str | None) -> None:
    assert verdicts(at(LOOP[1], modules=[module] if module else []))[LOOP] == verdict


TWICE = """\
from torch import nn


class Net(nn.Module):
    def __init__(self, again):
        super().__init__()
        self.again = again
        self.act = nn.ReLU()

    def step(self, x):
        return self.act(x)

    def forward(self, x):
        x = self.step(x)
        if self.again:
            x = self.step(x.view(-1))
        return x
"""


def test_a_method_that_is_called_again_has_to_be() -> None:
    """Its call ran once in each pass; whether the second call of the method did is what counts."""
    act, once, again = ("self.act(x)", "self.step(x)", "self.step(x.view(-1))")
    code = ("MOD201", act)
    reached = [at(act, TWICE, modules=[RELU]), at(once, TWICE)]

    def verdict(*places: dict[str, Any]) -> str | None:
        return found(evidence_of(*places, text=TWICE), TWICE)[code]

    assert verdict(*reached) == "not reached"
    assert verdict(*reached, at(again, TWICE)) == "refuted"


def test_lines_confirm_by_name_and_refute_nothing() -> None:
    def on_line(snippet: str, **what: Any) -> dict[str, Any]:
        return at(snippet, **what) | {"at": at(snippet)["at"][:1]}

    silu = operation("torch.nn.functional.silu")
    seen = verdicts(on_line(SILU[1], operations=[silu]), on_line(SOFTMAX[1]), on_line(LOOP[1], modules=[RELU]))
    assert (seen[SILU], seen[SOFTMAX], seen[LOOP], seen[CAT]) == ("confirmed", None, None, "not reached")
    both = verdicts(at(SOFTMAX[1]), at(SILU[1]), on_line(SOFTMAX[1], operations=[operation("torch.Tensor.softmax")]))
    assert (both[SILU], both[SOFTMAX]) == ("refuted", None)


def test_several_files_are_one(tmp_path: Path) -> None:
    """What ran in any of the passes ran; branches that no pass took both of are exclusive."""
    flipped = write(tmp_path / "a.json", entry(at(FIRST, modules=[RELU]), at(SILU[1], operations=[operation()])))
    straight = write(tmp_path / "b.json", entry(at(REUSE[1], modules=[RELU]), at(SOFTMAX[1], operations=[operation()])))
    assert found(load([flipped]))[REUSE] == found(load([straight]))[REUSE] == "not reached"
    seen = found(load([flipped, straight]))
    assert (seen[SILU], seen[SOFTMAX], seen[REUSE]) == ("confirmed", "confirmed", "refuted")


def test_values_of_operators() -> None:
    tensors = operation("torch.Tensor.add", 2, operands=["number", "tensor"])
    seen = known(
        at("x + y", ran=2, operations=[tensors]),
        at("y + 1", ran=2),
        at(SILU[1], ran=2, operations=[operation(times=2)]),
        at(BUILT[1], ran=2),
    )
    snippets = ("x + y", "y + 1", SILU[1], BUILT[1], "torch.cat")
    sum_at, number_at, *others = (tuple(at(snippet)["at"]) for snippet in snippets)
    assert (seen.value(sum_at), seen.value(number_at)) == ("tensor", "not tensor")
    assert [seen.value(place) for place in others] == ["unknown"] * 3
    assert known(at("x + y", ran=3, operations=[tensors])).value(sum_at) == "unknown"
    no_tensor_made = tensors | {"makes_tensor": False}
    assert known(at("x + y", ran=2, operations=[no_tensor_made])).value(sum_at) == "unknown"


# --- fixes -----------------------------------------------------------------------------------------------------------


def fixed(text: str, *places: dict[str, Any], select: str = "MOD1") -> tuple[str, dict[str, str | None]]:
    """What ``--fix`` makes of ``text``, and the verdicts on what it leaves, by the source of the line."""
    data = text.encode()
    tree = Tree.lazy()
    tree.evidence = evidence_of(*places, text=text)
    report = process("net.py", data, tree, Settings(select=(select,)), Apply.SAFE)
    assert report.failure is None
    after = Source("net.py", report.after or data)
    return after.text, {after.line_text(each.line).strip(): each.evidence for each in report.findings}


CHAIN = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x: torch.Tensor):
        x = F.relu(self.conv(x)); x = F.gelu(F.silu(F.elu(x)))
        x = x.flatten(1).softmax(-1).sigmoid()
        x = F.relu6(
            # a comment that stays
            F.tanh(x),
            inplace=False,
        )
        return x
"""


def test_what_is_refuted_is_not_fixed_whatever_moves_it() -> None:
    refuted = ["F.silu(F.elu(x))", "x.flatten(1).softmax(-1)", "F.tanh(x)"]
    others = ["F.relu(self.conv(x))", "F.gelu(F.silu(F.elu(x)))", "F.elu(x)", "x.flatten(1)",
              "x.flatten(1).softmax(-1).sigmoid()"]
    wrapped = CHAIN[CHAIN.index("F.relu6(") : CHAIN.index("\n        return")]
    places = [at(each, CHAIN) for each in refuted]
    places += [at(each, CHAIN, operations=[operation()]) for each in [*others, wrapped]]
    after, left = fixed(CHAIN, *places)
    body = after[after.index("        x = ") :]
    assert body == """\
        x = self.relu(self.conv(x)); x = self.gelu(F.silu(self.elu(x)))
        x = self.sigmoid(self.flatten(x).softmax(-1))
        x = self.relu6(
            # a comment that stays
            F.tanh(x),
        )
        return x
"""
    assert set(left.values()) == {"refuted"} and len(left) == 3


def test_without_evidence_they_are_all_fixed() -> None:
    after, left = fixed(CHAIN)
    assert "F." not in after[after.index("        x = ") :] and left == {}


def test_verdicts_follow_what_stays() -> None:
    """A finding that no fixer takes is moved by those that are fixed, and is judged by what it was."""
    text = CHAIN.replace("return x", "return torch.cat((x, F.hardtanh(x)), out=x)")
    after, left = fixed(text, at("torch.cat((x, F.hardtanh(x)), out=x)", text, operations=[operation()]))
    assert left == {"return torch.cat((x, self.hardtanh(x)), out=x)": "confirmed"}


CHOSEN = """\
from torch import nn


class Own(nn.Module):
    def __init__(self, inplace: bool = False):
        super().__init__()
        self.inplace = inplace

    def forward(self, x):
        return x.clamp(0)


class Scaled(Own):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(x)


class Block(nn.Module):
    def __init__(self, act_layer, depth):
        super().__init__()
        self.first = nn.Conv2d(32, 32, 3)
        self.convs = nn.ModuleList([nn.Conv2d(32, 32, 3) for _ in range(depth)])
        self.act = act_layer(inplace=True)
        self.last = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        x = self.act(self.first(x))
        for conv in self.convs:
            x = self.act(conv(x))
        if self.training:
            x = self.act(x + 1)
        return self.last(self.act(x))
"""


def ran_as(*classes: str, ran: int = 0) -> dict[str, Any]:
    """What a place holds that called one module of each of these classes."""
    modules = [RELU | {"class": name, "names": [f"block.{name}"], "most_here": 2, "most": 4} for name in classes]
    return {"modules": modules, "ran": ran or len(classes) or 1}


def chosen(*classes: str, text: str = CHOSEN, **other: Any) -> str:
    """What is made of ``CHOSEN`` where all calls but one ran modules of these classes; ``other`` is what that call ran."""
    reached = ("self.act(self.first(x))", "self.act(conv(x))", "self.act(x)")
    places = [at(call, text, **ran_as(*classes)) for call in reached]
    if other:
        places.append(at("self.act(x + 1)", text, **other))
    return fixed(text, *places, select="MOD2")[0]


NN_RELU = "torch.nn.modules.activation.ReLU"


def test_a_record_tells_which_class_was_chosen() -> None:
    """Each turn and each call that ran gets a module of its own, a call that did not run stays as it is."""
    after = chosen(NN_RELU, "torch.nn.modules.activation.Hardswish")
    assert "self.acts = nn.ModuleList([act_layer(inplace=True) for _ in self.convs])" in after
    assert "self.act2 = act_layer(inplace=True)\n" in after and "self.act3" not in after
    body = after[after.index("        x = self.act") :]
    assert body == """\
        x = self.act(self.first(x))
        for conv, act in zip(self.convs, self.acts):
            x = act(conv(x))
        if self.training:
            x = self.act(x + 1)
        return self.last(self.act2(x))
"""
    assert "self.act3(x)" in chosen(NN_RELU, **ran_as(NN_RELU))


def test_classes_of_the_tree_are_looked_at() -> None:
    assert "self.act2" in chosen(NN_RELU, "net.Own") and chosen("net.Own", "net.Scaled") == CHOSEN


@pytest.mark.parametrize(
    "others",
    [
        pytest.param(["torch.nn.modules.activation.PReLU"], id="parameters"),
        pytest.param([NN_RELU, "torch.nn.modules.activation.PReLU"], id="parameters in another block"),
        pytest.param(["torch.nn.modules.instancenorm.InstanceNorm2d"], id="parameters by argument"),
        pytest.param(["torch.nn.modules.container.Sequential"], id="whatever it holds"),
        pytest.param(["elsewhere.ReLU"], id="a class out of sight"),
    ],
)
def test_other_classes_leave_it_alone(others: list[str]) -> None:
    assert chosen(*others) == CHOSEN
    assert chosen(NN_RELU, **ran_as(*others)) == CHOSEN


def test_a_record_that_does_not_tell_leaves_it_alone() -> None:
    assert fixed(CHOSEN, select="MOD2")[0] == CHOSEN
    assert chosen(NN_RELU, **ran_as(NN_RELU, ran=2)) == CHOSEN  # once it was no module
    assert chosen(NN_RELU, **ran_as()) == CHOSEN  # nor here
    for handed_on in ("return self.last(run(self.act, self.act(x)))", "return self.last.forward(self.act(x)), self.act"):
        text = CHOSEN.replace("return self.last(self.act(x))", handed_on)
        assert chosen(NN_RELU, text=text) == text
    for made in ("make(inplace=True)", "self.make()", "act_layer(draw())", "act_layer()()"):
        text = CHOSEN.replace("act_layer(inplace=True)", made)
        assert chosen(NN_RELU, text=text) == text


def test_edits_know_where_everything_went() -> None:
    """Random edits, each replacing one letter, wrapping or extending a part: the letters tell where a part belongs."""
    random_numbers = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    for _ in range(500):
        edits = Edits()
        for _ in range(random_numbers.randrange(6)):
            start = random_numbers.randrange(25)
            end = random_numbers.randrange(start + 1, 27)
            group = [Edit(start, start, "<" * random_numbers.randrange(3)), Edit(end, end, ">")]
            if random_numbers.random() < 0.5:
                group = [Edit(start, start + 1, "(" + letters[start])]
            if edits.fits(group):
                edits.add(group)
        text = Rewriting(letters)
        text.make(edits)
        for start in range(26):
            for end in range(start + 1, 27):
                moved = text.moved(start, end)
                if moved is not None:
                    assert re.sub(r"[^a-z]", "", text.text[slice(*moved)]) == letters[start:end]


@pytest.mark.parametrize(
    ("edits", "part", "moved"),
    [
        ([[Edit(0, 0, "g("), Edit(4, 4, ")")]], "f(x)", "g(f(x))"),  # it became something else itself
        ([[Edit(2, 2, "g("), Edit(3, 3, ")")]], "f(x)", "f(g(x))"),  # a part of it is
        ([[Edit(0, 0, "g("), Edit(9, 9, ")")]], "f(x)", "f(x)"),  # something larger is
        ([[Edit(0, 1, "self.f")]], "f(x)", "self.f(x)"),
        ([[Edit(0, 9, "k(f(x) - f(y))")]], "f(y)", "f(y)"),  # all is written anew, and it is kept
        ([[Edit(0, 9, "k(f(x))")]], "f(x)", "f(x)"),
        ([[Edit(0, 9, "f(x) + f(x)")]], "f(x)", None),  # it may be either
        ([[Edit(1, 6, "")]], "f(x)", None),
    ],
)
def test_where_a_part_went(edits: list[list[Edit]], part: str, moved: str | None) -> None:
    text = Rewriting("f(x)+f(y)")
    made = Edits()
    for group in edits:
        made.add(group)
    text.make(made)
    start = "f(x)+f(y)".index(part)
    place = text.moved(start, start + len(part))
    assert (text.text[slice(*place)] if place else None) == moved


def test_what_lost_its_place_is_not_said_to_be_unreached() -> None:
    evidence = known(at("x + y"))
    assert evidence.moved(lambda place: place).whole and not evidence.moved(lambda place: None).whole


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


ONLY = """\
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return F.silu(x)
"""


def test_refuted_findings_are_none(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "net.py").write_text(ONLY)
    write(project / "evidence.json", entry(at("F.silu(x)", ONLY), text=ONLY))
    command = ["check", "--select", "MOD101", "--evidence", "evidence.json", "net.py"]
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "Nothing found in 1 file.",
        "Evidence: 0 confirmed, 0 not reached, 1 refuted and left out.",
    ]
    assert main([*command, "--output-format", "json"]) == 0
    (kept,) = json.loads(capsys.readouterr().out)
    assert kept["evidence"] == "refuted"
    assert kept["fix"] == {"safety": "none", "reason": "recorded forward passes refute it"}
    assert main([*command, "--output-format", "github"]) == 0
    assert capsys.readouterr().out == ""
    assert main([*command, "--output-format", "sarif"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "recorded forward passes refute it"}]
    assert main([*command, "--fix"]) == 0
    assert (project / "net.py").read_text() == ONLY


def test_a_verdict_is_shown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "net.py").write_text(ONLY)
    write(project / "evidence.json", entry(at("F.silu(x)", ONLY, operations=[operation()]), text=ONLY))
    assert main(["check", "--select", "MOD101", "--evidence", "evidence.json"]) == 1
    out, err = capsys.readouterr()
    assert "  = run time: confirmed\n" in out
    assert err.splitlines()[-1] == "Evidence: 1 confirmed, 0 not reached, 0 refuted and left out."


def test_workers_know_the_evidence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "net.py").write_text(ONLY)
    (project / "other.py").write_text(ONLY + "\n")
    write(project / "evidence.json", entry(at("F.silu(x)", ONLY), text=ONLY))
    command = ["check", "--select", "MOD101", "-j", "2", "--evidence", "evidence.json", "--output-format", "json"]
    assert main(command) == 1
    assert [each.get("evidence") for each in json.loads(capsys.readouterr().out)] == ["refuted", None]


def test_a_file_that_was_changed_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "net.py").write_text(ONLY.replace("F.silu", "F.gelu"))
    write(project / "evidence.json", entry(at("F.silu(x)", ONLY), text=ONLY, path=str((project / "net.py").resolve())))
    assert main(["check", "--select", "MOD101", "--evidence", "evidence.json"]) == 1
    out, err = capsys.readouterr()
    assert "run time" not in out
    assert err.startswith("warning: net.py: the evidence is about another version of this file, and is ignored\n")


def test_standard_input(project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write(project / "evidence.json", entry(at("F.silu(x)", ONLY), text=ONLY))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ONLY.encode())))
    assert main(["check", "--select", "MOD101", "--evidence", "evidence.json", "-"]) == 0


def test_settings_name_evidence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = project / "package"
    package.mkdir()
    (package / "net.py").write_text(ONLY)
    (project / "pyproject.toml").write_text('[tool.modulint]\nselect = ["MOD101"]\nevidence = ["evidence.json"]\n')
    write(project / "evidence.json", entry(at("F.silu(x)", ONLY), text=ONLY))
    assert load_file(project / "pyproject.toml").evidence == (str(project / "evidence.json"),)
    assert main(["check", "package"]) == 0
    assert main(["check", "--isolated", "--select", "MOD101", "package"]) == 1
    more = write(project / "more.json", entry(at("F.silu(x)", ONLY, operations=[operation()]), text=ONLY))
    assert main(["check", "--evidence", more, "package"]) == 1
    (project / "evidence.json").unlink()
    assert main(["check", "package"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"error: {project / 'evidence.json'}: No such file or directory"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "bad.json: No such file or directory"),
        ("{", "bad.json: not JSON: Expecting property name"),
        ("[" * 100_000, "bad.json: not JSON: "),
        ("\udcff", "bad.json: not JSON: "),
        ("[]", "bad.json: no evidence: `modulint model SPEC --evidence bad.json` writes it"),
        ('{"version": "2.1.0", "runs": []}', "bad.json: no evidence"),
        (json.dumps({"format": FORMAT, "version": 99}), "bad.json: evidence of version 99, which"),
        (json.dumps({"format": FORMAT, "version": VERSION}), "bad.json: damaged"),
        (json.dumps({"format": FORMAT, "version": VERSION, "files": [{"path": "a"}]}), "bad.json: damaged"),
        (json.dumps({"format": FORMAT, "version": VERSION, "files": [entry({"at": [1, 2], "ran": 1})]}), "damaged"),
    ],
)
def test_what_is_no_evidence(
    project: Path, capsys: pytest.CaptureFixture[str], content: str | None, message: str
) -> None:
    if content is not None:
        (project / "bad.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    (project / "net.py").write_text(ONLY)
    assert main(["check", "--evidence", "bad.json"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("error: bad.json") and message in err and err.count("\n") == 1


def test_evidence_travels() -> None:
    evidence = evidence_of(at("x + y", operations=[operation()], modules=[RELU]))
    assert pickle.loads(pickle.dumps(evidence)) == evidence
