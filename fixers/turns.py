"""How many turns the loops around a step have: what ``__init__`` can run over to make a module for each of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from keyword import iskeyword
from typing import TypeAlias

from modulint.fixers.calls import construction
from modulint.fixers.imports import spell
from modulint.fixers.list_entries import against_entries
from modulint.fixers.local_lists import turns_over
from modulint.fixers.module_lists import Turns, against_list, is_list_at_times, is_list_of_modules
from modulint.fixers.placement import self_name
from modulint.fixers.proposal import Refusal
from modulint.lint.assignments import dotted, first_argument
from modulint.lint.classes import ClassFacts
from modulint.lint.file import File, method_around
from modulint.lint.forward import Step
from modulint.lint.scopes import walk

SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr, ast.JoinedStr)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_UNKNOWN = "it runs in a loop whose number of turns is not known when `__init__` runs"
_COMPARING = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_JUMPS = (ast.Break, ast.Continue, ast.Return, ast.Try)

Loop: TypeAlias = "ast.For | ast.ListComp | ast.GeneratorExp"


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """The part of a loop that says what it runs over: one name or several for the elements, and where these come from."""

    target: ast.expr
    iterated: ast.expr


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One of the loops around a step.

    ``count`` is what ``__init__`` can run over to make as many modules as it has turns, which reads the attributes ``needs``;
    ``entry`` is what it calls an entry of that. ``index`` is the name of the number by which the body reads lists of
    modules, "" where the modules go along in the loop's head. ``local`` tells a loop over a list of the method itself.
    """

    loop: Loop
    head: Head
    count: str
    needs: frozenset[str]
    index: str = ""
    entry: str = "_"
    local: bool = False


def levels_around(file: File, step: Step) -> tuple[Level, ...] | Refusal:
    """The loops around a step, the outermost first."""
    if any(run.loops != step.loops for run in step.runs):
        return Refusal("it runs in a loop, and elsewhere or in another loop as well")
    found: tuple[Level, ...] = ()
    for loop in step.loops:
        head = _head(loop, step)
        if head is None or not isinstance(loop, (ast.For, ast.ListComp, ast.GeneratorExp)):
            return Refusal(_UNKNOWN)
        answer = _Turns(file, step, found).levels(loop, head)
        if isinstance(answer, Refusal):
            return answer
        found = answer
    return found


def _head(loop: ast.AST, step: Step) -> Head | None:
    if not any(node is loop for node in walk(step.function)):
        return None
    if isinstance(loop, ast.For):
        body = range(loop.body[0].lineno, (loop.body[-1].end_lineno or 0) + 1)
        return Head(loop.target, loop.iter) if step.node.lineno in body else None
    if isinstance(loop, (ast.ListComp, ast.GeneratorExp)) and len(loop.generators) == 1:
        generator = loop.generators[0]
        if any(node is step.node for node in walk(loop.elt)):
            return Head(generator.target, generator.iter)
    return None


