"""What the architecture checks find in models that are built for it, and what they leave alone."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from modulint.runtime.architecture import ArchitectureFinding, ArchitectureReport, Settings, check_model_arch
from modulint.runtime.graph import Graph, Node

IMAGE = torch.randn(1, 32, 8, 8)


DEFAULTS = Settings()


def found(model: nn.Module, x: object = IMAGE, settings: Settings = DEFAULTS) -> list[tuple[str, str]]:
    return [(each.code, each.name) for each in check_model_arch(model, x, settings=settings).findings]


def chain(*layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(*layers)


def conv(width: int = 32, out: int = 32, **options: object) -> nn.Conv2d:
    return nn.Conv2d(width, out, 3, **options)  # type: ignore[arg-type]


class Branches(nn.Module):
    """Two convolutions, joined, then normalized."""

    def __init__(self, joined_by: str = "cat") -> None:
        super().__init__()
        self.one, self.two = conv(), conv()
        self.norm = nn.BatchNorm2d(64 if joined_by == "cat" else 32)
        self.joined_by = joined_by

    def forward(self, x: Tensor) -> Tensor:
        one, two = self.one(x), self.two(x)
        return self.norm(torch.cat([one, two], 1) if self.joined_by == "cat" else one + two)


@pytest.mark.parametrize(
    ("layer", "codes"),
    [
        (conv(32, 64), []),
        (conv(32, 48), ["MOD502"]),
        (conv(32, 16), ["MOD501", "MOD502"]),
        (nn.Conv2d(32, 32, 3, groups=32), []),
        (nn.Conv1d(32, 33, 3), ["MOD502"]),
        (nn.ConvTranspose2d(32, 31, 3), ["MOD501", "MOD502"]),
        (nn.Linear(8, 7), []),
    ],
)
def test_channels_of_a_layer(layer: nn.Module, codes: list[str]) -> None:
    x = torch.randn(1, 32, 8) if isinstance(layer, nn.Conv1d) else IMAGE
    assert found(chain(layer), x) == [(code, "0") for code in codes]


def test_channel_settings() -> None:
    net = chain(nn.Conv2d(32, 40, 3), nn.Conv2d(40, 40, 3, groups=40), nn.ConvTranspose2d(40, 32, 3))
    everything = {name for _, name in found(net)}
    assert everything == {"0", "1", "2"}
    for switch, name in (("convolutions", "0"), ("depthwise", "1"), ("transposed", "2")):
        assert {name for _, name in found(net, settings=Settings(**{switch: False}))} == everything - {name}  # type: ignore[arg-type]
    assert not found(net, settings=Settings(channel_multiple=8))
    assert found(chain(nn.Linear(8, 7)), settings=Settings(linear=True)) == [("MOD501", "0"), ("MOD502", "0")]


def test_image_and_class_count_can_be_exempt() -> None:
    net = chain(conv(3, 32), nn.ReLU(), conv(32, 48), nn.ReLU(), conv(48, 10), nn.Flatten())
    image = torch.randn(1, 3, 16, 16)
    assert found(net, image, Settings(exempt_ends=True)) == [("MOD502", "2"), ("MOD502", "4")]
    issues = [each.issue for each in check_model_arch(net, image, settings=Settings(exempt_ends=True)).findings]
    assert issues[1].endswith(": in_channels=48")


def test_slow_activations() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two, self.fine = nn.SiLU(), nn.PReLU(), nn.Hardswish()

        def forward(self, x: Tensor) -> Tensor:
            return F.silu(self.fine(self.two(self.one(x))))

    report = check_model_arch(Net(), IMAGE)
    assert [(each.name, each.recommendation) for each in report.findings] == [
        ("one", "use nn.Hardswish"),
        ("two", "use nn.ReLU"),
        ("silu", "use nn.Hardswish"),
    ]
    assert not found(Net(), settings=Settings(slow_activations={}))
    assert all(each.class_name == "Net" and each.position is not None for each in report.findings)


@pytest.mark.parametrize(
    "net",
    [
        chain(conv(), nn.BatchNorm2d(32)),
        chain(nn.BatchNorm2d(32), conv()),
        chain(nn.ConvTranspose2d(32, 32, 3), nn.BatchNorm2d(32)),
        chain(conv(padding=1), nn.BatchNorm2d(32), nn.ReLU()),
        chain(conv(groups=32), nn.BatchNorm2d(32), nn.ReLU()),
        chain(nn.Flatten(), nn.Linear(2048, 32), nn.BatchNorm1d(32)),
    ],
)
def test_batch_norm_that_folds(net: nn.Module) -> None:
    assert not found(net)


@pytest.mark.parametrize(
    ("net", "name", "reason"),
    [
        (chain(conv(), nn.ReLU(), nn.BatchNorm2d(32), nn.ReLU()), "2", "before it is a non-linearity (1, ReLU)"),
        (chain(conv(), nn.MaxPool2d(2), nn.BatchNorm2d(32)), "2", "a pool (1, MaxPool2d); it feeds the model's output"),
        (chain(nn.BatchNorm2d(32), conv(padding=1)), "0", "it reads the model's input; 1 (Conv2d) behind it pads"),
        (chain(nn.BatchNorm2d(32), conv(padding="same")), "0", "behind it pads"),
        (chain(nn.BatchNorm2d(32), conv(groups=2)), "0", "behind it is grouped"),
        (chain(nn.BatchNorm2d(32), nn.ConvTranspose2d(32, 32, 3)), "0", "behind it is 1 (ConvTranspose2d)"),
        (chain(nn.ConvTranspose2d(32, 32, 3, groups=2), nn.BatchNorm2d(32)), "1", "transposed and grouped"),
        (Branches("add"), "norm", "before it is add (add)"),
        (chain(conv(), nn.BatchNorm2d(32, track_running_stats=False)), "1", "statistics of each batch"),
    ],
)
def test_batch_norm_that_does_not_fold(net: nn.Module, name: str, reason: str) -> None:
    report = check_model_arch(net, IMAGE)
    (each,) = [each for each in report.findings if each.code == "MOD504"]
    assert each.name == name and reason in each.issue


def test_batch_norm_behind_a_split() -> None:
    class Split(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.norm = conv(), nn.BatchNorm2d(32)

        def forward(self, x: Tensor) -> Tensor:
            x = self.conv(x)
            return self.norm(x) + x

    (each,) = check_model_arch(Split(), IMAGE).findings
    assert each.code == "MOD504" and "conv (Conv2d) before it also feeds add" in each.issue


def test_batch_norm_of_a_convolution_that_runs_twice() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.norm = conv(), nn.BatchNorm2d(32)

        def forward(self, x: Tensor) -> Tensor:
            return self.norm(self.conv(self.conv(x)))

    (each,) = check_model_arch(Twice(), IMAGE).findings
    assert each.code == "MOD504" and "runs more than once" in each.issue


def test_batch_norm_that_holds_its_activation() -> None:
    class NormAct(nn.BatchNorm2d):
        def __init__(self) -> None:
            super().__init__(32)
            self.act = nn.ReLU()

        def forward(self, x: Tensor) -> Tensor:
            return self.act(F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias))

    assert not found(chain(conv(), NormAct()))
    assert found(chain(nn.ReLU(), NormAct())) == [("MOD504", "1")]


def test_write_in_place_between_layers_is_seen() -> None:
    class InPlace(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.norm = conv(), nn.BatchNorm2d(32)

        def forward(self, x: Tensor) -> Tensor:
            x = self.conv(x)
            x.relu_()
            return self.norm(x)

    (each,) = check_model_arch(InPlace(), IMAGE).findings
    assert each.code == "MOD504" and "before it is a non-linearity (relu_, relu_)" in each.issue


@pytest.mark.parametrize(
    ("net", "names"),
    [
        (chain(conv(padding=1), nn.ReLU(), conv(padding=1)), ["2"]),
        (chain(conv(padding=1), nn.BatchNorm2d(32), nn.Tanh(), conv(padding=1)), ["3"]),
        (chain(conv(padding=1), nn.Hardswish(), nn.BatchNorm2d(32), conv(padding=1)), ["3"]),
        (chain(conv(padding="same"), nn.ReLU(), conv(padding="same")), ["2"]),
        (chain(conv(padding=1), nn.ReLU(), conv(padding=1), nn.ReLU(), conv(padding=1)), ["2", "4"]),
        (chain(conv(), nn.ReLU(), conv(padding=1)), []),
        (chain(conv(padding=1), nn.ReLU(), conv()), []),
        (chain(conv(padding=1), nn.ReLU(), nn.Conv2d(32, 32, 1, padding="same")), []),
        (chain(conv(padding=1), conv(padding=1)), []),
        (chain(conv(padding=1), nn.GELU(), conv(padding=1)), []),
        (chain(conv(padding=1), nn.ReLU(), nn.MaxPool2d(1), conv(padding=1)), []),
    ],
)
def test_intermediate_padding(net: nn.Module, names: list[str]) -> None:
    assert [name for code, name in found(net) if code == "MOD505"] == names


def test_batch_norm_behind_a_concatenation() -> None:
    report = check_model_arch(Branches(), IMAGE)
    assert [(each.code, each.name) for each in report.findings] == [("MOD504", "norm"), ("MOD506", "norm")]
    assert "(one, two) -> cat -> norm" in report.findings[1].issue


def test_own_checks_belong_to_the_call() -> None:
    def no_bias(node: Node) -> Iterable[ArchitectureFinding]:
        if getattr(node.module, "bias", None) is not None:
            yield ArchitectureFinding("OWN1", node.name, "has a bias", "drop it")

    def short(graph: Graph) -> Iterable[ArchitectureFinding]:
        if len(graph.nodes) < 3:
            yield ArchitectureFinding("OWN2", "", "is short", "add layers")

    net = chain(conv(), nn.ReLU())
    report = check_model_arch(net, IMAGE, node_checks={nn.Conv2d: [no_bias]}, pattern_checks=[short])
    assert [each.code for each in report.findings] == ["OWN1", "OWN2"]
    assert not found(net)


def test_result_dir(tmp_path: Path) -> None:
    report = check_model_arch(Branches(), IMAGE, tmp_path / "new" / "dir")
    written = json.loads((tmp_path / "new" / "dir" / "arch_checker_report.json").read_text())
    assert [(each["code"], each["issue"]) for each in written["findings"]] == [
        (each.code, each.issue) for each in report.findings
    ]
    assert [each["check"] for each in written["verdicts"]] == ["architecture"]
    page = (tmp_path / "new" / "dir" / "arch_checker_report.html").read_text()
    assert "(one, two) -&gt; cat -&gt; norm" in page and "Recommendation:" in page


def test_checks_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    def has_bias(node: Node) -> Iterable[ArchitectureFinding]:
        if getattr(node.module, "bias", None) is not None:
            yield ArchitectureFinding("OWN", node.name, "has a bias", "drop it")

    def short(graph: Graph) -> Iterable[ArchitectureFinding]:
        return ()

    with caplog.at_level(logging.INFO, "modulint.runtime"):
        check_model_arch(Branches(), IMAGE, node_checks={nn.Conv2d: [has_bias]}, pattern_checks=[short])
    own = ["channels", "activations", "batch norms", "padding between convolutions"]
    own.append("batch norms behind concatenations")
    starts = [message for message in caplog.messages if message.startswith("checking ")]
    assert starts == [f"checking {name}" for name in [*own, "has_bias", "short"]]
    after = caplog.messages[caplog.messages.index("checking has_bias") + 1 :]
    assert after[:2] == [f"has_bias: failed at node {name}, module Conv2d: OWN has a bias" for name in ("one", "two")]
    behind = "batch norms behind concatenations"
    assert f"{behind}: failed at node norm, module BatchNorm2d: MOD506" in caplog.text
    assert caplog.messages[-1] == f"architecture: failed: batch norms (1), {behind} (1), has_bias (2)"
    assert caplog.records[-1].levelno == logging.WARNING
    with caplog.at_level(logging.INFO, "modulint.runtime"):
        check_model_arch(chain(conv()), IMAGE)
    assert caplog.messages[-1] == "architecture: all passed"


def test_result_is_truthy_and_prints() -> None:
    good = check_model_arch(chain(conv()), IMAGE)
    assert good and str(good) == "all architecture checks passed"
    bad = check_model_arch(Branches(), IMAGE)
    heading, first, *_ = str(bad).splitlines()
    assert not bad and heading.split() == ["Code", "Layer", "Issue", "Recommendation", "Source"]
    assert first.startswith("MOD504  norm   BatchNorm2d folds into no neighbour: before it is a concatenation")
    as_finding = bad.findings[0].as_finding()
    assert (as_finding.code, as_finding.class_name) == ("MOD504", "Branches")
    assert as_finding.path.endswith("test_architecture.py")


def test_checks_do_not_run_the_model_twice() -> None:
    runs: list[int] = []

    class Counting(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            runs.append(1)
            return x.relu()

    assert isinstance(check_model_arch(Counting(), IMAGE), ArchitectureReport)
    assert len(runs) == 1
