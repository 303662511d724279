"""Layers that do more than one functional on their weights, or are not shown not to, and calls that say more than their input."""
import torch
import torch.nn.functional as F
from torch import nn


class Scaled(nn.Linear):
    def forward(self, x):
        return F.linear(x * 2, self.weight, self.bias)


class Hooked(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.eye(4))
        self.register_forward_hook(lambda module, inputs, output: output + 1)

    def forward(self, x):
        return F.linear(x, self.weight)


class Normed(nn.Linear):
    def __init__(self, size):
        super().__init__(size, size)
        nn.utils.spectral_norm(self)

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


class Computed(nn.Module):
    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(torch.eye(4))

    @property
    def weight(self):
        return self.factor * 2

    def forward(self, x):
        return F.linear(x, self.weight)


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(4))
        self.register_buffer("var", torch.ones(4))

    def forward(self, x):
        return F.batch_norm(x, self.mean, self.var, training=self.training)


class Model(nn.Module):
    def __init__(self, head=True, **options):
        super().__init__()
        self.reflected = nn.Conv1d(4, 4, 3, padding=1, padding_mode="reflect")
        self.clipped = nn.Embedding(8, 4, max_norm=1.0)
        self.open = nn.Conv1d(4, 4, 1, **options)
        self.fc = nn.Linear(4, 4) if head else nn.Identity()
        self.named = nn.Linear(4, 4)
        self.scaled = Scaled(4, 4)
        self.hooked = Hooked()
        self.normed = Normed(4)
        self.computed = Computed()
        self.norm = Norm()
        self.register_buffer("index", torch.arange(4), persistent=False)
        self.wrapped = nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4))

    def forward(self, x):
        x = self.reflected(self.reflected(x))
        x = x + self.clipped(self.index) + self.clipped(self.index)
        x = self.open(self.open(x))
        x = self.fc(self.fc(x))
        x = self.named(input=self.named(x))
        x = self.scaled(self.scaled(x))
        x = self.hooked(self.hooked(x))
        x = self.normed(self.normed(x))
        x = self.computed(self.computed(x))
        x = self.norm(self.norm(x))
        return self.wrapped(self.wrapped(x))


def build():
    return Model(), (torch.randn(2, 4, 4),)
