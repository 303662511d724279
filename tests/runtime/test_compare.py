"""Two models are the same only if nothing that a user relies on differs; the first difference is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from modulint.runtime.compare import Comparison, compare_models
from modulint.runtime.errors import ModelError, SpecError
from modulint.runtime.loading import Inputs, make_inputs
from modulint.runtime.observe import Wish
from modulint.runtime.side import answer_to
from modulint.runtime.trees import Request, Subject, compare_trees

WriteFile = Callable[[str, str], Path]


class Net(nn.Module):
    """Three layers, whose middle step a subclass can change."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.last = nn.Linear(4, 2)

    def middle(self, x: Tensor) -> Tensor:
        return F.dropout(F.relu(x), 0.5, self.training)

    def result(self, x: Tensor) -> object:
        return self.last(x)

    def forward(self, x: Tensor) -> object:
        return self.result(self.middle(self.norm(self.conv(x))).mean((2, 3)))


class WithModules(Net):
    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.dropout = nn.Dropout(0.5)

    def middle(self, x: Tensor) -> Tensor:
        return self.dropout(self.relu(x))


class DropoutAlwaysOn(Net):
    def middle(self, x: Tensor) -> Tensor:
        return F.dropout(F.relu(x), 0.5)


class NoDropout(Net):
    def middle(self, x: Tensor) -> Tensor:
        return F.relu(x)


class Detached(Net):
    def result(self, x: Tensor) -> object:
        return self.last(x.detach())


class MoreKeys(Net):
    def __init__(self) -> None:
        super().__init__()
        self.extra = nn.Linear(1, 1)


class OtherOrder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Linear(4, 2)
        self.conv = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4)


class OtherContainer(Net):
    def result(self, x: Tensor) -> object:
        return {"logits": self.last(x)}


class Scaled(Net):
    def middle(self, x: Tensor) -> Tensor:
        return super().middle(x * (1 + 2**-20))


class Failing(Net):
    def middle(self, x: Tensor) -> Tensor:
        raise ValueError("no")


INPUTS = [make_inputs(["2x3x6x6"], seed) for seed in (1, 2)]


def compared(
    make: Callable[[], nn.Module], inputs: list[Inputs] = INPUTS, base: Callable[[], nn.Module] = Net
) -> Comparison:
    torch.manual_seed(0)
    before = base()
    torch.manual_seed(0)
    return compare_models(before, make(), inputs)


def test_rewritten_model_is_equal() -> None:
    result = compared(WithModules)
    assert result and str(result).startswith("equal to the bit")
    assert sum("output" in each and "gradients" in each for each in result.compared) == 4
    assert not result.notes


@pytest.mark.parametrize(
    ("make", "what", "where"),
    [
        (DropoutAlwaysOn, "output of layer last in eval mode, input 1", "output"),
        (NoDropout, "output of layer last in train mode, input 1", "output"),
        (Detached, "gradient in eval mode, input 1", ""),
        (MoreKeys, "state_dict", "keys"),
        (OtherOrder, "state_dict", "order"),
        (Failing, "forward pass in eval mode, input 1", ""),
    ],
)
def test_first_difference_is_named(make: Callable[[], nn.Module], what: str, where: str) -> None:
    result = compared(make)
    assert not result and result.difference is not None
    assert (result.difference.what, result.difference.where) == (what, where)


def test_distance_and_layer_of_a_small_change() -> None:
    difference = compared(Scaled).difference
    assert difference is not None and difference.what == "output of layer last in eval mode, input 1"
    assert difference.distance is not None and 0 < difference.distance < 1e-4
    assert "elements differ, by up to" in difference.detail


def test_weights_that_differ() -> None:
    torch.manual_seed(0)
    before, after = Net(), Net()
    after.load_state_dict(before.state_dict())
    with torch.no_grad():
        after.norm.weight[2] += 0.5
    difference = compare_models(before, after, INPUTS).difference
    assert difference is not None
    assert (difference.what, difference.where, difference.distance) == ("initial weights", "norm.weight", 0.5)


def test_shape_that_differs() -> None:
    torch.manual_seed(0)
    after = Net()
    after.last = nn.Linear(4, 3)
    difference = compare_models(Net(), after, INPUTS).difference
    assert difference is not None and difference.where == "last.weight"
    assert difference.detail == "2x4:float32 before, 3x4:float32 after"


def test_running_statistics_count() -> None:
    class OtherMomentum(Net):
        def __init__(self) -> None:
            super().__init__()
            self.norm.momentum = 0.2

    difference = compared(OtherMomentum).difference
    assert difference is not None and difference.what == "state_dict after the passes"
    assert difference.where == "norm.running_mean"


