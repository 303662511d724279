"""AIMET's names: the same calls, the same verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from modulint.runtime.aimet import ArchChecker, ModelValidator
from modulint.runtime.architecture import ArchitectureFinding
from modulint.runtime.graph import Graph

X = torch.randn(1, 32, 8, 8)
NET = nn.Sequential(nn.Conv2d(32, 32, 3), nn.ReLU())


class Pooling(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).mean((2, 3))


class Adding(Pooling):
    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) + 1


@pytest.fixture(autouse=True)
def nothing_added(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(ModelValidator, "_added", [])
    monkeypatch.setattr(ArchChecker, "_node_checks", {})
    monkeypatch.setattr(ArchChecker, "_pattern_checks", [])
    monkeypatch.setattr(ArchChecker, "_export_dir", None)
    yield


def test_validator() -> None:
    assert ModelValidator.validate_model(NET, X) is True
    assert ModelValidator.validate_model(Pooling(), model_input=(X,)) is True
    adding = Adding()
    assert ModelValidator.validate_model(adding, X) is False
    assert ModelValidator.validate_model(adding, X, layers_to_exclude=[adding]) is True


def test_added_check() -> None:
    calls: list[object] = []

    def never(model: nn.Module, model_input: object, **kwargs: object) -> bool:
        calls.append(kwargs)
        return False

    ModelValidator.add_check(never)
    assert ModelValidator.validate_model(NET, X, option=3) is False
    assert calls == [{"layers_to_exclude": [], "option": 3}]


def test_architecture(tmp_path: Path) -> None:
    def has_bias(module: nn.Module) -> bool:
        return module.bias is not None

    def has_no_bias(module: nn.Module) -> bool:
        return module.bias is None

    def short(graph: Graph) -> Iterable[ArchitectureFinding]:
        yield ArchitectureFinding("OWN", "", "is short", "")

    assert ArchChecker.check_model_arch(NET, X)
    ArchChecker.add_node_check(nn.Conv2d, has_bias)
    ArchChecker.add_node_check(nn.Conv2d, has_no_bias)
    ArchChecker.add_pattern_check(short)
    ArchChecker.set_export_dir(tmp_path)
    report = ArchChecker.check_model_arch(NET, X)
    assert [(each.code, each.name) for each in report.findings] == [("has_no_bias", "0"), ("OWN", "")]
    assert (tmp_path / "arch_checker_report.html").is_file()
