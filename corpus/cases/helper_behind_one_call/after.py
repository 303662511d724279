"""A class that does nothing but call a function is no operation of its own where the function computes more than one."""

import torch
from torch import nn


class FunctionalAdaptiveAvgPool2dUniform(nn.Module):
    """`torch.nn.functional.adaptive_avg_pool2d` as a module."""

    def forward(self, input: torch.Tensor, output_size: int) -> torch.Tensor:
        return nn.functional.adaptive_avg_pool2d(input, output_size)


class FunctionalAdaptiveMaxPool2dUniform(nn.Module):
    """`torch.nn.functional.adaptive_max_pool2d` as a module."""

    def forward(self, input: torch.Tensor, output_size: int) -> torch.Tensor:
        return nn.functional.adaptive_max_pool2d(input, output_size)


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


def pool_twice(x: torch.Tensor,
               size: int) -> torch.Tensor:
    mean = nn.functional.adaptive_avg_pool2d(x, size)
    peak = nn.functional.adaptive_max_pool2d(x, size)
    return torch.cat((mean, peak), dim=1)


class PoolTwiceModule(nn.Module):
    """`pool_twice` as a module."""

    def __init__(self):
        super().__init__()
        self.adaptive_avg_pool = FunctionalAdaptiveAvgPool2dUniform()
        self.adaptive_max_pool = FunctionalAdaptiveMaxPool2dUniform()
        self.cat = Concat()

    def forward(self, x: torch.Tensor,
                size: int) -> torch.Tensor:
        mean = self.adaptive_avg_pool(x, size)
        peak = self.adaptive_max_pool(x, size)
        return self.cat((mean, peak), dim=1)


class PoolTwice(nn.Module):
    def __init__(self, size: int):
        super().__init__()
        self.size = size
        self.pool_twice = PoolTwiceModule()

    def forward(self, x):
        return self.pool_twice(x, self.size)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.pool = PoolTwice(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.pool(self.conv(x))


def build():
    return Model(), (torch.randn(2, 3, 9, 9),)
