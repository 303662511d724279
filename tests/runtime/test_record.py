"""What one observed forward pass tells: calls, positions, and which tensor came from where."""

from __future__ import annotations

import functools
import sys
import threading
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import resolve_name

from modulint.runtime.errors import ModelError, UserCodeError
from modulint.runtime.loading import Inputs
from modulint.runtime.names import canonical_name
from modulint.runtime.positions import Position
from modulint.runtime.record import Operation, Record, Tensors, fake_mode, record

X = Inputs((torch.randn(2, 4),))


class Function(nn.Module):
    """A model that is one function."""

    def forward(self, *args: Tensor) -> object:
        return self.compute(*args)


def observed(compute: object, inputs: Inputs = X, tensors: Tensors = "auto") -> Record:
    model = Function()
    model.compute = compute  # type: ignore[assignment]
    return record(model, inputs, tensors)


def names(seen: Record) -> list[str]:
    return [operation.name.removeprefix("torch.Tensor.") for operation in seen.operations.values()]


def the(seen: Record, name: str) -> Operation:
    found = [operation for operation in seen.operations.values() if operation.name.endswith(f".{name}")]
    assert len(found) == 1, names(seen)
    return found[0]


def producer(seen: Record, value: int) -> str:
    made_by = seen.values[value].producer
    return seen.values[value].origin if made_by is None else seen.operations[made_by].name.split(".")[-1]


def source(position: Position | None) -> str:
    assert position is not None and position.line == position.end_line
    return (
        Path(position.path).read_text().splitlines()[position.line - 1][position.column - 1 : position.end_column - 1]
    )


def test_operators_methods_and_functions_have_one_name() -> None:
    def compute(x: Tensor) -> Tensor:
        y = x + 1
        y = 1 - y
        y += 2
        y = -(y @ y.T)
        return F.relu(torch.add(y, y.add(1)))

    seen = observed(compute)
    assert names(seen)[:7] == ["add", "sub", "add_", "T", "matmul", "neg", "add"]
    assert names(seen)[7:] == ["torch.add", "torch.nn.functional.relu"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="columns need Python 3.11")
def test_positions_have_columns() -> None:
    def compute(x: Tensor) -> Tensor:
        täglich = F.relu(x + 1)
        x = x.view(-1)  # noqa: E702
        return täglich.sum() * 2

    seen = observed(compute)
    texts = {operation.name.split(".")[-1]: operation.position for operation in seen.operations.values()}
    assert source(texts["add"]) == "x + 1"
    assert source(texts["relu"]) == "F.relu(x + 1)"
    assert source(texts["view"]) == "x.view(-1)"
    assert source(texts["mul"]) == "täglich.sum() * 2"
    assert texts["add"] is not None and texts["add"].operator
    assert texts["view"] is not None and not texts["view"].operator
    assert "compute" in texts["view"].function


def test_position_of_a_module_is_its_call() -> None:
    seen = record(_Block(), X)
    inner = [call for call in seen.calls.values() if call.name == "first"]
    assert len(inner) == 1 and inner[0].position is not None
    assert inner[0].position.function.endswith("forward")
    relu = the(seen, "relu")
    assert relu.position is not None and relu.position.path.endswith("test_record.py")


class _Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.again = self.first
        self.inner = nn.Sequential(nn.ReLU(), nn.Dropout())

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(self.first(x)) + nn.Sigmoid()(x)


def test_calls_nest_and_modules_have_all_their_names() -> None:
    seen = record(_Block(), X)
    relu = the(seen, "relu")
    assert [call.name for call in seen.calls_around(relu.number)] == ["inner.0", "inner", ""]
    assert seen.residence(the(seen, "add")).name == ""
    assert seen.residence(the(seen, "sigmoid")).name == "<Sigmoid>"
    assert seen.owners["first"] == ("first", "again")
    outer = next(call for call in seen.calls.values() if call.name == "inner")
    assert outer.number < relu.number < outer.end


