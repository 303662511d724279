"""What a model computes, in a form that two processes can compare: digests, and single tensors on request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

from modulint.runtime.errors import summary
from modulint.runtime.loading import Inputs

Mode = Literal["eval", "train"]
MODES: tuple[Mode, ...] = ("eval", "train")
_BLOCK = 1 << 24


@dataclass(frozen=True, slots=True)
class TensorFacts:
    """A tensor without its values: sizes, dtype, a digest of its bits, and whether one of its elements is NaN."""

    sizes: tuple[int, ...]
    dtype: str
    digest: str
    has_nan: bool = False

    @classmethod
    def of(cls, tensor: Tensor) -> TensorFacts:
        """The facts about ``tensor``, wherever it lies."""
        return cls(tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."), _digest(tensor), has_nan(tensor))

    def describe(self) -> str:
        """Sizes and dtype, as ``1x3x224x224:float32``."""
        return f"{'x'.join(map(str, self.sizes)) or 'scalar'}:{self.dtype}"


Named = tuple[tuple[str, TensorFacts], ...]


@dataclass(frozen=True, slots=True)
class Pass:
    """One forward and backward pass. Each tensor has a name that says where in the output, or whose gradient, it is.

    ``failure`` names what the forward pass raised, ``backward_failure`` what the backward pass did; the tensors that
    would have come later are then missing. ``layers`` has an entry for each module call, in the order in which they
    return, when it was asked for: ``name``, or ``name (call 2)``, of the call, with the facts of its output tensors.
    """

    outputs: Named = ()
    containers: str = ""
    gradients: Named = ()
    failure: str = ""
    backward_failure: str = ""
    layers: tuple[tuple[str, Named], ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """All that is compared of one model. ``state`` is taken before anything ran, ``state_after`` after all passes."""

    state: Named
    passes: Mapping[str, Pass]
    state_after: Named


@dataclass(frozen=True, slots=True)
class Wish:
    """What to observe beyond outputs and gradients: the outputs of all layers in one pass, and one tensor in full.

    ``tensor`` is the pass (or ``state``), the kind (``outputs``, ``gradients``, or the name of a layer call), and the
    name within it.
    """

    layers_of: str = ""
    tensor: tuple[str, str, str] | None = None


def observe(
    model: nn.Module, inputs: Sequence[Inputs], seed: int = 0, wish: Wish = Wish()
) -> tuple[Observation, Tensor | None]:
    """Run ``model`` on each of ``inputs``, in eval and in train mode, forward and backward; see what comes out.

    The random numbers are seeded the same way before each pass. A pass in train mode that fails on one sample is tried
    on all samples as one batch, since batch norms refuse a single value for each channel. Buffers, gradients and modes
    are put back afterwards. The second value is the tensor that ``wish`` asks for, if it came by.
    """
    watcher = _Watcher(wish)
    with _put_back(model):
        state = watcher.facts("state", "state", _state(model))
        passes = {
            f"{mode} mode, input {number}": _pass(model, mode, each, (seed, number), watcher)
            for mode in MODES
            for number, each in enumerate(_batched(model, mode, inputs, seed), 1)
        }
        after = watcher.facts("state after", "state", _state(model))
    return Observation(state, passes, after), watcher.kept


def output_tensors(value: object) -> list[tuple[str, Tensor]]:
    """The tensors in an output, each with its place: ``output``, ``output[0]``, ``output['logits']``, ``output.x``."""
    return list(_tensors(value, "output", frozenset()))


class _Watcher:
    """Turns tensors into facts, and keeps the one that was asked for."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.kept: Tensor | None = None

    def facts(self, place: str, kind: str, tensors: Sequence[tuple[str, Tensor]]) -> Named:
        for name, tensor in tensors:
            if self.wish.tensor == (place, kind, name):
                self.kept = tensor.detach().cpu().clone()
        return tuple((name, TensorFacts.of(tensor)) for name, tensor in tensors)


