"""Weights of the module itself are handed to the module of the one operation: the state_dict stays."""
import torch
import torch.nn.functional as F
from torch import nn


class FunctionalLayerNorm(nn.Module):
    """`torch.nn.functional.layer_norm` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        normalized_shape: list[int],
        weight: torch.Tensor | None = None,
        bias: torch.Tensor | None = None,
        eps: float = 1e-05,
    ) -> torch.Tensor:
        return F.layer_norm(input, normalized_shape, weight, bias, eps)


class BatchNorm(nn.Module):
    """`torch.nn.functional.batch_norm` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        running_mean: torch.Tensor | None,
        running_var: torch.Tensor | None,
        weight: torch.Tensor | None = None,
        bias: torch.Tensor | None = None,
        training: bool = False,
        momentum: float = 0.1,
        eps: float = 1e-05,
    ) -> torch.Tensor:
        return F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)


class FunctionalConv2d(nn.Module):
    """`torch.nn.functional.conv2d` as a module."""

    def __init__(self, padding) -> None:
        super().__init__()
        self.padding = padding

    def forward(
        self,
        input: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None = None,
        stride: list[int] = (1, 1),
        dilation: list[int] = (1, 1),
        groups: int = 1,
    ) -> torch.Tensor:
        return F.conv2d(input, weight, bias, stride, self.padding, dilation, groups)


class FunctionalLinear(nn.Module):
    """`torch.nn.functional.linear` as a module."""

    def forward(
        self, input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None
    ) -> torch.Tensor:
        return F.linear(input, weight, bias)


class LayerNorm2d(nn.LayerNorm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.layer_norm = FunctionalLayerNorm()

    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = self.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)


class Standardized(nn.Conv2d):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.batch_norm = BatchNorm()
        self.conv = FunctionalConv2d(padding=self.padding)

    def forward(self, x):
        weight = self.batch_norm(self.weight.reshape(1, self.out_channels, -1), None, None, training=True, momentum=0.0)
        return self.conv(x, weight.reshape_as(self.weight), self.bias, self.stride)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = LayerNorm2d(32)
        self.conv = Standardized(32, 32, 3)
        self.flatten = nn.Flatten(start_dim=1)
        self.linear = FunctionalLinear()
        self.head = nn.Linear(32, 32)

    def forward(self, x):
        x = self.conv(self.norm(x))
        return self.linear(self.flatten(x)[:, :32], self.head.weight)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
