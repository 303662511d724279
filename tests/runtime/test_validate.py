"""What the validator says about reused modules and operations without a module."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from modulint.lint.finding import Finding
from modulint.runtime.findings import finding
from modulint.runtime.loading import Inputs
from modulint.runtime.record import Record
from modulint.runtime.validate import DATA_MOVEMENT, validate_model

X = torch.randn(2, 4, 4)


class Valid(nn.Module):
    """Nothing but leaf modules and data movement."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.first(x))
        return x[:, 1:].transpose(1, 2).reshape(2, -1).flatten(1).unsqueeze(0).float().contiguous()


class Reusing(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.act = nn.ReLU()
        self.inner = nn.Sequential(nn.Linear(4, 4), self.act)

    def forward(self, x: Tensor) -> Tensor:
        x = self.inner(x)
        return self.act(x)


class Exclusive(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        if x.dim() == 3:
            return self.relu(x)
        return self.relu(x.flatten(1))


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.block = nn.Sequential(nn.Linear(4, 4), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        return self.block(self.block(x))


class Bare(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(x)
        y = torch.cat([y, x])
        y = y + 1
        return F.linear(y, self.linear.weight)


class Outer(nn.Module):
    def __init__(self, count: int = 2) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(Bare() for _ in range(count))

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x


class Add(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y


class WithOpModule(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.add = Add()

    def forward(self, x: Tensor) -> Tensor:
        return self.add(x, x)


class Swish(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(x)


def test_own_leaf_of_several_operations() -> None:
    result = validate_model(nn.Sequential(Swish(), nn.LSTM(4, 4)), X)
    assert [(each.operation.name, each.module) for each in result.missing] == [
        ("torch.sigmoid", "0"),
        ("torch.Tensor.mul", "0"),
    ]


class NormInFloat(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), (4,), self.weight).to(x.dtype)


def test_own_leaf_of_one_operation_may_convert() -> None:
    assert validate_model(nn.Sequential(NormInFloat()), X)
    assert validate_model(nn.Sequential(NormInFloat()), X.half())


@pytest.mark.parametrize("make", [Valid, Exclusive, WithOpModule, lambda: nn.Sequential(nn.ReLU(), nn.ReLU())])
def test_valid_models(make: type[nn.Module]) -> None:
    result = validate_model(make(), X)
    assert result, str(result)
    assert str(result) == "valid (seen on fake tensors)"


def test_reused_module_with_all_owners_and_places() -> None:
    result = validate_model(Reusing(), X)
    (reused,) = result.reused
    assert reused.owners == ("act", "inner.1") and len(reused.calls) == 2
    (found,) = result.findings
    assert (found.code, found.name, found.class_name) == ("MOD201", "reused-module", "Reusing")
    assert "act (ReLU), registered as act, inner.1, runs 2 times" in found.message
    first, second = (call.position for call in reused.calls)
    assert second is not None and (found.line, found.column) == (second.line, second.column)
    assert str(first) in found.message and str(second) in found.message


def test_module_in_a_reused_one_is_no_finding_of_its_own() -> None:
    result = validate_model(Twice(), X)
    assert {each.name: each.within for each in result.reused} == {"block": "", "block.0": "block", "block.1": "block"}
    assert len(result.findings) == 1


def test_operations_without_a_module() -> None:
    result = validate_model(Bare(), X)
    assert [(each.code, each.operation.name) for each in result.missing] == [
        ("MOD101", "torch.nn.functional.relu"),
        ("MOD102", "torch.cat"),
        ("MOD103", "torch.Tensor.add"),
        ("MOD105", "torch.nn.functional.linear"),
    ]
    assert [each.code for each in result.findings] == ["MOD101", "MOD102", "MOD103", "MOD105"]
    assert all(each.class_name == "Bare" and each.path.endswith("test_validate.py") for each in result.findings)
    assert str(result).startswith("not valid: 0 reused modules, 4 operations without a module (seen on fake")
    assert "MOD101 F.relu runs outside of a module of its own, in the model itself" in str(result)


def test_one_finding_for_a_place_that_many_modules_run() -> None:
    result = validate_model(Outer(5), X)
    assert len(result.missing) == 20 and len(result.findings) == 4
    assert "in blocks.0, blocks.1, blocks.2 and 2 more" in result.findings[0].message


def test_layers_to_exclude_with_all_inside() -> None:
    model = Outer()
    assert {each.module for each in validate_model(model, X, [model.blocks[0]]).missing} == {"blocks.1"}
    assert validate_model(model, X, [model.blocks])
    twice = Twice()
    assert [each.name for each in validate_model(twice, X, [twice.block[0]]).reused] == ["block", "block.1"]


def test_data_movement_is_a_setting() -> None:
    more = DATA_MOVEMENT | {"torch.cat", "torch.Tensor.add", "torch.nn.functional.linear"}
    assert [each.code for each in validate_model(Bare(), X, data_movement=more).missing] == ["MOD101"]
    assert not validate_model(Valid(), X, data_movement=frozenset())


def test_own_checks_belong_to_the_call() -> None:
    def no_linear(seen: Record) -> Iterable[Finding]:
        for call in seen.calls.values():
            if isinstance(call.module, nn.Linear):
                yield finding("OWN1", f"{call.name} is linear", call.position, "")

    result = validate_model(Valid(), X, checks=[no_linear])
    assert not result and [each.code for each in result.findings] == ["OWN1"]
    assert "1 other findings" in str(result)
    assert validate_model(Valid(), X)


def test_inputs_may_be_a_tuple_or_a_dict() -> None:
    add = WithOpModule()
    assert validate_model(add, (X,)) and validate_model(add, {"x": X}) and validate_model(add, Inputs((X,)))


def test_checks_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    def nothing_runs(seen: Record) -> Iterable[Finding]:
        yield finding("OWN1", "something runs", None, "")

    with caplog.at_level(logging.INFO, "modulint.runtime"):
        validate_model(Valid(), X)
        assert caplog.messages[-1] == "validator: all passed"
        validate_model(Twice(), X)
        validate_model(Bare(), X, checks=[nothing_runs])
    assert caplog.messages[:2] == ["checking reused modules", "checking operations without a module"]
    assert any(
        message.startswith("reused modules: failed at node block, module Twice: MOD201") for message in caplog.messages
    )
    bare = "operations without a module: failed at node the model itself, module Bare: MOD102 torch.cat runs outside"
    assert any(message.startswith(bare) for message in caplog.messages)
    assert "checking nothing_runs" in caplog.messages
    assert caplog.messages[-1] == "validator: failed: operations without a module (4), nothing_runs (1)"


def test_reuse_on_real_tensors_says_why() -> None:
    class Deciding(Valid):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x) if x.sum().item() else x

    result = validate_model(Deciding(), X)
    assert result.record.tensors == "real"
    assert [each.operation.name for each in result.missing] == ["torch.Tensor.sum"]
    assert "seen on real tensors, fake tensors did not do" in str(result)