def _pass(model: nn.Module, mode: Mode, inputs: Inputs, seed: tuple[int, int], watcher: _Watcher) -> Pass:
    base, number = seed
    place = f"{mode} mode, input {number}"
    model.train(mode == "train")
    model.zero_grad(set_to_none=True)
    leaves: list[Tensor] = []
    given = inputs.map(lambda tensor: _with_gradient(tensor, leaves))
    torch.manual_seed(base + number)
    layers: list[tuple[str, Named]] = []
    try:
        with _layers(model, place, watcher, layers.append if watcher.wish.layers_of == place else None):
            output = model(*given.args, **given.kwargs)
    except (Exception, SystemExit) as error:
        return Pass(failure=summary(error), layers=tuple(layers))
    tensors = output_tensors(output)
    failure = _backward(tensors, base)
    gradients = [(name, weight.grad) for name, weight in model.named_parameters() if weight.grad is not None]
    gradients += _input_gradients(leaves)
    return Pass(
        watcher.facts(place, "outputs", tensors),
        _containers(output),
        watcher.facts(place, "gradients", gradients),
        backward_failure=failure,
        layers=tuple(layers),
    )


def _batched(model: nn.Module, mode: Mode, inputs: Sequence[Inputs], seed: int) -> Sequence[Inputs]:
    """``inputs``; in train mode all of them as one batch, if the model refuses the first one by itself."""
    if mode == "eval" or len(inputs) < 2:
        return inputs
    torch.manual_seed(seed)
    model.train()
    before = {name: tensor.clone() for name, tensor in model.named_buffers()}
    try:
        with torch.no_grad():
            model(*inputs[0].args, **inputs[0].kwargs)
        return inputs
    except Exception:
        batch = _joined(inputs)
        return inputs if batch is None else [batch, _joined(inputs[::-1]) or batch]
    finally:
        _copy_back(model, before)


def _joined(inputs: Sequence[Inputs]) -> Inputs | None:
    """All inputs as one batch along the first dimension, None where their tensors have none."""
    columns: list[list[Tensor]] = []
    for each in inputs:
        tensors: list[Tensor] = []
        each.map(tensors.append)
        columns.append(tensors)
    try:
        joined = iter([torch.cat(parts) for parts in zip(*columns, strict=True)])
    except (RuntimeError, ValueError):
        return None
    return inputs[0].map(lambda _: next(joined))


def _with_gradient(tensor: Tensor, leaves: list[Tensor]) -> Tensor:
    """A copy of ``tensor`` to hand in, connected to a leaf that collects its gradient.

    The leaf itself is not handed in: a model may write into its input, which autograd forbids for leaves.
    """
    leaf = tensor.detach().clone().requires_grad_(tensor.is_floating_point() or tensor.is_complex())
    leaves.append(leaf)
    return leaf.clone()


def _input_gradients(leaves: Sequence[Tensor]) -> list[tuple[str, Tensor]]:
    return [(f"input tensor {number}", leaf.grad) for number, leaf in enumerate(leaves, 1) if leaf.grad is not None]


def _backward(outputs: Sequence[tuple[str, Tensor]], seed: int) -> str:
    """Go backwards from all outputs with fixed random weights; the failure, or nothing."""
    differentiable = [tensor for _, tensor in outputs if tensor.requires_grad]
    if not differentiable:
        return ""
    generator = torch.Generator().manual_seed(seed)
    directions = [
        torch.randn(tensor.shape, generator=generator, dtype=torch.float32).to(tensor.device, tensor.dtype)
        for tensor in differentiable
    ]
    try:
        torch.autograd.backward(differentiable, directions)
    except Exception as error:
        return summary(error)
    return ""


