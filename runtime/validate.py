"""Whether a quantizer finds a module of its own for each operation: no module runs twice, no operation runs bare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from torch import nn

from modulint.lint import operations as table
from modulint.lint.finding import Finding
from modulint.runtime.findings import Observation, class_around, finding, listed, position_near, residence_name
from modulint.runtime.loading import Inputs
from modulint.runtime.log import log_end, log_failure, log_start, name_of
from modulint.runtime.record import ModuleCall, Operation, Record, Tensors, is_leaf, record

DATA_MOVEMENT: Final[frozenset[str]] = (
    table.MOVEMENT
    | table.CREATION
    | {name for name, operation in table.OPERATIONS.items() if operation.movement}
    | {f"torch.Tensor.{name}" for name in table.TENSOR_ATTRIBUTES}
    | {
        f"torch.Tensor.{name}"
        for name in (
            "__getitem__",
            "__setitem__",
            "copy_",
            "new_empty",
            "new_full",
            "new_ones",
            "new_tensor",
            "new_zeros",
            "zero_",
            "fill_",
            "requires_grad_",
        )
    }
)
"""Operations that need no module, since they hand on the values they are given, or make some out of none.

To change what counts, hand ``validate_model`` a set of your own: ``DATA_MOVEMENT | {"torch.Tensor.mean"}``. Names are
canonical, see ``Operation.name``.
"""

_PASSED_THROUGH: Final = frozenset(
    f"torch.Tensor.{name}"
    for name in ("bfloat16", "cpu", "cuda", "detach", "double", "float", "half", "int", "long", "t", "to", "type")
)
"""What a leaf module may do beside its one operation: a quantizer does not take it for one."""

_KNOWN_PACKAGES: Final = ("torch.", "aimet_torch.")

_REUSED: Final = "reused modules"
_MISSING: Final = "operations without a module"

_WAYS_OUT: Final = {
    "MOD101": "construct the torch.nn module of this function in __init__, and call that",
    "MOD102": "put it into a module of its own, one for each place, and call that",
    "MOD103": "put it into a module of its own, such as an Add that is constructed for each place, and call that",
    "MOD105": "put it into a module that is handed the weights, so that the state_dict stays as it is",
}

Check = Callable[[Record], Iterable[Finding]]
"""A check of the user's own: looks at the record, and gives a finding for each place that it objects to."""


@dataclass(frozen=True, slots=True)
class ReusedModule:
    """A module that runs more than once in one forward pass.

    ``owners`` are all names that it has in the model. ``within`` names the reused module around it that accounts for
    its own reuse, and is empty where there is none.
    """

    name: str
    module: nn.Module
    owners: tuple[str, ...]
    calls: tuple[ModuleCall, ...]
    within: str = ""

    def describe(self) -> str:
        """The module, how often it runs, and where."""
        places = listed((str(call.position) for call in self.calls if call.position), 5)
        known_as = f", registered as {listed(self.owners, 5)}," if len(self.owners) > 1 else ""
        kind = type(self.module).__name__
        return f"{self.name} ({kind}){known_as} runs {len(self.calls)} times in one forward pass" + (
            f": at {places}" if places else ""
        )


@dataclass(frozen=True, slots=True)
class MissingModule:
    """An operation that runs outside of any leaf module. ``module`` is the one that it runs in, ``""`` the model."""

    operation: Operation
    module: str
    code: str


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found. It is true where the model is valid.

    ``reused`` holds every reused module, also those inside another reused one; ``missing`` every operation.
    ``observations`` name each place in the source once.
    """

    observations: tuple[Observation, ...]
    reused: tuple[ReusedModule, ...]
    missing: tuple[MissingModule, ...]
    record: Record

    def __bool__(self) -> bool:
        return not self.observations

    def __str__(self) -> str:
        notes = [f"note: {remark}" for remark in self.record.remarks]
        on = f"seen on {self.record.tensors} tensors" + (f", {self.record.note}" if self.record.note else "")
        return "\n".join([f"{self.verdict} ({on})", *map(_line, self.findings), *notes])

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, as every reporter takes it."""
        return tuple(each.finding for each in self.observations)

    @property
    def verdict(self) -> str:
        """Whether the model is valid, and what speaks against it, in a line."""
        if self:
            return "valid"
        counts = [f"{len(self.reused)} {_REUSED}", f"{len(self.missing)} {_MISSING}"]
        own = len(self.findings) - sum(each.code.startswith(("MOD1", "MOD2")) for each in self.findings)
        return f"not valid: {', '.join(counts)}{f', {own} other findings' if own else ''}"


