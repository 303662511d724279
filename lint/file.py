"""All that a rule may ask about one file, each fact worked out when it is first asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias, TypeVar

from modulint.lint.assignments import Function, decorators, dotted, first_argument
from modulint.lint.classes import ClassFacts, FunctionFacts, classes_of
from modulint.lint.constructor import Inexpressible, Outcome, bind, constructor_of, not_fixed
from modulint.lint.evidence import FileEvidence
from modulint.lint.forward import ForwardPath, Fraction, OperatorStep, PaddedSize, Padding, Reshape, Run, Site, Step
from modulint.lint.forward.parameters import match_arguments
from modulint.lint.operations import OPERATIONS, Operation
from modulint.lint.scripting import Compiled, compiled
from modulint.lint.settings import Settings
from modulint.lint.size_uses import uses_of
from modulint.lint.scopes import AnyFunction, bound_names, children, parents_in, walk
from modulint.lint.source import Located, Source
from modulint.lint.tree import Reference, Tree
from modulint.lint.values import UNKNOWN, Value

_OPERATION_NAMES = frozenset(name.rpartition(".")[2] for name in OPERATIONS)
_Inside: TypeAlias = tuple[ast.AST, ClassFacts | None, AnyFunction | None, tuple[ast.AST, ...]]
AnyStep = TypeVar("AnyStep", bound=Step)
_SUBCLASS_WALKS = 8  # subclasses whose forward path is walked for a class that has none of its own


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """A place where a rule found its guideline broken. ``subject`` holds the facts that a fixer of the rule needs."""

    node: Located
    message: str
    facts: ClassFacts | None
    subject: object = None


@dataclass(frozen=True, slots=True, eq=False)
class Reuse:
    """A run of a call of a module that may follow other runs of it in one forward pass."""

    path: ForwardPath
    site: Site
    run: Run
    earlier: tuple[Run, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Helper:
    """A call of a plain function on the forward path, what it gives, and all that runs in it on that path: calls and operators."""

    path: ForwardPath
    site: Site
    function: FunctionFacts
    steps: tuple[Step, ...]
    result: Value


@dataclass(frozen=True, slots=True, eq=False)
class Sizing:
    """A call on the forward path of a plain function that only moves data, and that computes sizes from those of tensors
    that this call gives it: ``computed`` is the first place where it does."""

    path: ForwardPath
    site: Site
    function: FunctionFacts
    compiled: Compiled
    computed: ast.expr


@dataclass(frozen=True, slots=True, eq=False)
class Quotient:
    """A quotient of sizes that is an argument of a call or a result. ``is_integer`` where a function says that it takes an
    integer there."""

    step: Fraction
    is_integer: bool


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A syntax node, and the class and function in whose statements it stands. ``parents`` are those above it, nearest last."""

    node: ast.expr
    facts: ClassFacts | None
    function: AnyFunction | None
    parents: tuple[ast.AST, ...]


