"""Which tracer takes which model, the line that stopped it, and traces that succeed and are wrong."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from modulint.runtime.record import fake_mode
from modulint.runtime.traceability import Target, check_traceability

X = torch.randn(2, 4)


class Plain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.linear(x))


class Deciding(Plain):
    def forward(self, x: Tensor) -> Tensor:
        if x[0, 0] > 0:  # stops here
            return super().forward(x)
        return -super().forward(x)


class OfShape(Plain):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[0] > 1:
            return super().forward(x)
        return x


class AnObject:
    def __init__(self, value: Tensor) -> None:
        self.value = value


class GivesObject(Plain):
    def forward(self, x: Tensor) -> AnObject:  # type: ignore[override]
        return AnObject(super().forward(x))


def outcomes(model: nn.Module, *targets: Target) -> dict[str, str]:
    return {result.target: result.outcome for result in check_traceability(model, X, targets=targets).results}


def test_plain_model_passes() -> None:
    result = check_traceability(Plain(), X, targets=("fx", "jit", "export"))
    assert result and not result.findings
    assert str(result).splitlines()[0] == "[x] torch.fx.symbolic_trace: passed"


def test_line_that_stopped_it() -> None:
    result = check_traceability(Deciding(), X, targets=("fx", "export"))
    assert not result
    assert [each.code for each in result.findings] == ["MOD601", "MOD603"]
    for each in result.findings:
        assert each.path.endswith("test_traceability.py") and each.class_name == "Deciding"
        assert "# stops here" in Path(each.path).read_text().splitlines()[each.line - 1]
    assert "torch.fx.wrap" in str(result) and "torch.cond" in str(result)


def test_trace_that_is_wrong_on_a_second_input() -> None:
    x = torch.ones(2, 4)
    result = check_traceability(Deciding(), x, -x, targets=("jit",))
    (jit,) = result.results
    assert jit.outcome == "wrong" and "output 1 differs on a second input" in jit.reason
    assert any("test_traceability.py" in remark and "boolean" in remark for remark in jit.remarks)
    assert [each.code for each in result.findings] == ["MOD602"]


def test_nan_is_said() -> None:
    class Dividing(Plain):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x) * 0 / 0

    result = check_traceability(Dividing(), X, targets=("fx",))
    assert result and result.results[0].remarks == ("the model itself gives NaN on the second input",)


def test_decision_by_shape_stops_fx_alone() -> None:
    assert outcomes(OfShape(), "fx", "jit", "export") == {"fx": "failed", "jit": "passed", "export": "passed"}


def test_output_that_is_an_object() -> None:
    assert outcomes(GivesObject(), "jit") == {"jit": "failed"}


def test_user_keeps_the_model() -> None:
    model = Plain().train()
    check_traceability(model, X, targets=("fx", "jit", "export"))
    assert model.training and type(model) is Plain
    assert torch.equal(model(X), model(X))


def test_without_weights_nothing_is_traced() -> None:
    with fake_mode():
        model = Plain()
    result = check_traceability(model, X, targets=("fx",))
    assert result and "skipped: the model has no weights" in str(result)


def test_keyword_inputs() -> None:
    result = check_traceability(Plain(), {"x": X}, targets=("fx", "jit", "export"))
    assert result, str(result)


@pytest.mark.skipif(importlib.util.find_spec("onnxscript") is not None, reason="onnxscript is there")
def test_onnx_is_optional() -> None:
    assert outcomes(Plain(), "onnx") == {"onnx": "skipped"}


@pytest.mark.skipif(importlib.util.find_spec("onnxscript") is None, reason="needs onnxscript")
def test_onnx() -> None:
    assert outcomes(Plain(), "onnx") == {"onnx": "passed"}


def test_checks_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "modulint.runtime"):
        check_traceability(Plain(), X, targets=("fx",))
        assert caplog.messages[0] == "checking torch.fx.symbolic_trace"
        assert caplog.messages[-1] == "traceability: all passed"
        check_traceability(Deciding(), X, targets=("fx",))
    (failed,) = [message for message in caplog.messages if ": failed at node" in message]
    assert failed.startswith("torch.fx.symbolic_trace: failed at node ") and "module Deciding: TraceError" in failed
    assert f"{Path(__file__).name}:" in failed
    assert caplog.messages[-1] == "traceability: failed: torch.fx.symbolic_trace (1)"
