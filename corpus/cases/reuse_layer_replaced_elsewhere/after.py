"""Who replaces the layer may put one in its place that computes something else, which the further call would not see: unsafe."""
import torch
from torch import nn


class FunctionalLinear(nn.Module):
    """`torch.nn.functional.linear` as a module."""

    def forward(
        self, input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None
    ) -> torch.Tensor:
        return nn.functional.linear(input, weight, bias)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.linear = FunctionalLinear()
        self.last = nn.Identity()

    def forward(self, x):
        return self.last(self.linear(self.fc(x), self.fc.weight, self.fc.bias))


def tune(model):
    model.fc = nn.Linear(8, 8, bias=False)
    return model


def build():
    return tune(Model()), (torch.randn(2, 8),)
