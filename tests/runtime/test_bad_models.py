"""Models that do what they should not: a clear error or a clear statement, and the user's model as it was."""

from __future__ import annotations

import dataclasses
import functools
import gc
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from modulint.runtime.errors import ModelError, SpecError, UserCodeError
from modulint.runtime.loading import Inputs
from modulint.runtime.record import Tensors, record
from modulint.runtime.validate import validate_model

X = Inputs((torch.randn(2, 4),))
ON_BOTH = pytest.mark.parametrize("tensors", ["fake", "real"])


class Base(nn.Module):
    """A linear layer, a buffer, a list and a number, all of which a subclass can change."""

    def __init__(self) -> None:
        super().__init__()
        self.lin = nn.Linear(4, 4)
        self.register_buffer("total", torch.zeros(()))
        self.seen: list[Tensor] = []
        self.calls = 0

    def forward(self, x: Tensor) -> object:
        return self.lin(x)


class Registers(Base):
    def forward(self, x: Tensor) -> object:
        self.extra = nn.Identity()
        return self.extra(self.lin(x))


class Replaces(Base):
    def forward(self, x: Tensor) -> object:
        y, self.lin = self.lin(x), nn.Identity()  # type: ignore[assignment]
        return y


class Removes(Base):
    def forward(self, x: Tensor) -> object:
        y = self.lin(x)
        del self.lin
        return y


class Accumulates(Base):
    def forward(self, x: Tensor) -> object:
        self.total += 1
        return self.lin(x)


class ReplacesBuffer(Base):
    def forward(self, x: Tensor) -> object:
        self.total = self.total + 1
        return self.lin(x)


class Collects(Base):
    def forward(self, x: Tensor) -> object:
        self.seen.append(x)
        self.calls += 1
        return self.lin(x)


class SwitchesMode(Base):
    def forward(self, x: Tensor) -> object:
        self.train()
        return self.lin(x)


@ON_BOTH
@pytest.mark.parametrize(
    ("make", "change"),
    [
        (Registers, "registers the module extra"),
        (Replaces, "replaces the module lin"),
        (Removes, "removes the module lin"),
        (Accumulates, "writes to total"),
        (ReplacesBuffer, "replaces the buffer total"),
        (Collects, "changes the size of seen; sets calls"),
        (SwitchesMode, "sets training, lin.training"),
    ],
)
def test_model_that_changes_itself(make: Callable[[], Base], change: str, tensors: Tensors) -> None:
    model = make().eval()
    lin, state = model.lin, {name: value.clone() for name, value in model.state_dict().items()}
    assert record(model, X, tensors).remarks == (f"the forward pass changes the model itself: {change}",)
    assert model.lin is lin and list(model._modules) == ["lin"] and not model.training and not lin.training
    assert (model.seen, model.calls) == ([], 0)
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())


def test_model_that_changes_itself_and_cannot_be_copied() -> None:
    model = Accumulates()
    model.lock = threading.Lock()  # type: ignore[assignment]
    seen = record(model, X)
    assert seen.tensors == "real" and "cannot pickle" in seen.note
    assert seen.remarks == ("the forward pass changes the model itself, and keeps the changes: writes to total",)


def test_model_that_cannot_be_copied_in_train_mode() -> None:
    class Both(Base):
        def forward(self, x: Tensor) -> object:
            self.total += 1
            self.calls += 1
            return self.lin(x)

    model = Both()
    model.lock = threading.Lock()  # type: ignore[assignment]
    said = "the forward pass changes the model itself, and keeps the changes but those written to buffers"
    assert record(model, X, "real", mode="train").remarks == (f"{said}: writes to total; sets calls",)
    assert (model.total.item(), model.calls) == (0, 1)


def test_model_whose_copy_is_itself() -> None:
    class Single(Base):
        def __deepcopy__(self, memo: object) -> Base:
            return self

    model = Single().train()
    seen = record(model, X)
    assert seen.tensors == "real" and "refuses to be copied" in seen.note
    assert model.training and type(model.lin.weight) is nn.Parameter


@ON_BOTH
def test_ordinary_model_leaves_no_remark(tensors: Tensors) -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(inplace=True), nn.Dropout())
    assert record(model, X, tensors).remarks == ()


def test_input_that_is_written_to() -> None:
    x = torch.randn(2, 4)
    before = x.clone()
    record(nn.ReLU(inplace=True), Inputs((x,)), "real")
    assert torch.equal(x, before)


_KEPT: list[Tensor] = []


@functools.lru_cache
def _steps(size: int) -> Tensor:
    return torch.arange(size)