class _Turns:
    """What is known of one loop, and the ``outer`` ones around it."""

    def __init__(self, file: File, step: Step, outer: tuple[Level, ...]) -> None:
        self.file = file
        self.step = step
        self.owner: ClassFacts = step.owner
        self.outer = outer
        method = method_around(step)
        self.instance = first_argument(method) if method is not None else ""

    def levels(self, loop: Loop, head: Head) -> tuple[Level, ...] | Refusal:
        """The outer loops, whose entries may have a name by now, and this one."""
        local = self._over_local_list(loop, head)
        turns = local or self._turns(loop, head.iterated)
        if not isinstance(turns, Refusal):
            return (*self.outer, Level(loop, head, *turns, local=local is not None))
        index = _counter(head) if isinstance(loop, ast.For) else ""
        if isinstance(loop, ast.For) and index and not _rebinds(loop.body, index) and self._is_eager_only(loop, index):
            bound = self._indexed(loop, index) or self._bound(loop, head.iterated)
            if bound is not None and not isinstance(bound, Refusal):
                return (*self.outer, Level(loop, head, *bound, index))
        return turns

    def _over_local_list(self, loop: Loop, head: Head) -> Turns | Refusal | None:
        """The same as :meth:`_turns` for a list comprehension over a local list that has an entry for each module of a list."""
        method = method_around(self.step)
        if self.outer or method is not self.step.function or not isinstance(head.iterated, ast.Name):
            return None
        if entries_read(loop, head) is None:
            return None
        return turns_over(self.file, self.owner, method, head.iterated)

    def _turns(self, loop: Loop, iterated: ast.expr) -> Turns | Refusal:
        """How many turns a loop over an expression has."""
        match iterated:
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                return self._turns(loop, inner)
            case ast.Call(func=ast.Name(id="zip"), args=[_, *_] as several, keywords=[]):
                return self._shortest(loop, several)
            case ast.Call(func=ast.Name(id="range"), args=[count], keywords=[]):
                return self._range(loop, count)
            case ast.Tuple(elts=elements) if not any(isinstance(each, ast.Starred) for each in elements):
                return f"range({len(elements)})", frozenset()
        return self._counted(iterated)

    def _shortest(self, loop: Loop, several: list[ast.expr]) -> Turns | Refusal:
        """How many turns a loop over several lists at once has. As many modules as one of them has are always enough."""
        written: list[Turns] = []
        refused: list[Refusal] = []
        for each in several:
            answer = self._turns(loop, each)
            if isinstance(answer, Refusal):
                refused.append(answer)
            elif answer[1]:
                return answer
            else:
                written.append(answer)
        return written[0] if written else refused[0]

    def _range(self, loop: Loop, count: ast.expr) -> Turns | Refusal:
        """How many turns a loop over the numbers up to ``count`` has."""
        number = self._number(count)
        if number is None:
            return Refusal(_UNKNOWN)
        if any(isinstance(node, (ast.Break, ast.Continue)) for node in walk(loop)):
            return Refusal("TorchScript knows no `break` and `continue` in a loop over modules")
        return self._up_to(number)

    def _number(self, count: ast.expr) -> ast.expr | None:
        """A number that ``__init__`` may know, as it is to be written there."""
        match count:
            case ast.Constant() | ast.Attribute(value=ast.Name()) if dotted(count).partition(".")[0] in ("", self.instance):
                return count
            case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=head), ast.Constant(value=str(attribute)), *_], keywords=[]) if (
                head == self.instance and attribute.isidentifier()
            ):
                # The default is for models without it.
                return ast.Attribute(ast.Name(head, ast.Load()), attribute, ast.Load())
        return None

    def _up_to(self, number: ast.expr) -> Turns | Refusal:
        made = construction(
            self.file, self.owner, "torch.nn.ModuleList", [(None, number)], checked=True, guards=self.step.guards
        )
        return made if isinstance(made, Refusal) else (f"range({ast.unparse(number)})", made[1])

    def _counted(self, several: ast.expr) -> Turns | Refusal:
        """How many modules a list of modules has, a part of one, or an entry of one that is such a list itself."""
        match several:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == self.instance:
                if reason := against_list(self.owner, attribute):
                    return Refusal(reason)
                text = f"{self_name(self.owner)}.{attribute}"
                if is_list_at_times(self.owner, attribute):
                    text = f"({text} if isinstance({text}, {spell(self.file, 'torch.nn.ModuleList', self.owner)[0]}) else ())"
                return text, frozenset({attribute})
            case (
                ast.Call(func=ast.Attribute(value=ast.Attribute() as held, attr="children" | "named_children"), args=[], keywords=[])
                | ast.Call(
                    func=ast.Attribute(value=ast.Attribute(value=ast.Attribute() as held, attr="_modules"), attr="values" | "items"),
                    args=[],
                    keywords=[],
                )
                | ast.Call(func=ast.Name(id="reversed"), args=[ast.Attribute() as held], keywords=[])
            ) if is_list_of_modules(self.owner, held.attr):
                return self._counted(held)
            case ast.Subscript(value=ast.Attribute() as held, slice=ast.Slice(step=None) as part) if (
                is_list_of_modules(self.owner, held.attr) and _keeps_order(part)
            ):
                turns = self._counted(held)
                if isinstance(turns, Refusal) or turns[0] != f"{self_name(self.owner)}.{held.attr}":
                    return turns
                return f"{turns[0]}[{ast.unparse(part)}]", turns[1]
            case ast.Name() | ast.Subscript(value=ast.Attribute(), slice=ast.Name()):
                return self._entry(several)
        return Refusal(_UNKNOWN)

    def _entry(self, entry: ast.Name | ast.Subscript) -> Turns | Refusal:
        """How many modules one of the lists has over which a loop around this one runs."""
        for position, level in reversed(list(enumerate(self.outer))):
            if not isinstance(level.loop, ast.For):
                continue
            if isinstance(entry, ast.Name):
                held, name = _partner(level.head, entry.id), entry.id
                if held is None or _rebinds(level.loop.body, name):
                    continue
            else:
                index, held = entry.slice, entry.value
                if not isinstance(index, ast.Name) or index.id != level.index or not isinstance(held, ast.Attribute):
                    continue
                name = held.attr[:-1] if held.attr.endswith("s") else ""
                name = name if name.isidentifier() and not iskeyword(name) else f"one_of_{held.attr}"
            if not isinstance(held, ast.Attribute):
                continue
            turns = self._counted(held)
            if isinstance(turns, Refusal):
                return turns
            if level.index and level.count != turns[0]:
                continue
            if reason := against_entries(self.owner, held.attr):
                return Refusal(reason)
            named = replace(level, count=turns[0], needs=level.needs | turns[1], entry=name)
            self.outer = (*self.outer[:position], named, *self.outer[position + 1 :])
            return name, turns[1]
        return Refusal(_UNKNOWN)

    def _is_eager_only(self, loop: ast.For, index: str) -> bool:
        """Whether TorchScript does not compile the body of a loop: it reads a list of modules by a number that is no literal."""
        numbers = {index, *(level.index for level in self.outer if level.index)}
        return any(
            isinstance(node, ast.Subscript)
            and any(isinstance(part, ast.Name) and part.id in numbers for part in walk(node.slice))
            and (held := self._held(node)) is not None
            and is_list_of_modules(self.owner, held.attr)
            for node in _run(loop.body, numbers)
        )

    def _held(self, node: ast.expr) -> ast.Attribute | None:
        """The attribute of the instance that something is an entry of, or an entry of an entry."""
        while isinstance(node, ast.Subscript):
            node = node.value
        own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == self.instance
        return node if own and isinstance(node, ast.Attribute) else None

    def _indexed(self, loop: ast.For, index: str) -> Turns | None:
        """A list of modules of which every turn reads the entry of its own number: there are no more turns than entries."""
        if any(isinstance(node, _JUMPS) for node in walk(loop)):
            return None
        for node in _run(loop.body):
            match node:
                case ast.Subscript(value=ast.Attribute() | ast.Subscript() as held, slice=ast.Name(id=name)) if name == index:
                    attribute = self._held(held)
                    if attribute is None or not is_list_of_modules(self.owner, attribute.attr):
                        continue
                    turns = self._counted(held)
                    if not isinstance(turns, Refusal):
                        return turns
        return None

    def _bound(self, loop: ast.For, iterated: ast.expr) -> Turns | Refusal | None:
        """What has at least as many entries as the largest number of a range, and one more."""
        if isinstance(iterated, ast.Call) and _name(iterated) == "reversed" and len(iterated.args) == 1 and not iterated.keywords:
            iterated = iterated.args[0]
        if not isinstance(iterated, ast.Call) or not _is_range(iterated):
            return None
        match iterated.args:
            case [end] | [ast.Constant(value=int()), end]:
                return self._size(end)
            case [ast.Constant(value=int()), end, ast.Constant(value=int(by))] if by > 0:
                return self._size(end)
            case [
                ast.BinOp(left=end, op=ast.Sub(), right=ast.Constant(value=int(less))),
                ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)) | ast.Constant(value=int()),
                ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int())),
            ] if less > 0:
                return self._size(end)
        return None

    def _size(self, end: ast.expr) -> Turns | Refusal | None:
        """What has as many entries as a number says, or more."""
        match end:
            case ast.Call(func=ast.Name(id="len"), args=[held], keywords=[]):
                turns = self._counted(held)
                return None if isinstance(turns, Refusal) or turns[0].startswith("(") else turns
            case ast.BinOp(left=whole, op=ast.Sub(), right=ast.Constant(value=int(less))):
                size = self._size(whole)
                if size is None or isinstance(size, Refusal):
                    return size
                count = size[0].removeprefix("range(").removesuffix(")") if size[0].startswith("range(") else f"len({size[0]})"
                return f"range({count} - {less})", size[1]
        number = self._number(end)
        return self._up_to(number) if number is not None else None


