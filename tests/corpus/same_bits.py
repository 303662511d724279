"""Whether two versions of a model are the same model: keys, weights, children, and every bit that they compute."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

SEED = 20

Build = Callable[[], tuple[nn.Module, tuple[Tensor, ...]]]


@contextmanager
def built_from(root: Path) -> Iterator[Build | None]:
    """The ``build`` function of ``model.py`` below ``root``, None where it has none.

    The modules that it imports from there are forgotten afterwards, so that another version can be loaded.
    """
    names = {path.relative_to(root).parts[0].removesuffix(".py") for path in root.rglob("*.py")}
    sys.path.insert(0, str(root))
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    importlib.invalidate_caches()
    try:
        yield getattr(importlib.import_module("model"), "build", None)
    finally:
        sys.path.remove(str(root))
        sys.dont_write_bytecode = written
        for name in [name for name in sys.modules if name.partition(".")[0] in names]:
            del sys.modules[name]


def observed(build: Build, modes: tuple[str, ...]) -> dict[str, Any]:
    """All that may not change, by a name for it."""
    torch.manual_seed(SEED)
    model, inputs = build()
    state = {key: value.clone() for key, value in model.state_dict().items()}
    seen: dict[str, Any] = {
        "keys": list(state),
        "shapes": [tuple(value.shape) for value in state.values()],
        "weights": list(state.values()),
        "parameters": [name for name, _ in model.named_parameters()],
    }
    for mode in modes:
        model.load_state_dict(state)
        seen.update((f"{mode}: {name}", value) for name, value in computed(model.train(mode == "train"), inputs).items())
    return seen


def computed(model: nn.Module, inputs: tuple[Tensor, ...]) -> dict[str, Any]:
    """Outputs, the gradients of inputs and parameters, the buffers afterwards, and where the random numbers stand."""
    torch.manual_seed(SEED)
    model.zero_grad()
    given = [value.clone().requires_grad_() for value in inputs]
    # The input of an in-place operation may not be a leaf.
    output = model(*(value * 1 for value in given))
    outputs = list(output) if isinstance(output, (tuple, list)) else [output]
    weight = sum((value.sum() * (index + 1) for index, value in enumerate(outputs)), torch.zeros(()))
    if weight.requires_grad:
        weight.backward()
    return {
        "outputs": [value.detach() for value in outputs],
        "gradients of inputs": [value.grad for value in given],
        "gradients of parameters": [value.grad for value in model.parameters()],
        "buffers": list(model.buffers()),
        "random state": torch.get_rng_state(),
    }


def children(build: Build) -> dict[str, list[str]]:
    """The names of each submodule's children, in order."""
    model, _ = build()
    return {name: [child for child, _ in module.named_children()] for name, module in model.named_modules()}


def compiles(build: Build) -> bool:
    """Whether TorchScript takes the model."""
    model, _ = build()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            torch.jit.script(model)
        except Exception:  # whatever its compiler finds: there is no class for all of it
            return False
    return True


def same(first: Any, second: Any) -> bool:
    """Equality to the bit, NaN and the sign of zero included."""
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        if first.dtype != second.dtype or first.shape != second.shape:
            return False
        return first.contiguous().numpy().tobytes() == second.contiguous().numpy().tobytes()
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    return bool(first == second)