@functools.lru_cache
def _unrelated(size: int) -> list[int]:
    return [size]


def test_tensors_that_are_kept() -> None:
    class Keeping(Base):
        def forward(self, x: Tensor) -> object:
            _KEPT.append(x + _steps(4))
            return x

    _unrelated(3)
    gc.freeze()  # as a command may have done before
    remark = "something outside of the model keeps 1 tensors of the pass, which have no values"
    assert record(Keeping(), X).remarks == (remark,)
    _KEPT.clear()
    assert _steps(4).tolist() == [0, 1, 2, 3]
    _unrelated(3)
    assert _unrelated.cache_info().hits == 1


@dataclasses.dataclass
class Output:
    logits: Tensor


def _generator(x: Tensor) -> object:
    return (x for _ in range(2))


@pytest.mark.parametrize(
    ("give", "remarks"),
    [
        (lambda x: (x, [x]), ()),
        (lambda x: {"logits": x}, ()),
        (Output, ("the output is of type Output: most tracers and exporters want tensors",)),
        (lambda x: None, ("no tensor was found in the output, which is of type NoneType",)),
        (_generator, ("no tensor was found in the output, which is of type generator",)),
    ],
)
def test_outputs_of_all_kinds(give: Callable[[Tensor], object], remarks: tuple[str, ...]) -> None:
    class Giving(Base):
        def forward(self, x: Tensor) -> object:
            return give(self.lin(x))

    result = validate_model(Giving(), X)
    assert result.record.remarks == remarks
    assert str(result).split("\n")[1:] == [f"note: {remark}" for remark in remarks]


def test_nan_is_said_where_it_is_seen() -> None:
    class Dividing(Base):
        def forward(self, x: Tensor) -> object:
            return self.lin(x) * 0 / 0

    assert record(Dividing(), X, "real").remarks == ("the output holds NaN",)


def test_other_threads_are_not_observed() -> None:
    class Threaded(Base):
        def forward(self, x: Tensor) -> object:
            out: list[Tensor] = []
            thread = threading.Thread(target=lambda: out.append(self.lin(x)))
            thread.start()
            thread.join()
            return out[0]

    assert record(Threaded(), X).remarks == ("modules that ran in other threads were not observed",)


class OnGpu(Base):
    def forward(self, x: Tensor) -> object:
        return self.lin(x.cuda())


class Exits(Base):
    def forward(self, x: Tensor) -> object:
        raise SystemExit(0)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_model_that_needs_a_gpu() -> None:
    with pytest.raises(UserCodeError, match="in the model itself .OnGpu.: .*no CUDA device is to be had here"):
        record(OnGpu(), X)


def test_model_that_exits() -> None:
    with pytest.raises(UserCodeError, match="in the model itself .Exits.: SystemExit: 0"):
        record(Exits(), X)


def test_model_that_holds_itself() -> None:
    model = nn.Sequential(Base())
    model[0].parent = model
    with pytest.raises(ModelError, match="holds itself"):
        record(model, X)


def test_model_that_is_nested_too_deep() -> None:
    model: nn.Module = nn.ReLU()
    for _ in range(sys.getrecursionlimit()):
        model = nn.Sequential(model)
    with pytest.raises(ModelError, match="nested too deep"):
        record(model, X)


@pytest.mark.parametrize("layer", [nn.LazyLinear(3), nn.LazyBatchNorm1d(affine=False)])
def test_lazy_layers(layer: nn.Module) -> None:
    with pytest.raises(ModelError, match="0.* has no shape before the model has run once"):
        record(nn.Sequential(layer), X)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torchscript_has_no_python() -> None:
    with pytest.raises(ModelError, match="TorchScript, which has no Python"):
        record(torch.jit.script(nn.Sequential(nn.ReLU())), X)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("value", [_generator(X.args[0]), (iter([1]),), {"x": iter([1])}])
def test_input_that_can_be_read_once(value: object) -> None:
    with pytest.raises(SpecError, match="as input can be read only once"):
        Inputs.of(value)


def test_watched_call_is_kept_by_nobody(tmp_path: Path) -> None:
    """Parts of torch keep ``nn.Module.__call__`` as they find it, and some are imported by the first pass only."""
    code = """
import torch
from torch import nn
from modulint.runtime.loading import Inputs
from modulint.runtime.record import record
call = nn.Module.__call__
record(nn.Sequential(nn.BatchNorm1d(4), nn.GELU()), Inputs((torch.randn(2, 4),)))
from torch._dynamo.utils import unpatched_nn_module_call
assert unpatched_nn_module_call is call is nn.Module.__call__
"""
    subprocess.run([sys.executable, "-c", code], check=True)
