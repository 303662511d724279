"""Fixing one file: bytes in, findings and perhaps new bytes out. No file system, no torch.

Fixers propose; this module chooses names, places definitions, makes all edits that do not touch each other, settles the
imports, and starts over with what it has until nothing changes.
"""

from __future__ import annotations

import ast
import importlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from itertools import islice

from modulint.fixers.edits import Edit, Edits, Rewriting
from modulint.fixers.helper_classes import Copies, add_classes
from modulint.fixers.helper_modules import HelperModule, HelperModules, helper_modules
from modulint.fixers.imports import settle
from modulint.fixers.op_classes import OpClass, OpClasses
from modulint.fixers.placement import against_place, behind, insertion, new_init, self_name
from modulint.fixers.proposal import CLASS, NAME, Answer, Behind, Definition, Proposal, Refusal
from modulint.fixers.surroundings import free_name
from modulint.lint.classes import ClassFacts
from modulint.lint.engine import Found, Unchecked, failure, finding, is_relevant, matches, parse, unparsed
from modulint.lint.evidence import FileEvidence
from modulint.lint.file import File
from modulint.lint.finding import FileReport, Finding, Fix
from modulint.lint.rule import Rule
from modulint.lint.rules import rules
from modulint.lint.settings import Settings
from modulint.lint.source import Range, Source
from modulint.lint.tree import Tree

_PASSES = 100  # a fix can lay open another one, and those in the head of one loop wait for each other; mostly three do


class Apply(Enum):
    """Which fixes are made."""

    NONE = "none"
    SAFE = "safe"
    UNSAFE = "unsafe"

    def takes(self, fix: Fix) -> bool:
        return self is not Apply.NONE and (fix.safety == "safe" or (self is Apply.UNSAFE and fix.safety == "unsafe"))


@dataclass(frozen=True, slots=True, eq=False)
class _Planned:
    found: Found
    answer: Answer


@cache
def fixer(rule: Rule) -> Callable[[File, object], Answer] | None:
    """The ``propose`` function of the fixer that is named like the rule, None where the rule has none."""
    if rule.fix == "none":
        return None
    module = importlib.import_module(f"modulint.fixers.rules.{rule.name.replace('-', '_')}")
    propose: Callable[[File, object], Answer] = module.propose
    return propose


def process(
    path: str,
    data: bytes,
    tree: Tree,
    settings: Settings,
    apply: Apply,
    wanted: Callable[[Finding], bool] | None = None,
    limit: int | None = None,
) -> FileReport:
    """Check one file, and make the fixes that ``apply`` allows. Never raises for bad input.

    The tree is kept up with every change, so that the next file sees the names that this one has given. With
    ``wanted``, only the fixes of findings of which it is true are made; since fixes move what stands behind them, it
    can go by class and code, not by position. With ``limit``, the first so many of the same fixes are made.
    """
    known, home = helper_modules(tree), os.path.abspath(path)
    while True:
        report = _process(path, data, tree, settings, apply, wanted, limit)
        known.take_up()
        if home not in known.due:
            return report
        del known.due[home]
        tree.refresh(path, data)


def _process(
    path: str,
    data: bytes,
    tree: Tree,
    settings: Settings,
    apply: Apply,
    wanted: Callable[[Finding], bool] | None,
    limit: int | None,
) -> FileReport:
    """One go at a file, with the classes that calls have asked it for until now."""
    known = helper_modules(tree)
    asked = known.asked_of(os.path.abspath(path)) if apply is not Apply.NONE else []
    if not asked and not is_relevant(data):
        return unparsed(path, data, tree)
    fixed: list[Finding] = []
    rewritings: list[Rewriting] = []
    current = data
    try:
        file = parse(path, current, tree, settings, evidence=tree.evidence.about(data))
        original = file.source
        if asked and (round := add_classes(file, known, asked)):
            rewritings.append(round.text)
            current = file.source.encode(round.text.text)
            tree.refresh(path, current)
            file = parse(path, current, tree, settings, evidence=_moved(file, round.text, round.copied))
        planned = plan(file, settings)
        for _ in range(_PASSES):
            chosen = [entry for entry in planned if apply.takes(entry.answer.fix)]
            if wanted is not None:
                chosen = [entry for entry in chosen if _is_new(file, known, entry) or wanted(_reported(file, entry))]
            if not chosen or len(fixed) == limit:
                break
            text, syntax, landed = _make(file, chosen, None if limit is None else limit - len(fixed))
            if not landed:
                break
            fixed += _traced([_reported(file, entry) for entry in landed], file.source, original, rewritings)
            rewritings.append(text)
            current = file.source.encode(text.text)
            tree.refresh(path, current, syntax)
            file = parse(path, current, tree, settings, syntax, _moved(file, text))
            planned = plan(file, settings)
        left = [_reported(file, entry) for entry in planned]
        for entry in chosen:
            if (waits_for := _waits_for(known, entry.answer)) is not None:
                known.want(waits_for)
    except Exception as error:
        if current is not data:
            tree.refresh(path, data)
        known.fail(os.path.abspath(path), "the file of its function could not be fixed")
        return FileReport(path, failure=failure(error))
    changed = current != data
    return FileReport(
        path,
        findings=tuple(sorted(left, key=lambda entry: entry.sort_key)),
        fixed=tuple(fixed),
        before=data if changed else None,
        after=current if changed else None,
    )


