"""One observed forward pass: each module call and torch call, where in the source it stands, and what feeds what.

Nothing is traced: the model's own Python runs, under a ``TorchFunctionMode`` that sees each torch function, tensor
method and operator, and with ``nn.Module.__call__`` watched. So whatever runs can be recorded.
"""

from __future__ import annotations

import copy
import sys
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from types import FrameType
from typing import Any, Final, Literal
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeCopyMode, FakeTensor, FakeTensorMode
from torch.nn.parameter import is_lazy
from torch.overrides import TorchFunctionMode
from torch.utils._device import _device_constructors

from modulint.runtime.caches import Passing
from modulint.runtime.changes import Snapshot, write_count
from modulint.runtime.errors import (
    ModelError,
    UserCodeError,
    is_standard_library,
    is_user_file,
    summary,
    user_code_error,
)
from modulint.runtime.executed import Executed
from modulint.runtime.layouts import Layouts
from modulint.runtime.loading import Inputs
from modulint.runtime.names import TO_PYTHON, canonical_name
from modulint.runtime.observe import has_nan, output_tensors
from modulint.runtime.positions import Position, current_position, position_in

_CONVERSIONS: Final = frozenset(
    f"torch.Tensor.{name}" for name in ("contiguous", "double", "float", "half", "bfloat16", "to", "type", "type_as")
)

Origin = Literal["input", "state", "operation", "unknown"]
Tensors = Literal["auto", "fake", "real"]
Mode = Literal["eval", "train"]
Kind = Literal["tensor", "number", "sequence", "other"]


@dataclass(frozen=True, slots=True)
class Value:
    """What a tensor held at some time: a write in place makes a new value of the same tensor.

    ``producer`` is the number of the operation that made it, None for the other origins: an input of the model, its
    state (``name`` is then the key of the parameter or buffer), or something that was made where nobody looked: a
    constant, a compiled function.
    """

    number: int
    sizes: tuple[int, ...]
    dtype: torch.dtype
    origin: Origin
    producer: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A call of a torch function, tensor method or operator that made, wrote or read out a tensor.

    ``number`` counts operations and module calls together, in the order in which they start. ``name`` is canonical:
    ``torch.nn.functional.relu``, ``torch.Tensor.add`` (also for ``x + y``), ``torch.Tensor.__getitem__``. ``call`` is
    the number of the module call that it ran in. ``inputs`` and ``outputs`` are numbers of values; ``written`` those of
    ``outputs`` that replace a value of the same tensor, or of one that shares its memory. ``operands`` are those of an
    operator, as torch is given them: ``1 + x`` arrives as ``x + 1``. ``makes_tensor`` is whether the result is one.
    """

    number: int
    name: str
    call: int
    position: Position | None
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    written: tuple[int, ...] = ()
    operands: tuple[Kind, ...] = ()
    makes_tensor: bool = True


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """A call of a module. ``end`` is the first number that no longer belongs to it; ``parent`` the call around it.

    ``name`` is the first name of the module in the model, empty for the model itself, and the class in angle brackets
    for a module that the model does not own.
    """

    number: int
    end: int
    module: nn.Module
    name: str
    parent: int | None
    position: Position | None
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What one forward pass did. ``tensors`` says on which tensors it ran, ``note`` why not on fake ones.

    ``inputs`` describes what the model was called with. ``owners`` has all names of each module that has any, by its
    first name. ``remarks`` are statements about the pass: what it changes, and what of it was not seen.
    """

    model: nn.Module
    calls: Mapping[int, ModuleCall]
    operations: Mapping[int, Operation]
    values: tuple[Value, ...]
    outputs: tuple[int, ...]
    owners: Mapping[str, tuple[str, ...]]
    tensors: Literal["fake", "real"]
    note: str = ""
    inputs: str = ""
    consumers: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Value -> the operations that read it."""
    ran: Mapping[Position, int] = field(default_factory=dict)
    """How often each call and operator of the user's code completed, where that was asked for."""
    remarks: tuple[str, ...] = ()

    def residence(self, operation: Operation) -> ModuleCall:
        """The module call that ``operation`` ran in."""
        return self.calls[operation.call]

    def calls_around(self, number: int) -> Iterator[ModuleCall]:
        """The module calls around the call or operation with this number, the innermost first."""
        inner = self.calls[number].parent if number in self.calls else self.operations[number].call
        while inner is not None:
            yield self.calls[inner]
            inner = self.calls[inner].parent


