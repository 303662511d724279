"""Functions and tensor methods that no class of torch expresses: the arguments stay as they are written."""
import torch
import torch.nn.functional as F
from torch import nn


class Interpolate(nn.Module):
    """`torch.nn.functional.interpolate` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        size: list[int] | None = None,
        scale_factor: list[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
        antialias: bool = False,
    ) -> torch.Tensor:
        return F.interpolate(
            input, size, scale_factor, mode, align_corners, recompute_scale_factor, antialias
        )


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class MeanOver(nn.Module):
    """`torch.mean` as a module."""

    def forward(
        self, input: torch.Tensor, dim: int, keepdim: bool = False, dtype: torch.dtype | None = None
    ) -> torch.Tensor:
        return torch.mean(input, dim, keepdim, dtype=dtype)


class MatMul(nn.Module):
    """`input @ other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input @ other


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


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


class SumOverDims(nn.Module):
    """`torch.sum` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        dim: list[int] | None,
        keepdim: bool = False,
        dtype: torch.dtype | None = None,
    ) -> torch.Tensor:
        return torch.sum(input, dim, keepdim, dtype=dtype)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.interpolate = Interpolate()
        self.cat = Concat()
        self.mean = MeanOver()
        self.matmul = MatMul()
        self.exp = Exponential()
        self.mean2 = MeanOverDims()
        self.sum = SumOverDims()
        self.cat2 = Concat()
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        y = self.conv1(x)
        z = self.interpolate(
            self.conv2(x),  # as large as the other
            size=y.shape[-2:],
            mode="bilinear",
            align_corners=False,
        )
        y = self.cat([y, z], dim=1)
        gate = self.exp(self.matmul(y, self.mean(z, 1, keepdim=True)))
        return self.cat2((self.mean2(y, (2, 3)), self.sum(gate, dim=(2, 3))), 1)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
