"""Writes into a view of a tensor that nobody reads: a module writes in place too, since gradients are computed another way."""
import torch
from torch import nn


class Ghost(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.first = nn.Conv2d(width, (width + 1) // 2, 1)
        self.second = nn.Conv2d((width + 1) // 2, (width + 1) // 2, 3, padding=1)

    def forward(self, x):
        x1 = self.first(x)
        x2 = self.second(x1)
        out = torch.cat([x1, x2], dim=1)
        return out[:, :self.width, :, :]


class Flat(nn.Sequential):
    def __init__(self, width):
        super().__init__(nn.Conv2d(width, width, 1), nn.Flatten(2))


class Block(nn.Module):
    def __init__(self, width=5):
        super().__init__()
        self.ghost1 = Ghost(width)
        self.ghost2 = Ghost(width)
        self.shortcut = nn.Sequential()
        self.layers = nn.ModuleList([nn.Conv2d(width, width, 1) for _ in range(2)])
        self.flat = Flat(width)
        self.bias = nn.Parameter(torch.ones(1, width, 1))
        self.scale = nn.Parameter(torch.ones(width, 1))

    def forward(self, x):
        shortcut = x
        x = self.ghost1(x)
        x = self.ghost2(x)
        x += self.shortcut(shortcut)  # the rest of what is concatenated is lost
        for layer in self.layers:
            y = layer(x)[:, :1]
            y *= 0.5
            x = x + y
        flat = self.flat(x)
        flat.add_(self.bias)
        turned = flat.transpose(1, 2)
        turned -= 1
        rows = self.flat(x)
        part = rows[:, 1:]
        part /= 2.0
        rows = x.flatten(2)
        whole = self.ghost1(shortcut)
        seen = whole
        whole += part.mean()
        joined = torch.cat([turned.transpose(1, 2), rows, whole.flatten(2)], dim=1)
        return joined, self.flat(shortcut)[:, :3].mul_(2)


def build():
    return Block(), (torch.randn(2, 5, 4, 4).to(memory_format=torch.channels_last),)
