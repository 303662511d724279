"""Leaves of a project's own tracer become leaf modules, except where it may run them: no tensor of the trace goes in."""
import torch
from torch import nn

from pkg.leaves import functions, modules
from pkg.ops import masked, Resized, _Doubled


class Mean(nn.Module):
    """`torch.mean` as a module."""

    def forward(self, input: torch.Tensor, dtype: torch.dtype | None = None) -> torch.Tensor:
        return torch.mean(input, dtype=dtype)


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.resized = Resized()
        self.doubled = _Doubled()
        self.token = nn.Parameter(torch.zeros(1, 1, 4))
        self.weight = nn.Parameter(torch.zeros(4))
        self.mean = Mean()
        self.add = Add()
        self.out = nn.Linear(8, 2)

    def forward(self, x: torch.Tensor, mask: torch.Tensor):
        x = self.resized(self.fc(x), [3], self.token.expand(x.shape[0], -1, -1))
        mask = masked(mask, self.weight)
        return self.add(self.out(self.doubled(x)), self.mean(mask))


class Tracer(torch.fx.Tracer):
    def __init__(self):
        super().__init__(autowrap_functions=tuple(functions))

    def is_leaf_module(self, module, name):
        return type(module) in modules or super().is_leaf_module(module, name)


class Traced(nn.Module):
    """The model, and what the tracer makes of it: it would stop at the condition."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.traced = torch.fx.GraphModule(model, Tracer().trace(model))

    def forward(self, x, mask):
        return self.model(x, mask), self.traced(x, mask)


def build():
    return Traced(Model()), (torch.randn(2, 5, 4), torch.randn(2, 4))