class File:
    """One parsed file among the files of its tree. ``evidence`` is what recorded passes saw in it, None without any.

    ``follow_shapes`` says whether the shapes of tensors are asked for behind calls.
    """

    def __init__(
        self,
        source: Source,
        syntax: ast.Module,
        tree: Tree,
        settings: Settings,
        evidence: FileEvidence | None = None,
        follow_shapes: bool = False,
    ) -> None:
        self.source = source
        self.follow_shapes = follow_shapes
        self.evidence = evidence
        self.syntax = syntax
        self.tree = tree
        self.index = classes_of(tree)
        self.index.drop(source.path)
        self.index.trim()
        self.settings = settings
        self.classes = {
            name: facts for name, facts in self.index.add(source, syntax).items() if not self._is_left_alone(name)
        }
        self.module = tree.add(source, syntax)
        self._constructors: dict[ast.Call, Outcome] = {}

    def _is_left_alone(self, qualname: str) -> bool:
        parts = qualname.split(".")
        module = self.tree.add(self.source, self.syntax).module
        names = {part for part in parts}
        names |= {".".join(parts[: count + 1]) for count in range(len(parts))}
        names |= {f"{module}.{name}" for name in tuple(names)}
        return not names.isdisjoint(self.settings.leaf_classes)

    @cached_property
    def paths(self) -> tuple[ForwardPath, ...]:
        """The forward paths on which code of this file can stand: those of its classes, and those of subclasses that
        reach into a base or mixin of this file which has no ``forward`` of its own."""
        paths: list[ForwardPath] = []
        for facts in self.classes.values():
            if facts.entries:
                if facts.may_be_module:
                    paths.append(ForwardPath(facts, follow_shapes=self.follow_shapes))
            elif facts.methods.keys() - {"__init__"}:
                paths.extend(ForwardPath(sub, follow_shapes=self.follow_shapes) for sub in self._complete_subclasses(facts))
        return tuple(paths)

    def _complete_subclasses(self, facts: ClassFacts) -> Iterator[ClassFacts]:
        """Some classes of other files that give this one a ``forward``. Their headers are asked first: syntax costs."""
        taken = 0
        for reference in facts.below:
            headers = [self.tree.header(base) for base in self.tree.above(reference)]
            if reference.path == self.module.path or not any(h is not None and "forward" in h.methods for h in headers):
                continue
            sub = self.index.get(reference)
            if sub is not None and sub.may_be_module:
                yield sub
                taken += 1
                if taken == _SUBCLASS_WALKS:
                    return

    def path_of(self, step: Step) -> ForwardPath | None:
        """The forward path of the class where a step stands, or else one that comes by it."""
        paths = [path for path in self.paths if step.function in path.reached]
        return next((path for path in paths if path.facts is step.stands_in), paths[0] if paths else None)

    @cached_property
    def sites(self) -> tuple[tuple[ForwardPath, Site], ...]:
        """Every call on a forward path that stands in this file, once, in source order.

        A call that several classes reach is shown as the class sees it that defines the method.
        """
        return tuple(self._of_this_file((path, site) for path in self.paths for site in path.sites))

    @cached_property
    def operators(self) -> tuple[tuple[ForwardPath, OperatorStep], ...]:
        """Every operator on a forward path that stands in this file and may run on tensors, as ``sites`` has the calls."""
        return tuple(self._of_this_file((path, step) for path in self.paths for step in path.operators))

    @cached_property
    def reshapes(self) -> tuple[Reshape, ...]:
        """Every reshape to computed sizes on a forward path that stands in this file, once, in source order. Those in plain
        functions are among them."""
        found: dict[ast.AST, Reshape] = {}
        for step in (step for path in self.paths for step in path.reshapes):
            in_class = not step.stands_in.qualname or step.stands_in.qualname in self.classes
            if step.stands_in.source is self.source and in_class:
                known = found.setdefault(step.node, step)
                if known.plan != step.plan:
                    known = found[step.node] = replace(known, plan="its sizes are made of other axes in another class")
                if known.factors != step.factors:
                    found[step.node] = replace(known, factors=None)
        return tuple(sorted(found.values(), key=lambda step: (step.node.lineno, step.node.col_offset)))

    @cached_property
    def fractions(self) -> dict[ast.AST, Fraction]:
        """Every quotient or difference of sizes on a forward path that stands in this file, by its operator."""
        found: dict[ast.AST, Fraction] = {}
        for step in (step for path in self.paths for step in path.fractions):
            if step.stands_in.source is self.source:
                known = found.setdefault(step.node, step)
                if known.plan != step.plan:
                    found[step.node] = replace(known, plan="it is the size of another tensor in another class")
        return found

    @cached_property
    def quotients(self) -> tuple[Quotient, ...]:
        """Every quotient of sizes in this file's classes that leaves its function, other than in a reshape or padding, once,
        in source order."""
        found: list[Quotient] = []
        for path, step in self._of_this_file((path, step) for path in self.paths for step in path.fractions):
            if not isinstance(step.operator.op, ast.FloorDiv):
                continue
            uses = [*uses_of(path, step, self_name_of(step))]
            if any(use.call and (path.reshape_of(use.call) or path.padding_of(use.call)) for use in uses):
                continue
            if uses:
                found.append(Quotient(self.fractions[step.node], any(use.is_integer for use in uses)))
        return tuple(found)

    @cached_property
    def paddings(self) -> tuple[tuple[ForwardPath, Padding], ...]:
        """Every padding by computed numbers on a forward path that stands in this file, as ``sites`` has the calls."""
        found: dict[ast.AST, Padding] = {}
        steps = [(path, step) for path in self.paths for step in path.paddings]
        for _, step in steps:
            known = found.setdefault(step.node, step)
            if known.plan != step.plan:
                known.plan = step.plan = "it is padded in another way in another class"
        return tuple(self._of_this_file(steps))

    @cached_property
    def padded_sizes(self) -> tuple[PaddedSize, ...]:
        """Every sum on a forward path that is the size of a padded tensor and stands in this file, as ``sites`` has the calls."""
        found: dict[ast.AST, PaddedSize] = {}
        steps = [(path, step) for path in self.paths for step in path.padded_sizes]
        for _, step in steps:
            known = found.setdefault(step.node, step)
            if (known.tensor, known.axis) != (step.tensor, step.axis):
                known.tensor = step.tensor = ""
        return tuple(step for _, step in self._of_this_file(steps) if step.tensor)

    def _of_this_file(self, steps: Iterable[tuple[ForwardPath, AnyStep]]) -> list[tuple[ForwardPath, AnyStep]]:
        found: dict[ast.AST, tuple[ForwardPath, AnyStep]] = {}
        for path, step in steps:
            if not self._holds(step):
                continue
            if step.node not in found or step.stands_in is path.facts:
                found[step.node] = (path, step)
        return sorted(found.values(), key=lambda entry: (entry[1].node.lineno, entry[1].node.col_offset))

    def _holds(self, step: Step) -> bool:
        """Whether a step stands in a class of this file that is looked at."""
        return step.stands_in.source is self.source and step.stands_in.qualname in self.classes

    @cached_property
    def helpers(self) -> tuple[Helper, ...]:
        """Every call in this file's classes of a plain function that computes on tensors, once, in source order."""
        found: dict[ast.AST, Helper] = {}
        for path, call in ((path, call) for path in self.paths for call in path.helper_calls.values()):
            site, function = call.site, call.function
            if self._holds(site) and (site.call not in found or site.stands_in is path.facts):
                steps = path.steps_within(function.node)
                if any(map(computes, steps)):
                    found[site.call] = Helper(path, site, function, steps, call.result or UNKNOWN)
        return tuple(sorted(found.values(), key=lambda helper: (helper.site.call.lineno, helper.site.call.col_offset)))

    @cached_property
    def sizings(self) -> tuple[Sizing, ...]:
        """Every call in this file's classes of a plain function that computes sizes, once, in source order. Those are left
        out that reshapes compute which need not: ``reshapes`` has them."""
        found: dict[ast.AST, Sizing] = {}
        for path in self.paths:
            planned = {
                part for step in path.reshapes if not isinstance(step.plan, str) for each in step.targets for part in walk(each)
            }
            for call in path.helper_calls.values():
                site, function = call.site, call.function
                if not self._holds(site) or (site.call in found and site.stands_in is not path.facts):
                    continue
                known = compiled(function)
                if known is None or any(isinstance(argument, ast.Starred) for argument in site.call.args):
                    continue
                given = match_arguments(function.node, site.arguments, site.keywords)
                traced = {name for name, value in given.items() if _is_traced(value)}
                places = (each.node for each in known.arithmetic if not each.origins.isdisjoint(traced))
                computed = next((node for node in places if node not in planned), None)
                if computed is not None:
                    found[site.call] = Sizing(path, site, function, known, computed)
        return tuple(sorted(found.values(), key=lambda each: (each.site.call.lineno, each.site.call.col_offset)))

    @cached_property
    def reuses(self) -> tuple[Reuse, ...]:
        """Runs of one module of ``self`` behind earlier ones or in a loop, one for each call of this file."""
        found: dict[ast.Call, Reuse] = {}
        for path in self.paths:
            for site in path.sites:
                if site.callee.kind != "module" or "[*]" in site.callee.path or not site.callee.path:
                    continue
                if not self._holds(site):
                    continue
                if site.call in found and site.stands_in is not path.facts:
                    continue
                for run in site.runs:
                    if run.before or run.loops:
                        earlier = tuple(sorted(run.before, key=lambda r: (r.node.lineno, r.node.col_offset)))
                        found[site.call] = Reuse(path, site, run, earlier)
                        break
        return tuple(sorted(found.values(), key=lambda reuse: (reuse.site.call.lineno, reuse.site.call.col_offset)))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every call, attribute and name of the file that is read, in source order, with where it stands."""
        found: list[Place] = []
        by_node = {facts.node: facts for facts in self.index.add(self.source, self.syntax).values()}
        stack: list[_Inside] = [(self.syntax, None, None, ())]
        while stack:
            node, facts, function, parents = stack.pop()
            if isinstance(node, ast.JoinedStr):
                continue  # positions inside are not reliable before Python 3.12
            if isinstance(node, ast.ClassDef):
                facts, function = by_node.get(node, facts), None
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                function = node
            elif isinstance(node, (ast.Call, ast.Attribute, ast.Name)) and not isinstance(
                getattr(node, "ctx", None), (ast.Store, ast.Del)
            ):
                found.append(Place(node, facts, function, parents))
            if below := children(node):
                above = (*parents, node)
                stack += [(child, facts, function, above) for child in reversed(below)]
        return tuple(place for place in found if place.facts is None or place.facts.qualname in self.classes)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """What each node of the file stands in."""
        return parents_in(self.syntax)

    @cached_property
    def calls(self) -> tuple[tuple[Place, ast.Call], ...]:
        """The calls among the places."""
        return tuple((place, place.node) for place in self.places if isinstance(place.node, ast.Call))

    def constructor(self, site: Site) -> Outcome:
        """The module that computes what the site's operation computes, or why none does."""
        if site.call not in self._constructors:
            assert site.operation is not None
            self._constructors[site.call] = constructor_of(site.operation, site.call, *names_around(site))
        return self._constructors[site.call]

    def is_computed(self, site: Step, argument: ast.expr) -> bool:
        """Whether an argument of a step takes more than attributes of the instance, constants and the module's names."""
        return not_fixed(argument, *names_around(site)) is not None

    def spelling(self, site: Site) -> str:
        """How the source names what the site calls, for messages: ``F.relu``, ``x.softmax``."""
        function = site.call.func
        if site.receiver is not None and isinstance(function, ast.Attribute) and not isinstance(function.value, ast.Name):
            return f".{function.attr}"
        return self.source.code(function)

    def is_attribute_of_self(self, site: Site) -> bool:
        """Whether what is called is an attribute of the instance."""
        name = self_name_of(site)
        return bool(name) and dotted(site.call.func).startswith(f"{name}.") and site.receiver is None

    def own_weights(self, site: Site) -> bool:
        """Whether an operation on weights gets one that comes from ``self``."""
        assert site.operation is not None
        values = {**dict(zip(site.call.args, site.arguments))}
        values |= {keyword.value: site.keywords[keyword.arg] for keyword in site.call.keywords if keyword.arg}
        given = bind(site.operation, site.call, None)
        if isinstance(given, Inexpressible):
            weights = list(values)
        else:
            weights = [given[name] for name in site.operation.tensors if name in given and name != "input"]
        prefix = f"{self_name_of(site)}."
        return any(
            values[node].own or (values[node].kind == "unknown" and dotted(node).startswith(prefix))
            for node in weights
            if node in values
        )

    def resolve(self, name: str, place: Place) -> Reference:
        """What a dotted name stands for where it stands; names that an enclosing function binds are unknown."""
        head = name.partition(".")[0]
        for parent in (*place.parents, place.node):
            if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and head in bound_names(parent):
                return Reference("unknown")
        return self.tree.resolve(self.module, name)

    def may_be_operation(self, node: ast.expr) -> bool:
        """A cheap look at a name before it is resolved: whether its last part can name an operation at all."""
        last = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        return last in _OPERATION_NAMES or (isinstance(node, ast.Name) and last in self.module.bindings)

    def operation(self, place: Place) -> Operation | None:
        """The torch operation that a name or attribute is."""
        name = dotted(place.node)
        if not name:
            return None
        reference = self.resolve(name, place)
        return OPERATIONS.get(reference.name) if reference.kind == "external" else None