def test_other_gradient_with_equal_output() -> None:
    class Kept(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return F.relu(x)

    class Bound(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.clamp(x, min=0.0)

    zeros = [Inputs((torch.zeros(2, 3),)), Inputs((torch.zeros(2, 3),))]
    difference = compared(Bound, zeros, Kept).difference
    assert difference is not None and difference.where == "input tensor 1" and difference.distance is not None


def test_sign_of_zero_is_a_bit() -> None:
    class Zero(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x * 0

    class Other(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return -(x * 0)

    difference = compared(Other, INPUTS, Zero).difference
    assert difference is not None and "not in bits" in difference.detail


def test_equal_nans_are_equal() -> None:
    class Nan(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x / 0 * 0

    result = compared(Nan, INPUTS, Nan)
    assert result and "NaN in eval mode, input 1: output, on both sides alike" in result.notes


def test_other_container_is_a_note() -> None:
    result = compared(OtherContainer)
    assert result and result.notes == ("same tensors in another container: Tensor before, dict(logits=Tensor) after",)


def test_failure_on_both_sides_proves_nothing() -> None:
    result = compared(Failing, base=Failing)
    assert not result and "none to compare: ValueError: no" in str(result)


def test_one_sample_is_batched_in_train_mode() -> None:
    inputs = [make_inputs(["1x4"], seed) for seed in (1, 2)]
    make = lambda: nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))  # noqa: E731
    result = compared(make, inputs, make)
    assert result and not result.notes
    assert any("train mode" in each for each in result.compared)


def test_input_that_the_model_writes_into() -> None:
    result = compared(lambda: nn.ReLU(inplace=True), INPUTS, nn.ReLU)
    assert result and not result.notes


def test_each_pass_has_its_own_random_numbers() -> None:
    class DrawsMore(Net):
        def result(self, x: Tensor) -> object:
            output = super().result(x)
            torch.rand(3)
            return output

    assert compared(DrawsMore)


def test_models_are_left_as_they_were() -> None:
    model = Net()
    model.conv.eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    random_state = torch.get_rng_state()
    compare_models(model, model, INPUTS)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.training and not model.conv.training
    assert all(weight.grad is None for weight in model.parameters())
    assert torch.equal(torch.get_rng_state(), random_state)


def test_one_input_is_not_enough() -> None:
    with pytest.raises(SpecError, match="at least two inputs"):
        compare_models(Net(), Net(), INPUTS[:1])


_SOURCE = """
    import torch, os
    from torch import nn
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(4, 4)
            self.last = nn.Linear(4, 2)
        def forward(self, x):
            {body}
            return self.last(x)
"""


def _trees(write_file: WriteFile, before: str, after: str) -> Comparison:
    write_file("before/nets.py", _SOURCE.format(body=before))
    write_file("after/nets.py", _SOURCE.format(body=after))
    return compare_trees(Subject("nets:Net", shapes=("2x4",)), Path("before"), Path("after"))


def test_trees_come_before_what_lies_beside_the_spec(write_file: WriteFile, project: Path) -> None:
    write_file("before/nets.py", _SOURCE.format(body="print('x'); x = torch.relu(self.first(x))"))
    write_file("after/nets.py", _SOURCE.format(body="x = self.first(x).relu()"))
    write_file("beside/nets.py", "raise AssertionError('the wrong one')")
    write_file("beside/make.py", "import nets\ndef model():\n    return nets.Net()\n")
    assert compare_trees(Subject("beside/make.py:model", shapes=("2x4",)), Path("before"), Path("after"))
    assert not list(project.rglob("*.pyc"))


def test_side_that_dies(write_file: WriteFile) -> None:
    with pytest.raises(ModelError, match=r"after .*: the process was ended by SIGKILL"):
        _trees(write_file, "pass", "os.kill(os.getpid(), 9)")


def test_model_from_elsewhere_is_no_proof(write_file: WriteFile, project: Path) -> None:
    (project / "empty").mkdir()
    request = Request(Subject("torch.nn:ReLU", shapes=("2x4",)), str(project / "empty"))
    with pytest.raises(SpecError, match=r"nothing in .* was imported"):
        answer_to(request, Wish())


def test_file_is_looked_for_in_the_tree(write_file: WriteFile, project: Path) -> None:
    write_file("before/nets.py", _SOURCE.format(body="pass"))
    request = Request(Subject("nets.py:Net", shapes=("2x4",)), str(project / "before"))
    assert answer_to(request, Wish())[0].passes