def test_modules_are_those_of_the_user_not_of_the_copy() -> None:
    model = _Block()
    seen = record(model, X)
    assert seen.tensors == "fake"
    assert {id(call.module) for call in seen.calls.values() if not call.name.startswith("<")} <= {
        id(module) for module in model.modules()
    }


def test_state_and_inputs_are_known() -> None:
    seen = record(_Block(), X)
    values = [seen.values[number] for number in the(seen, "linear").inputs]
    assert [(value.origin, value.name) for value in values] == [
        ("input", ""),
        ("state", "first.weight"),
        ("state", "first.bias"),
    ]


def test_in_place_write_reaches_views() -> None:
    def compute(x: Tensor) -> Tensor:
        y = x + 1
        row = y[0]
        other = y.exp()
        y.mul_(2)
        return row.sin() + other

    seen = observed(compute)
    assert producer(seen, the(seen, "sin").inputs[0]) == "mul_"
    assert producer(seen, the(seen, "exp").inputs[0]) == "add"
    assert len(the(seen, "mul_").written) == 2


def test_write_into_one_half_leaves_the_other() -> None:
    def compute(x: Tensor) -> Tensor:
        top, bottom = (x + 1).unbind(0)
        top.mul_(2)
        return bottom.sin()

    seen = observed(compute)
    assert producer(seen, the(seen, "sin").inputs[0]) == "unbind"


def test_item_assignment_is_a_write() -> None:
    def compute(x: Tensor) -> Tensor:
        y = torch.zeros(2, 4)
        y[0] = x[0]
        return y.sin()

    seen = observed(compute)
    assert producer(seen, the(seen, "sin").inputs[0]) == "__setitem__"
    position = the(seen, "__getitem__").position
    assert position is not None and not position.operator


@pytest.mark.parametrize("tensors", ["fake", "real"])
def test_conversion_that_changes_nothing_makes_nothing(tensors: Tensors) -> None:
    seen = observed(lambda x: x.add(1).contiguous().float().to("cpu", torch.float32).sin(), tensors=tensors)
    assert producer(seen, the(seen, "sin").inputs[0]) == "add"


def test_consumers() -> None:
    seen = observed(lambda x: (x + 1).sin())
    assert seen.consumers[the(seen, "add").outputs[0]] == (the(seen, "sin").number,)
    assert seen.outputs == the(seen, "sin").outputs


def test_values_that_decide_need_real_tensors() -> None:
    def compute(x: Tensor) -> Tensor:
        return x.sin() if x.sum() > -1e9 else x.cos()

    seen = observed(compute)
    assert seen.tensors == "real" and seen.note.startswith("fake tensors did not do: ")
    assert "sin" in names(seen) and "cos" not in names(seen) and "__bool__" in names(seen)
    with pytest.raises(ModelError, match="does not run on fake tensors"):
        observed(compute, tensors="fake")


def test_same_record_on_fake_and_on_real_tensors() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Flatten())
    image = Inputs((torch.randn(1, 3, 8, 8),))
    fake, real = record(model, image), record(model, image, "real")
    assert list(fake.operations.values()) == list(real.operations.values())
    assert fake.values == real.values
    assert all(operation.position is None for operation in fake.operations.values())


def test_model_built_without_memory() -> None:
    with fake_mode():
        model = nn.Sequential(nn.Linear(4, 1 << 22), nn.Linear(1 << 22, 1 << 22))
    seen = record(model, X)
    assert seen.tensors == "fake" and seen.values[seen.outputs[0]].sizes == (2, 1 << 22)


def test_model_on_the_meta_device() -> None:
    seen = record(nn.Linear(4, 1 << 22, device="meta"), X)
    assert seen.values[seen.outputs[0]].sizes == (2, 1 << 22)