@dataclass(frozen=True, slots=True)
class Watching:
    """How a pass is run and what is looked at: the mode, and whether to count what runs (see ``Record.ran``)."""

    mode: Mode = "eval"
    counting: bool = False


Attempt = Callable[[nn.Module, Inputs, Watching, Passing], Record]


def record(
    model: nn.Module, inputs: Inputs, tensors: Tensors = "auto", *, mode: Mode = "eval", counting: bool = False
) -> Record:
    """Observe one forward pass of ``model``, without gradients.

    "fake" tensors have shapes and no values: a copy of the model runs, without weights and arithmetic. "auto" takes
    them, and real ones where the model does something that takes values; ``note`` then says what. The model keeps its
    modes and buffers, and torch its random numbers. ``counting`` asks for ``Record.ran``.

    Raises:
        UserCodeError: the model raised; the text names the layer.
        ModelError: "fake" was asked for, and does not do; or the model has no weights, and needs them; or it is lazy.
    """
    model = getattr(model, "_orig_mod", model)  # what torch.compile was given: its Python is what is looked at
    try:
        _require_observable(model)
        return _observed(model, inputs, tensors, Watching(mode, counting))
    except RecursionError:
        raise ModelError("the model holds itself, or its modules are nested too deep for Python") from None


def _require_observable(model: nn.Module) -> None:
    """Refuse what cannot be observed, and say why."""
    if isinstance(model, torch.jit.ScriptModule):
        raise ModelError("the model is TorchScript, which has no Python to observe: check the model it was made of")
    if any(map(is_lazy, _weights(model))):
        weights = [*model.named_parameters(), *model.named_buffers()]
        name = next(name for name, weight in weights if is_lazy(weight))
        raise ModelError(f"{name} has no shape before the model has run once: run it, then check it")


def _observed(model: nn.Module, inputs: Inputs, tensors: Tensors, watching: Watching) -> Record:
    reason = ""
    for attempt in _attempts(model, tensors):
        passing = Passing()
        try:
            seen = attempt(model, inputs, watching, passing)
        except UserCodeError as error:
            reason = str(error)
        except Exception as error:
            reason = summary(error)
        else:
            return _remarking_on_kept(seen, passing.forget())
        passing.forget()
    if tensors == "fake" or not has_weights(model):
        raise ModelError(f"the model does not run on fake tensors: {reason}")
    return _on_real(model, inputs, watching, f"fake tensors did not do: {_first_line(reason)}" if reason else "")


def _remarking_on_kept(seen: Record, count: int) -> Record:
    if not count:
        return seen
    remark = f"something outside of the model keeps {count} tensors of the pass, which have no values"
    return replace(seen, remarks=(*seen.remarks, remark))


def fake_mode() -> FakeTensorMode:
    """A mode under which tensors are made without memory, as a model that is built under it has its weights."""
    return FakeTensorMode(allow_non_fake_inputs=True)


def has_weights(model: nn.Module) -> bool:
    """Whether the parameters and buffers of ``model`` have values: not those on fake tensors or the meta device."""
    weights = list(_weights(model))
    return _mode_of(weights) is None and not _are_meta(weights)


def is_leaf(module: nn.Module) -> bool:
    """Whether ``module`` holds no other module: what runs in it is its own."""
    return next(module.children(), None) is None


def _on_real(model: nn.Module, inputs: Inputs, watching: Watching, note: str) -> Record:
    """Run a copy that shares the model's parameters, or the model itself where it cannot be copied."""
    try:
        running = _copy(model, {id(parameter): parameter for parameter in model.parameters()})
    except Exception:
        running = model
    watch = _Watch(model, running, watching)
    with _in_mode(running, watching.mode), torch.no_grad(), torch.random.fork_rng(devices=[]):
        return watch.run(inputs.map(torch.clone), "real", note)


