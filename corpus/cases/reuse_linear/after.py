"""A layer that runs again shares its weights on purpose: they stay its own, and the further calls take them as inputs."""
import torch
from torch import nn


class FunctionalLinear(nn.Module):
    """`torch.nn.functional.linear` as a module."""

    def forward(
        self, input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None
    ) -> torch.Tensor:
        return nn.functional.linear(input, weight, bias)


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Model(nn.Module):
    def __init__(self, classes=8):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.linear = FunctionalLinear()
        self.linear2 = FunctionalLinear()
        self.linear3 = FunctionalLinear()
        self.add = Add()
        self.head1 = nn.Linear(32, classes, bias=False)

    def forward(self, x, y):
        x = self.linear2(self.linear((self.fc(x)), self.fc.weight, self.fc.bias), self.fc.weight, self.fc.bias)
        first = self.head1(
            x,
        )
        second = self.linear3(
            self.add(x, y), self.head1.weight, self.head1.bias,  # the other one
        )
        return first, second


def build():
    return Model(), (torch.randn(2, 32), torch.randn(2, 32))
