"""TorchScript takes one type for an argument, and reads that of an attribute off the instance: a dimension, or several."""
import torch
import torch.nn.functional as F
from torch import nn


def dimensions(channels_last):
    return (1, 2) if channels_last else -1


class RollOverDims(nn.Module):
    """`torch.roll` as a module."""

    def forward(self, input: torch.Tensor, shifts: list[int], dims: list[int]) -> torch.Tensor:
        return torch.roll(input, shifts, dims)


class FunctionalAdaptiveAvgPool2d(nn.Module):
    """`torch.nn.functional.adaptive_avg_pool2d` as a module."""

    def forward(self, input: torch.Tensor, output_size: list[int]) -> torch.Tensor:
        return F.adaptive_avg_pool2d(input, output_size)


class MeanOver(nn.Module):
    """`torch.mean` as a module."""

    def __init__(self, dim) -> None:
        super().__init__()
        self.dim = dim

    def forward(
        self, input: torch.Tensor, keepdim: bool = False, dtype: torch.dtype | None = None
    ) -> torch.Tensor:
        return torch.mean(input, self.dim, keepdim, dtype=dtype)


class MixedAdd(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: int | torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other if isinstance(input, torch.Tensor) else input + other


class NumberPow(nn.Module):
    """`self.input ** exponent` as a module."""

    def __init__(self, input) -> None:
        super().__init__()
        self.input = input

    def forward(self, exponent: torch.Tensor) -> torch.Tensor:
        return self.input ** exponent


class Pool(nn.Module):
    def __init__(self, channels_last, stride=2):
        super().__init__()
        self.roll = RollOverDims()
        self.adaptive_avg_pool = FunctionalAdaptiveAvgPool2d()
        self.unfold = nn.Unfold(kernel_size=2, stride=stride)
        self.dim = dimensions(channels_last)
        self.stride = stride
        self.shift = (1, 2)
        self.mean = MeanOver(dim=self.dim)

    def forward(self, x):
        x = self.roll(x, self.shift, dims=(1, 2))
        size = (x[..., 1::2, :].shape[-2], x[..., 1::2].shape[-1])
        x = self.adaptive_avg_pool(x, size)
        x = self.unfold(x).reshape(x.shape[0], 4, -1, 4)
        return self.mean(x, keepdim=True)


class Spectrum(nn.Module):
    def __init__(self, base: float = 100, steps=3):
        super().__init__()
        self.base = base
        self.layers = nn.ModuleList([nn.Linear(1, 1) for _ in range(steps)])
        self.adds = nn.ModuleList([MixedAdd() for _ in self.layers])
        self.pow = NumberPow(input=self.base)
        self.norm = nn.LayerNorm(1)

    def forward(self, x: torch.Tensor):
        total = 0
        for layer, add in zip(self.layers, self.adds):
            total = add(total, layer(x))
        return self.pow(self.norm(total))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = Pool(False)
        self.two = Pool(True)
        self.spectrum = Spectrum()

    def forward(self, x):
        return self.spectrum(self.one(x)), self.two(x)


def build():
    return Model(), (torch.randn(2, 4, 8, 8),)
