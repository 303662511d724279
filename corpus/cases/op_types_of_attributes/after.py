"""Arguments that are attributes of a type that `__init__` shows: TorchScript compiles the op modules that take them."""
import torch
import torch.nn.functional as F
from torch import nn


class FunctionalConv2dUniform(nn.Module):
    """`torch.nn.functional.conv2d` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None = None,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        groups: int = 1,
    ) -> torch.Tensor:
        return F.conv2d(input, weight, bias, stride, padding, dilation, groups)


class IntPow(nn.Module):
    """`input ** exponent` as a module."""

    def forward(self, input: int, exponent: torch.Tensor) -> torch.Tensor:
        return input ** exponent


class Multiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class MeanOverDims(nn.Module):
    """`torch.mean` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        dim: list[int] | None,
        keepdim: bool = False,
        dtype: torch.dtype | None = None,
    ) -> torch.Tensor:
        return torch.mean(input, dim, keepdim, dtype=dtype)


class Blur(nn.Module):
    def __init__(self, stride: int = 2, temperature: int = 10):
        super().__init__()
        self.stride = stride
        self.dims = (2, 3)
        self.temperature = temperature
        self.conv = nn.Conv2d(4, 4, 3)
        self.conv2 = FunctionalConv2dUniform()
        self.pow = IntPow()
        self.mul = Multiply()
        self.register_buffer("filter", torch.ones(4, 1, 3, 3))
        self.mean = MeanOverDims()
        self.last = nn.Conv2d(4, 4, 1)

    def forward(self, x: torch.Tensor):
        x = self.conv2(self.conv(x), self.filter, stride=self.stride, groups=4)
        scale = self.pow(self.temperature, torch.tanh(x))
        return self.mean(self.last(self.mul(x, scale)), self.dims)


def build():
    torch.jit.script(Blur())
    return Blur(), (torch.randn(1, 4, 12, 12),)
