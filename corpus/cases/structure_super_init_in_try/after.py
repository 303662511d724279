"""The `__init__` of the base runs in both branches of a `try`: definitions stand behind it."""
import torch
import torch.nn.functional as F
from torch import nn


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


class Norm(nn.BatchNorm2d):
    def __init__(self, features, device=None):
        try:
            super(Norm, self).__init__(features, device=device)
        except TypeError:
            super(Norm, self).__init__(features)
        self.batch_norm = BatchNorm()
        self.act = nn.ReLU()
        self.drop = nn.Identity()

    def forward(self, x):
        x = self.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.1, self.eps)
        return self.drop(self.act(x))


def build():
    return Norm(8), (torch.randn(2, 8, 4, 4),)