def entries_read(loop: ast.AST, head: Head) -> list[ast.Name] | None:
    """Where a comprehension over a local list reads the entry of this turn; None where it cannot read it by its index."""
    target, iterated = head.target, head.iterated
    if not isinstance(loop, ast.ListComp) or not isinstance(target, ast.Name) or not isinstance(iterated, ast.Name):
        return None
    if loop.generators[0].ifs or iterated.id == target.id or any(isinstance(node, SCOPES) for node in walk(loop.elt)):
        return None
    return [node for node in walk(loop.elt) if isinstance(node, ast.Name) and node.id == target.id]


def _counter(head: Head) -> str:
    """The name of the number of a turn, "" where there is none."""
    match head.target, head.iterated:
        case ast.Name(id=name), ast.Call(func=ast.Name(id="range")):
            return name
        case ast.Name(id=name), ast.Call(func=ast.Name(id="reversed"), args=[inner]) if _is_range(inner):
            return name
        case ast.Tuple(elts=[ast.Name(id=name), _]), ast.Call(func=ast.Name(id="enumerate")):
            return name
    return ""


def _partner(head: Head, name: str) -> ast.expr | None:
    """What holds the entries that go by a name in a loop."""
    target, iterated = head.target, head.iterated
    if _name(iterated) == "enumerate" and isinstance(iterated, ast.Call) and isinstance(target, ast.Tuple) and len(target.elts) == 2:
        target, iterated = target.elts[1], iterated.args[0]
    if _name(iterated) == "zip" and isinstance(iterated, ast.Call) and isinstance(target, ast.Tuple):
        if len(target.elts) == len(iterated.args):
            pairs = zip(target.elts, iterated.args)
            return next((held for part, held in pairs if isinstance(part, ast.Name) and part.id == name), None)
    return iterated if isinstance(target, ast.Name) and target.id == name else None


