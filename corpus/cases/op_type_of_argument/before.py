"""TorchScript takes one type for an argument, and reads that of an attribute off the instance: a dimension, or several."""
import torch
import torch.nn.functional as F
from torch import nn


def dimensions(channels_last):
    return (1, 2) if channels_last else -1


class Pool(nn.Module):
    def __init__(self, channels_last, stride=2):
        super().__init__()
        self.dim = dimensions(channels_last)
        self.stride = stride
        self.shift = (1, 2)

    def forward(self, x):
        x = torch.roll(x, self.shift, dims=(1, 2))
        size = (x.shape[-2] // 2, x.shape[-1] // 2)
        x = F.adaptive_avg_pool2d(x, size)
        x = F.unfold(x, 2, stride=self.stride).reshape(x.shape[0], 4, -1, 4)
        return x.mean(self.dim, keepdim=True)


class Spectrum(nn.Module):
    def __init__(self, base: float = 100, steps=3):
        super().__init__()
        self.base = base
        self.layers = nn.ModuleList([nn.Linear(1, 1) for _ in range(steps)])
        self.norm = nn.LayerNorm(1)

    def forward(self, x: torch.Tensor):
        total = 0
        for layer in self.layers:
            total = total + layer(x)
        return self.base ** self.norm(total)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = Pool(False)
        self.two = Pool(True)
        self.spectrum = Spectrum()

    def forward(self, x):
        return self.spectrum(self.one(x)), self.two(x)


def build():
    return Model(), (torch.randn(2, 4, 8, 8),)
