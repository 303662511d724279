"""Code that walks over modules gives some a wrapper or a hook: a call that takes the weights alone would go past it."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.conv = nn.Conv1d(2, 2, 1)
        self.last = nn.Identity()

    def forward(self, x):
        return self.last(self.conv(self.conv(self.fc(self.fc(x)))))


class Adapted(nn.Module):
    def __init__(self, base, rank):
        super().__init__()
        self.base = base
        self.down = nn.Linear(base.in_features, rank, bias=False)
        self.up = nn.Linear(rank, base.out_features, bias=False)

    @property
    def weight(self):
        return self.base.weight

    @property
    def bias(self):
        return self.base.bias

    def forward(self, x):
        return self.base(x) + self.up(self.down(x))


def put(model, name, module):
    parent, _, last = name.rpartition(".")
    setattr(model.get_submodule(parent), last, module)


def adapt(model, rank=2):
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.Linear):
            put(model, name, Adapted(module, rank))
    return model


def build():
    model = Model()
    for module in model.modules():
        if isinstance(module, nn.Conv1d):
            module.register_forward_hook(lambda module, inputs, output: output + 1)
    return adapt(model), (torch.randn(2, 8),)