def _rebinds(body: Sequence[ast.stmt], name: str) -> bool:
    """Whether a block may give a name another value."""
    return any(
        (isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load))
        or name in (getattr(node, "name", None), getattr(node, "asname", None), getattr(node, "rest", None))
        or (isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names)
        for statement in body
        for node in walk(statement)
    )


def _keeps_order(part: ast.Slice) -> bool:
    """Whether a slice of a list that has become shorter is no longer than that of the whole: ``[1:]``, ``[:-1]``."""
    match part.lower:
        case None | ast.Constant(value=int()):
            pass
        case _:
            return False
    match part.upper:
        case None | ast.Constant(value=int()) | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int())):
            return True
    return False


def _run(body: Sequence[ast.stmt], numbers: frozenset[str] | set[str] = frozenset()) -> Iterator[ast.AST]:
    """The nodes of expressions that every run of a block evaluates, as long as no statement leaves it.

    With ``numbers``, those as well that only some runs evaluate, but TorchScript compiles in any case: behind comparisons
    of these.
    """
    queue: list[ast.AST] = [*body]
    while queue:
        node = queue.pop()
        yield node
        match node:
            case ast.If(test=test, body=first, orelse=second):
                queue += [test, *((*first, *second) if _is_of(test, numbers) else ())]
            case ast.IfExp(test=test, body=one, orelse=other):
                queue += [test, *((one, other) if _is_of(test, numbers) else ())]
            case ast.For(iter=iterated, body=block):
                queue += [iterated, *(block if numbers and _is_range(iterated) else ())]
            case ast.BoolOp(values=[always, *_]):
                queue.append(always)
            case ast.Compare(left=left, comparators=[right, *_]):
                queue += [left, right]
            case ast.AnnAssign(value=ast.Subscript()) if numbers:
                pass  # TorchScript takes an entry of a list of modules behind an annotation
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Expr() | ast.Return():
                queue += ast.iter_child_nodes(node)
            case ast.stmt() | ast.Lambda():
                pass
            case _ if not isinstance(node, _COMPREHENSIONS):
                queue += ast.iter_child_nodes(node)


def _is_of(test: ast.expr, numbers: frozenset[str] | set[str]) -> bool:
    """Whether a condition compares one of some numbers, so that TorchScript does not know how it turns out."""
    return (
        isinstance(test, ast.Compare)
        and all(isinstance(each, _COMPARING) for each in test.ops)
        and any(isinstance(each, ast.Name) and each.id in numbers for each in (test.left, *test.comparators))
    )


def _name(node: ast.expr) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _name(node) == "range" and not node.keywords