def validate_model(
    model: nn.Module,
    model_input: object,
    layers_to_exclude: Iterable[nn.Module] | None = None,
    checks: Iterable[Check] | None = None,
    *,
    data_movement: Collection[str] = DATA_MOVEMENT,
    tensors: Tensors = "auto",
) -> Validation:
    """Run ``model`` once and look for reused modules and for operations without a module.

    ``model_input`` is a tensor, a tuple of positional or a dict of keyword arguments (see ``Inputs.of``). What runs in
    ``layers_to_exclude``, or in anything inside them, is not looked at. ``checks`` are run in addition.
    ``data_movement`` holds the operations that need no module.

    Raises:
        UserCodeError: the model raised.
        ModelError: it needs weights that it does not have.
    """
    seen = record(model, Inputs.of(model_input), tensors)
    return validate_record(seen, layers_to_exclude, checks, data_movement=data_movement)


def validate_record(
    seen: Record,
    layers_to_exclude: Iterable[nn.Module] | None = None,
    checks: Iterable[Check] | None = None,
    *,
    data_movement: Collection[str] = DATA_MOVEMENT,
) -> Validation:
    """As :func:`validate_model`, on a forward pass that was recorded already."""
    excluded = {module for layer in layers_to_exclude or () for module in layer.modules()}
    log_start(_REUSED)
    reused = tuple(reused_modules(seen, excluded))
    found = [(_REUSED, each) for each in _logged(_REUSED, _reused_observations(seen, reused))]
    log_start(_MISSING)
    missing = tuple(missing_modules(seen, excluded, data_movement))
    found += ((_MISSING, each) for each in _logged(_MISSING, _missing_observations(seen, missing)))
    for check in checks or ():
        name = name_of(check)
        log_start(name)
        observed = (Observation(each, each.message) for each in check(seen))
        found += ((name, each) for each in _logged(name, observed))
    log_end("validator", (name for name, _ in found))
    observations = sorted((each for _, each in found), key=lambda each: each.finding.sort_key)
    return Validation(tuple(observations), reused, missing, seen)


def reused_modules(seen: Record, excluded: Collection[nn.Module] = ()) -> Iterator[ReusedModule]:
    """Each module that runs more than once, in the order of their first calls."""
    calls = _calls_by_module(seen)
    for module, own_calls in calls.items():
        if len(own_calls) > 1 and module not in excluded:
            name = own_calls[0].name
            yield ReusedModule(
                name, module, seen.owners.get(name, ()), own_calls, _reused_around(seen, own_calls, calls)
            )


def missing_modules(
    seen: Record, excluded: Collection[nn.Module] = (), data_movement: Collection[str] = DATA_MOVEMENT
) -> Iterator[MissingModule]:
    """Each operation that makes a tensor outside of a leaf module, and is not in ``data_movement``, in their order.

    A leaf module holds no other one, and is of torch or AIMET, or one operation long, conversions not counted: a
    quantizer cannot reach between the operations of a longer one.
    """
    lengths = Counter(
        operation.call
        for operation in seen.operations.values()
        if operation.outputs and operation.name not in _PASSED_THROUGH
    )
    for operation in seen.operations.values():
        residence = seen.residence(operation)
        if not operation.outputs or operation.name in data_movement or residence.module in excluded:
            continue
        if not is_leaf(residence.module) or (lengths[operation.call] > 1 and not _is_known(residence.module)):
            yield MissingModule(operation, residence.name, _code(seen, operation))