def _waits_for(known: HelperModules, answer: Answer) -> HelperModule | None:
    """The class of a function that a fix cannot do without, and that is not there yet."""
    op = answer.definition.op if isinstance(answer, Proposal) and answer.definition is not None else None
    return op if isinstance(op, HelperModule) and not known.is_ready(op) else None


def _is_new(file: File, known: HelperModules, entry: _Planned) -> bool:
    """Whether a finding is in a class that was made in this run, for calls whose fixes are wanted."""
    facts = entry.found.match.facts
    made = {name for helper, name in known.made.items() if helper.path == file.module.path}
    return facts is not None and facts.qualname in made


def plan(file: File, settings: Settings) -> list[_Planned]:
    """Every finding of a file with what its fixer says, those that run first in front."""
    planned = []
    op_classes = OpClasses(file)
    for found in matches(file, settings):
        propose = fixer(found.rule) if found.verdict != "refuted" else None
        answer = propose(file, found.match.subject) if propose else Refusal(_no_fix(found))
        if isinstance(answer, Proposal) and answer.definition:
            definition = answer.definition
            if reason := against_place(definition) or _against_name(definition) or _against_class(op_classes, definition):
                answer = Refusal(reason)
        planned.append(_Planned(found, answer))
    order = {loaded.rule.code: index for index, loaded in enumerate(rules())}
    planned.sort(key=lambda entry: (*_end(entry.found), order[entry.found.rule.code]))
    return _settled(planned)


def _settled(planned: list[_Planned]) -> list[_Planned]:
    """One fix for all that is found at one place, where that of a rule settles the others as well; a safe one stays safe."""
    settling = {
        entry.found.match.node: entry.answer
        for entry in planned
        if entry.found.rule.settles and isinstance(entry.answer, Proposal)
    }

    def answer(entry: _Planned) -> Answer:
        settled = settling.get(entry.found.match.node)
        return entry.answer if settled is None or settled.safety != "safe" == entry.answer.fix.safety else settled

    return [replace(entry, answer=answer(entry)) for entry in planned]


def _against_name(definition: Definition) -> str:
    """Why a definition can have no name: one line, "" if it can. Only computed names ever leave none."""
    facts = definition.facts
    if definition.exact or not (facts.container_base or any(header.computed for header in facts.family.values())):
        return ""
    is_free = free_name(facts, definition.stem) is not None
    return "" if is_free else f"every name like `{definition.stem}` may be one that is computed"


def _against_class(classes: OpClasses, definition: Definition) -> str:
    """Why the class of an op module has no place in the file: one line, "" if it has one."""
    found = classes.find(definition.op, definition.facts) if definition.op is not None else None
    return found.reason if isinstance(found, Refusal) else ""


def _no_fix(found: Found) -> str:
    return "recorded forward passes refute it" if found.verdict == "refuted" else found.rule.no_fix


def _end(found: Found) -> tuple[int, int]:
    node = found.match.node
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _reported(file: File, entry: _Planned) -> Finding:
    return finding(file, entry.found, entry.answer.fix)


def _moved(file: File, text: Rewriting, copied: Copies | None = None) -> FileEvidence | None:
    """What is known of a file, about its text as it is rewritten. What ran in a function is known of its copy too."""
    if file.evidence is None:
        return None
    before, after = file.source, Source(file.source.path, file.source.encode(text.text))

    def moving(moved: Copies) -> Callable[[Range], Range | None]:
        def move(place: Range) -> Range | None:
            if place[2] > len(before.line_starts):
                return None  # somebody has edited the evidence
            offsets = moved(before.offset_at(*place[:2]), before.offset_at(*place[2:]))
            return (*after.place_at(offsets[0]), *after.place_at(offsets[1])) if offsets is not None else None

        return move

    evidence = file.evidence.moved(moving(text.moved))
    return evidence if copied is None else evidence.joined(file.evidence.moved(moving(copied)))


def _traced(
    findings: list[Finding], now: Source, original: Source, rewritings: Sequence[Rewriting]
) -> list[Finding]:
    """``findings`` in the text ``now``, with the places in the ``original`` that ``rewritings`` have moved."""
    if not rewritings:
        return findings

    def origin(line: int, column: int) -> tuple[int, int]:
        offset = now.offset_at(line, column)
        for rewriting in reversed(rewritings):
            offset = rewriting.origin(offset)
        return original.place_at(offset)

    places = [(*origin(each.line, each.column), *origin(each.end_line, each.end_column)) for each in findings]
    return [
        replace(each, line=line, column=column, end_line=end_line, end_column=end_column)
        for each, (line, column, end_line, end_column) in zip(findings, places, strict=True)
    ]


