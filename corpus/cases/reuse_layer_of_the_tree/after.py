"""A class of the tree whose forward is one functional on weights of its own is a layer too."""
import torch
import torch.nn.functional as F
from torch import nn


class FunctionalLinear(nn.Module):
    """`torch.nn.functional.linear` as a module."""

    def forward(
        self, input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None
    ) -> torch.Tensor:
        return F.linear(input, weight, bias)


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


class Cosines(nn.Module):
    """Multiplies by a fixed matrix."""

    def __init__(self, size):
        super().__init__()
        self.register_buffer("weights", torch.arange(size * size).reshape(size, size).cos())
        self.register_parameter("bias", None)

    def forward(self, x):
        return F.linear(x, self.weights, self.bias)


class LastNorm(nn.LayerNorm):
    def forward(self, x):
        """In the last axes."""
        return F.layer_norm(x, self.normalized_shape, self.weight, eps=1e-4)


class Model(nn.Module):
    def __init__(self, size=8):
        super().__init__()
        self.transform = Cosines(size)
        self.linear = FunctionalLinear()
        self.norm = LastNorm(size)
        self.layer_norm = FunctionalLayerNorm()
        self.last = nn.Identity()

    def forward(self, x):
        x = self.linear(self.transform(x).transpose(-1, -2), self.transform.weights, self.transform.bias).transpose(-1, -2)
        return self.last(self.layer_norm(self.norm(x), self.norm.normalized_shape, self.norm.weight, eps=0.0001))


def build():
    return Model(), (torch.randn(2, 8, 8),)