@contextmanager
def _layers(
    model: nn.Module, place: str, watcher: _Watcher, add: Callable[[tuple[str, Named]], None] | None
) -> Iterator[None]:
    """Watch the output of each module call. Only where it is asked for: hooks switch off torch's fused fast paths."""
    if add is None:
        yield
        return
    calls: dict[str, int] = {}
    handles = []
    for name, module in model.named_modules():
        if name:
            handles.append(module.register_forward_hook(_layer_hook(name, calls, place, watcher, add)))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _layer_hook(
    name: str, calls: dict[str, int], place: str, watcher: _Watcher, add: Callable[[tuple[str, Named]], None]
) -> Callable[[nn.Module, Any, Any], None]:
    def hook(_module: nn.Module, _inputs: object, output: object) -> None:
        calls[name] = calls.get(name, 0) + 1
        call = name if calls[name] == 1 else f"{name} (call {calls[name]})"
        add((call, watcher.facts(place, call, output_tensors(output))))

    return hook


@contextmanager
def _put_back(model: nn.Module) -> Iterator[None]:
    """Put buffers, gradients, modes and random numbers back at the end."""
    buffers = {name: tensor.clone() for name, tensor in model.named_buffers()}
    modes = [(module, module.training) for module in model.modules()]
    gradients = [(weight, weight.grad) for weight in model.parameters()]
    random_state = torch.get_rng_state()
    try:
        yield
    finally:
        torch.set_rng_state(random_state)
        _copy_back(model, buffers)
        for module, training in modes:
            module.training = training
        for weight, gradient in gradients:
            weight.grad = gradient


def _copy_back(model: nn.Module, buffers: Mapping[str, Tensor]) -> None:
    with torch.no_grad():
        for name, tensor in model.named_buffers():
            if name in buffers and tensor.shape == buffers[name].shape:
                tensor.copy_(buffers[name])


def _state(model: nn.Module) -> list[tuple[str, Tensor]]:
    return [(name, value) for name, value in model.state_dict().items() if isinstance(value, Tensor)]


def _tensors(value: object, where: str, seen: frozenset[int]) -> Iterator[tuple[str, Tensor]]:
    if isinstance(value, Tensor):
        yield where, value
        return
    for key, part in _parts(value):
        if id(part) not in seen:
            yield from _tensors(part, f"{where}{key}", seen | {id(value)})


def _parts(value: object) -> list[tuple[str, object]]:
    """What a container or a plain object holds, each part with how it is reached."""
    if isinstance(value, Mapping):
        return [(f"[{key!r}]", part) for key, part in value.items()]
    if isinstance(value, (tuple, list)):
        return [(f"[{number}]", part) for number, part in enumerate(value)]
    if isinstance(value, (str, bytes, int, float, complex, type(None), nn.Module, type, torch.Size)):
        return []
    attributes = getattr(value, "__dict__", {})
    return [(f".{name}", part) for name, part in attributes.items()]


def _containers(value: object) -> str:
    """The containers of an output, as ``tuple(Tensor, dict(a=Tensor))``."""
    if isinstance(value, Mapping):
        return f"{type(value).__name__}({', '.join(f'{key}={_containers(part)}' for key, part in value.items())})"
    if isinstance(value, (tuple, list)):
        return f"{type(value).__name__}({', '.join(map(_containers, value))})"
    return type(value).__name__


def has_nan(tensor: Tensor) -> bool:
    """Whether an element of ``tensor`` is not a number."""
    fractional = tensor.is_floating_point() or tensor.is_complex()
    return fractional and bool(tensor.detach().isnan().any())


def _digest(tensor: Tensor) -> str:
    """A digest of the bits, where NaNs are equal if their bits are and 0.0 differs from -0.0."""
    digest = hashlib.sha256()
    plain = tensor.detach()
    if plain.layout is not torch.strided:
        plain = plain.to_dense()
    if plain.is_quantized:
        plain = plain.int_repr()
    data = plain.cpu().resolve_conj().resolve_neg().contiguous().reshape(-1).view(torch.uint8)
    for start in range(0, data.numel(), _BLOCK):
        digest.update(memoryview(_bytes(data[start : start + _BLOCK])))
    return digest.hexdigest()


def _bytes(data: Tensor) -> bytes:
    try:
        return data.numpy().tobytes()
    except RuntimeError:  # torch without numpy
        return bytes(data.untyped_storage())[data.storage_offset() : data.storage_offset() + data.numel()]