def _attempts(model: nn.Module, tensors: Tensors) -> list[Attempt]:
    """The ways to run without arithmetic: the meta device, or fake tensors, which take longer and do more.

    On the meta device a tensor says so if the model asks where it is; fake ones say what the real ones would.
    """
    weights = list(_weights(model))
    if _mode_of(weights) is not None:
        return [_on_fake]
    if _are_meta(weights):
        return [_on_meta, _on_fake]
    return [] if tensors == "real" else [_on_meta, _on_fake]


def _on_meta(model: nn.Module, inputs: Inputs, watching: Watching, passing: Passing) -> Record:
    memo: dict[int, object] = {id(tensor): _as_meta(tensor) for tensor in _tensors_of(model)}
    watch = _Watch(model, _copy(model, memo).train(watching.mode == "train"), watching, passing, device="meta")
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        return watch.run(inputs.map(_as_meta), "fake", "")


def _on_fake(model: nn.Module, inputs: Inputs, watching: Watching, passing: Passing) -> Record:
    mode = _mode_of(_weights(model)) or fake_mode()
    empty: dict[int, object] = {id(weight): _with_device(mode, weight) for weight in _weights(model) if weight.is_meta}
    with FakeCopyMode(mode):
        copied = _copy(model, empty)
    watch = _Watch(model, copied.train(watching.mode == "train"), watching, passing)
    with torch.no_grad(), torch.random.fork_rng(devices=[]), mode:
        return watch.run(inputs.map(lambda tensor: _faked(mode, tensor)), "fake", "")


def _copy(model: nn.Module, memo: dict[int, Any]) -> nn.Module:
    """A copy that a pass may change. ``memo`` is what ``copy.deepcopy`` finds in it already, by the originals' ids.

    Raises:
        ModelError: the copy has modules of the model: one of them has a ``__deepcopy__`` of its own.
    """
    empty = {id(each): type(each)() for each in _empty_dicts_of(model)}  # most of what there is to copy
    copied = copy.deepcopy(model, {**memo, **empty})
    if not set(model.modules()).isdisjoint(copied.modules()):
        raise ModelError("a module of it refuses to be copied")
    return copied


def _as_meta(tensor: Tensor) -> Tensor:
    """A tensor without memory, laid out alike. Tensors of another class are left to :func:`_on_fake`."""
    if type(tensor) not in (Tensor, nn.Parameter) or tensor.layout is not torch.strided:
        return tensor
    made = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
    return nn.Parameter(made, tensor.requires_grad) if type(tensor) is nn.Parameter else made


def _with_device(mode: FakeTensorMode, tensor: Tensor) -> Tensor:
    """A fake tensor that says it lies on the CPU, for one on the meta device."""
    if isinstance(tensor, FakeTensor):
        return tensor
    with mode:
        made = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="cpu")
    return nn.Parameter(made, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else made


def _tensors_of(model: nn.Module) -> Iterator[Tensor]:
    """Parameters, buffers, and tensors that are plain attributes."""
    yield from _weights(model)
    for module in model.modules():
        yield from (value for value in vars(module).values() if isinstance(value, Tensor))


def _empty_dicts_of(model: nn.Module) -> Iterator[dict[Any, Any]]:
    """Those that each module has for hooks of all kinds."""
    for module in model.modules():
        yield from (value for value in vars(module).values() if type(value) in (dict, OrderedDict) and not value)


def _faked(mode: FakeTensorMode, tensor: Tensor) -> Tensor:
    fake: Tensor = tensor if isinstance(tensor, FakeTensor) else mode.from_tensor(tensor)
    return fake


def _mode_of(weights: Iterable[Tensor]) -> FakeTensorMode | None:
    """The mode that a model was built under, if its weights are fake."""
    return next((weight.fake_mode for weight in weights if isinstance(weight, FakeTensor)), None)


def _are_meta(weights: Iterable[Tensor]) -> bool:
    return any(weight.is_meta and not isinstance(weight, FakeTensor) for weight in weights)


def _weights(model: nn.Module) -> Iterator[Tensor]:
    """Parameters and buffers; those that are shared come more than once."""
    for module in model.modules():
        for weight in (*module._parameters.values(), *module._buffers.values()):
            if weight is not None:
                yield weight


@contextmanager
def _in_mode(model: nn.Module, mode: Mode) -> Iterator[None]:
    """Put ``model`` into ``mode``; put modes back at the end, and buffers, which a pass in train mode changes."""
    modes = [(module, module.training) for module in model.modules()]
    buffers = [(buffer, buffer.clone()) for buffer in model.buffers()] if mode == "train" else []
    model.train(mode == "train")
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
        for buffer, before in buffers:
            buffer.copy_(before)


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0]