def computes(step: Step) -> bool:
    """Whether a step is shown to compute on tensors, and does not only move their data."""
    if isinstance(step, OperatorStep):
        return step.sure
    return isinstance(step, Site) and step.operation is not None and step.operation.kind != "data"


def _is_traced(value: Value) -> bool:
    """Whether a trace shows the size of a tensor in a value."""
    if value.kind == "tuple" and value.items is not None:
        return any(map(_is_traced, value.items))
    return (value.is_tensor and not value.own) or value.is_shape or (value.size is not None and value.size.traced)


def method_around(step: Step) -> Function | None:
    """The method in whose statements a step stands, be it in a nested function."""
    line = step.node.lineno
    for method in step.owner.methods.values():
        if method.lineno <= line <= (method.end_lineno or line):
            return method
    return None


def self_name_of(site: Step) -> str:
    """What the method around a site calls its instance, "" where it has none."""
    method = method_around(site)
    return first_argument(method) if method is not None and not is_static(method) else ""


def names_around(site: Step) -> tuple[frozenset[str], str]:
    """The names that the functions around a site bind, and the one of them that is the instance."""
    method = method_around(site)
    local = bound_names(site.function) | (bound_names(method) if method else frozenset())
    name = self_name_of(site)
    return local - {name}, name


def is_static(function: AnyFunction) -> bool:
    """Whether a method has no ``self``."""
    return not isinstance(function, ast.Lambda) and bool({"staticmethod", "classmethod"} & decorators(function))

