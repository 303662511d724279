"""Functions that torch.fx.wrap leaves closed, or a tracer of which nothing is known for modules: a class would be open."""
import torch
from torch import nn

functions = set()
registered = {}


def register_notrace_function(function):
    functions.add(function)
    return function


def register_function(function):
    registered[function.__name__] = function
    return function


@torch.fx.wrap
def rounded(x, size: int):
    return torch.cat((x, x), 1) if x.shape[1] < size else x.relu()


@register_notrace_function
def shifted(x, size: int):
    return torch.cat((x, x), 1) if x.shape[1] < size else x.relu()


@register_function
def named(x):
    return torch.cat((x, x), 1)


def register_notrace_module(module):
    class Other(module):
        def forward(self, x):
            return super().forward(x) + 1

    return Other


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor):
        return named(shifted(rounded(self.fc(x), 6), 6))


def build():
    return Model(), (torch.randn(2, 4),)