def _make(file: File, chosen: list[_Planned], limit: int | None) -> tuple[Rewriting, ast.Module, list[_Planned]]:
    """One pass with all fixes, ``limit`` at most; if they break the file, with those that alone do not."""
    try:
        return _Pass(file).run(chosen, limit)
    except _Broken:
        whole = [entry for entry in chosen if not _breaks(file, entry)]
    if not whole:
        raise Unchecked("a fix would break the file, so none was made; please report it")
    try:
        return _Pass(file).run(whole, limit)
    except _Broken:
        return _Pass(file).run(whole[:1], limit)


def _breaks(file: File, entry: _Planned) -> bool:
    try:
        _Pass(file).run([entry], None)
    except _Broken:
        return True
    return False


class _Broken(Exception):
    """Edits whose result does not parse."""


class _Pass:
    """One round of edits on one text."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.edits = Edits()
        self.classes = OpClasses(file)
        self.imports: list[str] = []
        self.given: list[tuple[ClassFacts, str]] = []
        self.shared: dict[tuple[object, ...], str] = {}
        self.landed: set[Proposal] = set()
        self.new_inits: dict[ClassFacts, tuple[int, str, list[str]]] = {}

    def run(self, chosen: list[_Planned], limit: int | None) -> tuple[Rewriting, ast.Module, list[_Planned]]:
        """The new text, its syntax, and the fixes that are in it."""
        landing = (entry for entry in chosen if isinstance(entry.answer, Proposal) and self._land(entry.answer))
        landed = list(islice(landing, limit))  # as it is lazy, none lands beyond the limit
        source = self.file.source
        for facts, (offset, _, lines) in self.new_inits.items():
            self.edits.add([Edit(offset, offset, source.newline.join([*lines, "", ""]))])
        text = Rewriting(source.text)
        text.make(self.edits)
        try:
            syntax = settle(text, source, self.file.syntax, self.imports, self.file.tree, self.file.module)
        except (SyntaxError, ValueError) as error:
            raise _Broken from error
        return text, syntax, landed

    def _land(self, proposal: Proposal) -> bool:
        """Take in a proposal's edits. False where they touch those of another one: it has to wait for the next pass."""
        if proposal in self.landed:
            return True  # several findings have it
        if not self.edits.fits(proposal.edits):
            return False
        edits = proposal.edits
        if proposal.definition is not None:
            name = self._define(proposal.definition)
            if name is None:
                return False
            op_class = self._op_class(proposal.definition)
            made = op_class.name if op_class is not None else ""
            edits = tuple(replace(edit, text=edit.text.replace(NAME, name).replace(CLASS, made)) for edit in edits)
        self.edits.add(edits)
        self.imports += proposal.imports
        self.landed.add(proposal)
        return True

    def _define(self, definition: Definition) -> str | None:
        """Choose the name, and place the definition."""
        if definition.key is not None and definition.key in self.shared:
            return self.shared[definition.key]
        facts = definition.facts
        name = definition.stem if definition.exact else free_name(facts, definition.stem, self._given_to(facts))
        if name is None:
            return None
        op_class = self._op_class(definition)
        if op_class is None or not op_class.name and definition.op is not None:
            return None  # what the class is for stands in another file, or is not written yet
        expressions = [expression.replace(CLASS, op_class.name) for expression in definition.expressions]
        line = f"{self_name(facts)}.{name} = "
        added = [*op_class.edits]
        if isinstance(definition.place, Behind):
            for statement, expression in zip(definition.place.statements, expressions, strict=True):
                place = behind(facts, statement)
                if isinstance(place, Refusal):
                    return None
                added.append(self._line(place[0], place[1] + line + expression, rank=0))
        elif facts.init is None:
            if facts not in self.new_inits:
                start = new_init(facts, definition.place.users)
                if isinstance(start, Refusal):
                    return None
                self.new_inits[facts] = start
            indent, lines = self.new_inits[facts][1:]
            lines.append(indent + line + expressions[0])
        else:
            place = insertion(facts, definition.place)
            if isinstance(place, Refusal):
                return None
            added.append(self._line(place[0], place[1] + line + expressions[0]))
        if not self.edits.fits(added):
            return None
        self.edits.add(added)
        if definition.op is not None:
            self.classes.take(definition.op, op_class)
            self.imports += op_class.imports
        self.given.append((facts, name))
        if definition.key is not None:
            self.shared[definition.key] = name
        return name

    def _op_class(self, definition: Definition) -> OpClass | None:
        if definition.op is None:
            return OpClass("")
        found = self.classes.find(definition.op, definition.facts)
        return found if isinstance(found, OpClass) else None

    def _line(self, offset: int, text: str, rank: int = 1) -> Edit:
        source = self.file.source
        at_end_of_text = not source.text[:offset].endswith(("\n", "\r"))
        text = source.newline + text if at_end_of_text else text + source.newline
        return Edit(offset, offset, text, rank)

    def _given_to(self, facts: ClassFacts) -> frozenset[str]:
        """The names that this pass has given in a class and those related to it."""
        return frozenset(
            name for other, name in self.given if other.reference in facts.family or facts.reference in other.family
        )
