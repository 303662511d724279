"""What is remembered of a call on the meta device is what torch makes of it each time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from modulint.runtime.layouts import Layouts
from modulint.runtime.loading import Inputs
from modulint.runtime.record import record

Function = Callable[..., object]


@pytest.fixture(autouse=True)
def without_gradients() -> object:
    with torch.no_grad():
        yield


def meta(*sizes: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.empty(sizes, dtype=dtype, device="meta")


def counted(function: Function) -> tuple[Function, list[int]]:
    runs: list[int] = []

    def count(*args: object, **kwargs: object) -> object:
        runs.append(1)
        return function(*args, **kwargs)

    return count, runs


IMAGE, ROWS, C = meta(2, 6, 8, 8), meta(2, 5, 6), meta(6)


@pytest.mark.parametrize(
    ("function", "args", "kwargs"),
    [
        (F.batch_norm, (IMAGE, C, C, C, C), {}),
        (F.layer_norm, (ROWS, (6,), C, C), {}),
        (F.gelu, (ROWS.transpose(1, 2),), {}),
        (F.relu, (IMAGE.to(memory_format=torch.channels_last),), {}),
        (F.interpolate, (IMAGE,), {"scale_factor": 2.0, "mode": "bilinear"}),
        (torch.add, (ROWS, meta(5, 1)), {}),
        (torch.cat, ([ROWS, ROWS], 1), {}),
        (torch.mean, (meta(3, dtype=torch.float16),), {"dtype": torch.float64}),
        (torch.frexp, (ROWS,), {}),
        (torch.split_with_sizes_copy, (ROWS, [2, 3], 1), {}),
        (torch.var_mean, (ROWS,), {"dim": -1}),
    ],
)
def test_second_call_gives_the_same_layout(
    function: Function, args: tuple[object, ...], kwargs: dict[str, object]
) -> None:
    layouts = Layouts()
    first, second = (layouts.call(function, args, kwargs) for _ in range(2))
    pairs = zip(first, second) if isinstance(first, (tuple, list)) else [(first, second)]
    for one, other in pairs:
        assert one is not other
        assert (one.shape, one.stride(), one.dtype) == (other.shape, other.stride(), other.dtype)


def test_same_layouts_are_worked_out_once() -> None:
    function, runs = counted(F.gelu)
    layouts = Layouts()
    channels_last = IMAGE.contiguous(memory_format=torch.channels_last)
    for x in (ROWS, meta(2, 5, 6), nn.Parameter(meta(2, 5, 6)), IMAGE, channels_last):
        layouts.call(function, (x,), {})
    assert len(runs) == 3


def test_types_of_numbers_count() -> None:
    layouts, x = Layouts(), meta(3, dtype=torch.int64)
    dtypes = [layouts.call(torch.add, (x, other), {}).dtype for other in (1, 1.0, True, 1)]
    assert dtypes == [torch.int64, torch.float32, torch.int64, torch.int64]


def test_views_share_memory_each_time() -> None:
    layouts = Layouts()
    for x in (meta(2, 3), meta(2, 3)):
        view = layouts.call(Tensor.view, (x, 6), {})
        assert view.untyped_storage()._cdata == x.untyped_storage()._cdata


def test_write_in_place_gives_its_tensor_and_counts() -> None:
    function, runs = counted(F.hardtanh)
    layouts = Layouts()
    for x in (meta(2, 3), meta(2, 3)):
        version = x._version
        assert layouts.call(function, (x,), {"inplace": True}) is x and x._version > version
    assert len(runs) == 1


def test_write_to_another_argument_happens_each_time() -> None:
    def exp_and_count(x: Tensor, total: Tensor) -> Tensor:
        total += 1
        return x.exp()

    layouts, total = Layouts(), meta(1)
    for count in (1, 2):
        layouts.call(exp_and_count, (ROWS, total), {})
        assert total._version == count


def test_values_are_computed() -> None:
    layouts = Layouts()
    assert [layouts.call(torch.neg, (torch.tensor(value),), {}).item() for value in (1, 2)] == [-1, -2]


def test_gradients_are_left_to_torch() -> None:
    layouts, weight = Layouts(), nn.Parameter(meta(3))
    with torch.enable_grad():
        assert all(layouts.call(torch.exp, (weight,), {}).grad_fn is not None for _ in range(2))


def test_vmap_is_left_to_torch() -> None:
    layouts = Layouts()
    add = lambda x: layouts.call(torch.add, (x, x), {})  # noqa: E731
    assert [torch.vmap(add)(meta(3, size)).shape for size in (2, 2)] == [(3, 2)] * 2
    assert add(meta(2)).shape == (2,)


def test_wrong_shape_fails_behind_a_right_one() -> None:
    layouts = Layouts()
    layouts.call(F.batch_norm, (IMAGE, C, C), {})
    with pytest.raises(RuntimeError):
        layouts.call(F.batch_norm, (meta(2, 7, 8, 8), C, C), {})


def test_record_is_the_same_as_without(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = [nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU6(inplace=True)) for _ in range(4)]
    model, x = nn.Sequential(*blocks, nn.Flatten()), Inputs((torch.randn(1, 4, 8, 8),))
    seen = record(model, x)
    monkeypatch.setattr(Layouts, "call", lambda self, function, args, kwargs: function(*args, **kwargs))
    again = record(model, x)
    assert seen.tensors == "fake" and seen.values == again.values
    assert list(seen.operations.values()) == list(again.operations.values())