def _is_known(module: nn.Module) -> bool:
    return type(module).__module__.startswith(_KNOWN_PACKAGES)


def _calls_by_module(seen: Record) -> Mapping[nn.Module, tuple[ModuleCall, ...]]:
    calls: dict[nn.Module, list[ModuleCall]] = {}
    for call in sorted(seen.calls.values(), key=lambda call: call.number):
        calls.setdefault(call.module, []).append(call)
    return {module: tuple(own) for module, own in calls.items()}


def _reused_around(
    seen: Record, own_calls: tuple[ModuleCall, ...], calls: Mapping[nn.Module, tuple[ModuleCall, ...]]
) -> str:
    """The reused module that calls this one once in each of its own calls, if that is all there is to it."""
    parents = [seen.calls[call.parent] for call in own_calls if call.parent is not None]
    callers = {parent.module for parent in parents}
    each_once = len({parent.number for parent in parents}) == len(own_calls)
    if len(callers) == 1 and each_once and len(calls[parents[0].module]) > 1:
        return parents[0].name
    return ""


def _code(seen: Record, operation: Operation) -> str:
    if operation.position is not None and operation.position.operator:
        return "MOD103"
    if operation.name in table.REARRANGING:
        return "MOD103"
    known = table.OPERATIONS.get(operation.name)
    if known is None or known.kind == "op":
        return "MOD102"
    if known.kind == "module":
        return "MOD101"
    return "MOD105" if any(seen.values[number].origin == "state" for number in operation.inputs) else "MOD102"


def _reused_observations(seen: Record, reused: Iterable[ReusedModule]) -> Iterator[Observation]:
    for each in reused:
        if not each.within:
            second = each.calls[1].number
            yield Observation(
                finding("MOD201", each.describe(), position_near(seen, second), class_around(seen, second)),
                f"{type(each.module).__name__} runs {len(each.calls)} times in one forward pass",
                _way_out_of_reuse(each.module),
                each.owners or (each.name,),
                tuple(call.number for call in each.calls),
            )


def _way_out_of_reuse(module: nn.Module) -> str:
    if next(module.parameters(), None) is None and next(module.buffers(), None) is None:
        return "construct a module for each of the calls"
    return "call it once; it holds weights, so copies for each of the calls would drift apart in training"


def _missing_observations(seen: Record, missing: Iterable[MissingModule]) -> Iterator[Observation]:
    """One for each place, code, operation and class, however many modules run it."""
    places: dict[tuple[object, ...], list[Operation]] = {}
    for each in missing:
        operation = each.operation
        position = position_near(seen, operation.number)
        key = (position, each.code, operation.name, class_around(seen, operation.number))
        places.setdefault(key, []).append(operation)
    for (_, code, name, class_name), found in places.items():
        residences = tuple(dict.fromkeys(residence_name(seen, operation) for operation in found))
        issue = f"{_spelled(str(name))} runs outside of a module of its own"
        message = f"{issue}, in {listed(residences)}"
        yield Observation(
            finding(str(code), message, position_near(seen, found[0].number), str(class_name)),
            issue,
            _WAYS_OUT[str(code)],
            tuple(dict.fromkeys(seen.residence(operation).name for operation in found)),
            tuple(operation.number for operation in found),
        )


def _spelled(name: str) -> str:
    return name.replace("torch.nn.functional.", "F.")


def _line(each: Finding) -> str:
    return f"{each.path}:{each.line}:{each.column}: {each.code} {each.message}"


def _logged(check: str, observations: Iterable[Observation]) -> Iterator[Observation]:
    """The same, each said in the log as a failure of ``check``."""
    for each in observations:
        layers = listed(name or "the model itself" for name in each.layers)
        log_failure(check, layers, each.finding.class_name, f"{each.finding.code} {each.issue}")
        yield each