class _Watch(TorchFunctionMode):
    """Sees one forward pass of ``running``, a copy of ``model`` or the model itself.

    Tensors that the model makes without saying where are made on ``device``, if one is given.
    """

    def __init__(
        self,
        model: nn.Module,
        running: nn.Module,
        watching: Watching,
        passing: Passing | None = None,
        device: str | None = None,
    ) -> None:
        super().__init__()
        self._executed = Executed(_is_watched)
        self._wanted = watching
        self._device = device
        self._layouts = Layouts()
        self._model = model
        self._running = running
        self._originals = dict(zip(running.modules(), model.modules()))
        self._names: dict[nn.Module, str] = {module: name for name, module in running.named_modules()}
        self._calls: dict[int, ModuleCall] = {}
        self._operations: dict[int, Operation] = {}
        self._values = _Values(passing)
        self._open: list[int] = []
        self._count = 0
        self._failed_in: str | None = None
        self._ran_in_thread = False
        self._outermost: FrameType | None = None

    def run(self, inputs: Inputs, tensors: Literal["fake", "real"], note: str) -> Record:
        """Call the model, and give what was seen.

        Raises:
            UserCodeError: the model raised.
        """
        for name, tensor in [*self._running.named_parameters(), *self._running.named_buffers()]:
            self._values.start(tensor, "state", name)
        inputs.map(lambda tensor: self._values.start(tensor, "input"))
        self._outermost = sys._getframe()
        before = Snapshot(self._running)
        try:
            with self._watching():
                output = self._running(*inputs.args, **inputs.kwargs)
        except (Exception, SystemExit) as error:
            layer = f" in {self._failed_in}" if self._failed_in else ""
            raise user_code_error(f"the forward pass failed{layer}", error) from error
        finally:
            self._outermost = None  # it holds this object: together they would keep all tensors for a while
        found = [tensor for _, tensor in output_tensors(output)]
        outputs = tuple(self._values.of(tensor) for tensor in found)
        return Record(
            self._model,
            self._calls,
            self._operations,
            tuple(self._values.values),
            outputs,
            _owners(self._model),
            tensors,
            note,
            inputs.describe(),
            _consumers(self._operations.values()),
            _ran(self._executed),
            tuple(self._remarks(before.changes(), output, found, tensors)),
        )

    def _remarks(self, changes: str, output: object, found: list[Tensor], tensors: Tensors) -> Iterator[str]:
        if changes:
            yield f"the forward pass changes the model itself{self._keeping()}: {changes}"
        if not found:
            yield f"no tensor was found in the output, which is of type {type(output).__name__}"
        elif not isinstance(output, (Tensor, tuple, list, Mapping)):
            yield f"the output is of type {type(output).__name__}: most tracers and exporters want tensors"
        if tensors == "real" and any(map(has_nan, found)):
            yield "the output holds NaN"
        if self._ran_in_thread:
            yield "modules that ran in other threads were not observed"

    def _keeping(self) -> str:
        if self._running is not self._model:
            return ""
        return ", and keeps the changes" + (" but those written to buffers" if self._wanted.mode == "train" else "")

    @contextmanager
    def _watching(self) -> Iterator[None]:
        import_module("torch._dynamo.utils")  # keeps for good what it finds as nn.Module.__call__ when it is imported
        call = nn.Module.__call__
        thread = threading.get_ident()

        def observed(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() != thread:
                self._ran_in_thread = True
                return call(module, *args, **kwargs)
            return self._module_call(call, module, args, kwargs)

        with ExitStack() as stack:
            stack.enter_context(patch.object(nn.Module, "__call__", observed))
            stack.enter_context(self)
            if self._wanted.counting:
                stack.enter_context(self._executed.watching())
            yield

    def __torch_function__(
        self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        with self._executed.paused():  # the mode is off in here: no operation would be seen
            return self._observe(func, args, dict(kwargs or {}))

    def _observe(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._device is not None and func in _device_constructors():
            kwargs.setdefault("device", self._device)
        given = list(_in_arguments((args, kwargs)))
        versions = [write_count(tensor) for tensor in given]
        number = self._next()
        result = self._layouts.call(func, args, kwargs) if self._device == "meta" else func(*args, **kwargs)
        written = [tensor for tensor, version in zip(given, versions) if write_count(tensor) != version]
        made = list(_in_arguments(result))
        name = canonical_name(func)
        if made or written or name in TO_PYTHON:
            self._add(number, name, args, given, result, made, written)
        return result

    def _add(
        self,
        number: int,
        name: str,
        args: tuple[Any, ...],
        given: list[Tensor],
        result: object,
        made: list[Tensor],
        written: list[Tensor],
    ) -> None:
        inputs = tuple(dict.fromkeys(self._values.of(tensor) for tensor in given))
        new = self._values.write(written, number)
        if name in _CONVERSIONS and _alike(given, made):
            self._values.pass_on(given[0], made[0])
        outputs = dict.fromkeys([*(self._values.made(tensor, number) for tensor in made), *new])
        call = self._open[-1] if self._open else 0
        position = current_position(self._outermost)
        operands = tuple(map(_kind, args)) if position is not None and position.operator else ()
        self._operations[number] = Operation(
            number, name, call, position, inputs, tuple(outputs), tuple(new), operands, isinstance(result, Tensor)
        )

    def _module_call(self, call: Any, module: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        number = self._next()
        position = current_position(self._outermost) if self._open else None
        parent = self._open[-1] if self._open else None
        inputs = tuple(self._values.of(tensor) for tensor in _in_arguments((args, kwargs)))
        self._open.append(number)
        try:
            result = call(module, *args, **kwargs)
        except (Exception, SystemExit):
            if self._failed_in is None:
                self._failed_in = f"{self._name(module) or 'the model itself'} ({type(module).__name__})"
            raise
        finally:
            self._open.pop()
        outputs = tuple(self._values.of(tensor) for _, tensor in output_tensors(result))
        original = self._originals.get(module, module)
        self._calls[number] = ModuleCall(
            number, self._count, original, self._name(module), parent, position, inputs, outputs
        )
        return result

    def _name(self, module: nn.Module) -> str:
        return self._names.get(module, f"<{type(module).__name__}>")

    def _next(self) -> int:
        number = self._count
        self._count += 1
        return number


class _Values:
    """Which value each tensor holds at the moment. Tensors are kept until the pass is over, so that ids stay theirs."""

    def __init__(self, passing: Passing | None) -> None:
        self.values: list[Value] = []
        self._passing = passing
        self._current: dict[int, int] = {}
        self._alive: dict[int, list[Tensor]] = {}

    def start(self, tensor: Tensor, origin: Origin, name: str = "") -> int:
        """A value that no operation made."""
        return self._new(tensor, origin, None, name)

    def of(self, tensor: Tensor) -> int:
        """The value that ``tensor`` holds."""
        known = self._current.get(id(tensor))
        return self.start(tensor, "unknown") if known is None else known

    def made(self, tensor: Tensor, operation: int) -> int:
        """The value of what ``operation`` returned: the old one if it returned a tensor that was there before."""
        if id(tensor) in self._current:
            return self._current[id(tensor)]
        if self._passing is not None:
            self._passing.add(tensor)
        return self._new(tensor, "operation", operation)

    def pass_on(self, tensor: Tensor, to: Tensor) -> None:
        """Let ``to`` hold the value of ``tensor``."""
        if id(to) not in self._current:
            self._keep(to)
            self._current[id(to)] = self.of(tensor)

    def write(self, tensors: Iterable[Tensor], operation: int) -> list[int]:
        """New values for ``tensors``, which ``operation`` wrote to, and for those that share their memory."""
        affected = {id(tensor): tensor for tensor in tensors}
        for tensor in list(affected.values()):
            affected.update((id(other), other) for other in self._sharing(tensor) if _overlap(tensor, other))
        return [self._new(tensor, "operation", operation) for tensor in affected.values()]

    def _new(self, tensor: Tensor, origin: Origin, producer: int | None, name: str = "") -> int:
        number = len(self.values)
        self.values.append(Value(number, tuple(tensor.shape), tensor.dtype, origin, producer, name))
        if id(tensor) not in self._current:
            self._keep(tensor)
        self._current[id(tensor)] = number
        return number

    def _keep(self, tensor: Tensor) -> None:
        self._alive.setdefault(_memory(tensor), []).append(tensor)

    def _sharing(self, tensor: Tensor) -> list[Tensor]:
        memory = _memory(tensor)
        return self._alive.get(memory, []) if memory >= 0 else []


def _alike(given: list[Tensor], made: list[Tensor]) -> bool:
    """Whether a conversion changed nothing: real tensors then come back as they are, others as new ones."""
    return (
        len(made) == 1
        and bool(given)
        and (given[0].dtype, given[0].shape, given[0].stride()) == (made[0].dtype, made[0].shape, made[0].stride())
    )


def _memory(tensor: Tensor) -> int:
    """What identifies the memory of ``tensor``; -1 for layouts without any of their own."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (NotImplementedError, RuntimeError):
        return -1


def _overlap(one: Tensor, other: Tensor) -> bool:
    """Whether the stretches of memory between first and last element overlap: more than is shared, never less."""
    first, last = _stretch(one)
    other_first, other_last = _stretch(other)
    return first <= other_last and other_first <= last


def _stretch(tensor: Tensor) -> tuple[int, int]:
    """The first and the last byte, within the memory."""
    start = int(tensor.storage_offset())
    elements = sum((int(size) - 1) * int(stride) for size, stride in zip(tensor.shape, tensor.stride()))
    size = tensor.element_size()
    return start * size, (start + max(elements, 0) + 1) * size - 1


def _in_arguments(value: object) -> Iterator[Tensor]:
    """The tensors in arguments or results of a torch function: in tuples, lists, dicts and slices."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _in_arguments(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _in_arguments(part)
    elif isinstance(value, slice):
        yield from _in_arguments((value.start, value.stop, value.step))


def _kind(value: object) -> Kind:
    if isinstance(value, Tensor):
        return "tensor"
    if isinstance(value, (int, float, complex)):
        return "number"
    return "sequence" if isinstance(value, (tuple, list)) else "other"


def _is_watched(path: str) -> bool:
    return is_user_file(path) and not is_standard_library(path)


def _ran(executed: Executed) -> dict[Position, int]:
    ran: Counter[Position] = Counter()
    for code, instruction, times in executed.counts():
        ran[position_in(code, instruction)] += times
    return dict(ran)


def _owners(model: nn.Module) -> dict[str, tuple[str, ...]]:
    names: dict[nn.Module, list[str]] = {}
    for name, module in model.named_modules(remove_duplicate=False):
        names.setdefault(module, []).append(name)
    return {owned[0]: tuple(owned) for owned in names.values()}


def _consumers(operations: Iterable[Operation]) -> dict[int, tuple[int, ...]]:
    consumers: dict[int, list[int]] = {}
    for operation in operations:
        for value in operation.inputs:
            consumers.setdefault(value, []).append(operation.number)
    return {value: tuple(readers) for value, readers in consumers.items()}
