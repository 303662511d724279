"""Calls that only move data, with `MOD103`: those that AIMET's validator knows by another name stay as they are."""
import torch
from torch import nn


class MoveDim(nn.Module):
    """`torch.movedim` as a module."""

    def forward(self, input: torch.Tensor, source: int, destination: int) -> torch.Tensor:
        return torch.movedim(input, source, destination)


class MoveDimDims(nn.Module):
    """`torch.movedim` as a module."""

    def forward(
        self, input: torch.Tensor, source: list[int], destination: list[int]
    ) -> torch.Tensor:
        return torch.movedim(input, source, destination)


class ViewAs(nn.Module):
    """`torch.Tensor.view_as` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input.view_as(other)


class HSplit(nn.Module):
    """`torch.hsplit` as a module."""

    def forward(self, input: torch.Tensor, sections: int):
        return torch.hsplit(input, sections)


class BroadcastToOver3(nn.Module):
    """`torch.Tensor.broadcast_to` as a module."""

    def forward(self, input: torch.Tensor, size0: int, size1: int, size2: int) -> torch.Tensor:
        return input.broadcast_to(size0, size1, size2)


class Ravel(nn.Module):
    """`torch.ravel` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.ravel(input)


class TypeAs(nn.Module):
    """`torch.Tensor.type_as` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input.type_as(other)


class Mix(nn.Module):
    def __init__(self):
        super().__init__()
        self.movedim = MoveDim()
        self.moveaxis = MoveDimDims()
        self.view_as = ViewAs()
        self.hsplit = HSplit()
        self.broadcast_to = BroadcastToOver3()
        self.ravel = Ravel()
        self.type_as = TypeAs()
        self.proj = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor):
        y = torch.swapaxes(self.proj(x), 1, 2).swapdims(1, 2)
        y = self.moveaxis(self.movedim(y, 0, -1), (-1,), (0,))
        y = self.view_as(y, x)
        first, second = self.hsplit(y, 2)
        bias = self.broadcast_to(second, 2, -1, -1)
        first = self.ravel(first).view(first.shape)
        return bias, self.type_as(first, x), y


def build():
    return Mix(), (torch.randn(2, 4, 8),)