def test_model_on_the_meta_device_that_asks_where_it_is() -> None:
    class Asking(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(4, 1 << 22, device="meta")
            self.register_buffer("offset", torch.ones(1))

        def forward(self, x: Tensor) -> Tensor:
            assert x.device.type == "cpu"
            with torch.autocast(x.device.type, enabled=False):
                return self.linear(x) + self.offset

    model = Asking()
    seen = record(model, X)
    assert seen.values[seen.outputs[0]].sizes == (2, 1 << 22)
    assert model.linear.weight.is_meta and type(model.linear.weight) is nn.Parameter


def test_layer_that_fails_is_named() -> None:
    with pytest.raises(UserCodeError) as caught:
        record(_Block(), Inputs((torch.randn(2, 5),)))
    text = str(caught.value)
    assert text.startswith("the forward pass failed in first (Linear): RuntimeError: mat1 and mat2")
    assert "self.inner(self.first(x))" in text and "record.py" not in text.replace("test_record.py", "")


def test_lazy_model_is_told_to_run_first() -> None:
    model = nn.Sequential(nn.LazyLinear(3))
    with pytest.raises(ModelError, match=r"0.weight has no shape before the model has run once"):
        record(model, X)
    model(*X.args)
    assert the(record(model, X), "linear")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compiled_model_is_seen_as_it_was_written() -> None:
    seen = record(torch.compile(_Block()), X)  # type: ignore[arg-type]
    assert seen.residence(the(seen, "linear")).name == "first"


def test_model_that_cannot_be_copied_runs_itself() -> None:
    model = _Block()
    model.lock = threading.Lock()  # type: ignore[assignment]
    seen = record(model, X)
    assert seen.tensors == "real" and "cannot pickle" in seen.note


def test_endless_recursion_is_an_error() -> None:
    def compute(x: Tensor) -> Tensor:
        return compute(x)

    with pytest.raises(UserCodeError, match="RecursionError"):
        observed(compute)


def test_user_keeps_modes_weights_and_caches() -> None:
    @functools.lru_cache
    def table(size: int) -> Tensor:
        return torch.arange(size)

    model = nn.Sequential(nn.Dropout(), nn.BatchNorm1d(4)).train()
    model[0].eval()
    random_state = torch.get_rng_state()
    observed(lambda x: x + table(4))
    record(model, X)
    record(model, X, "real")
    assert table(4).tolist() == [0, 1, 2, 3]
    assert model.training and not model[0].training
    assert type(model[1].weight) is nn.Parameter
    assert torch.equal(torch.get_rng_state(), random_state)
    assert nn.Module.__call__.__name__ == "_wrapped_call_impl"


def test_keyword_inputs_dicts_and_objects() -> None:
    class Model(nn.Module):
        def forward(self, x: dict[str, Tensor], scale: Tensor) -> dict[str, list[Tensor]]:
            return {"result": [x["a"] * scale]}

    seen = record(Model(), Inputs(({"a": torch.ones(2)},), {"scale": torch.ones(1)}))
    assert seen.outputs == the(seen, "mul").outputs
    assert all(seen.values[number].origin == "input" for number in the(seen, "mul").inputs)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (Tensor.__radd__, "torch.Tensor.add"),
        (Tensor.__iadd__, "torch.Tensor.add_"),
        (Tensor.__invert__, "torch.Tensor.bitwise_not"),
        (Tensor.__rpow__, "torch.Tensor.pow"),
        (Tensor.__ror__, "torch.Tensor.bitwise_or"),
        (Tensor.__getitem__, "torch.Tensor.__getitem__"),
        (Tensor.T.__get__, "torch.Tensor.T"),  # type: ignore[attr-defined]
        (torch.einsum, "torch.einsum"),
        (torch.lstm, "torch.lstm"),
    ],
)
def test_canonical_names(function: object, name: str) -> None:
    assert canonical_name(function) == name  # type: ignore[arg-type]
    assert resolve_name(function)
