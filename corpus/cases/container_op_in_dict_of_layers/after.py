"""Containers that run over their own layers: their loops leave the new child out, in a way that TorchScript compiles."""
from collections import OrderedDict

import torch
from torch import nn


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class MeanOver(nn.Module):
    """`torch.mean` as a module."""

    def forward(
        self, input: torch.Tensor, dim: int, keepdim: bool = False, dtype: torch.dtype | None = None
    ) -> torch.Tensor:
        return torch.mean(input, dim, keepdim, dtype=dtype)


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Layer(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        self.cat = Concat()
        self.conv = nn.Conv2d(width, growth, 3, padding=1)

    def forward(self, features: list[torch.Tensor]) -> torch.Tensor:
        return self.conv(self.cat(features, 1))


class Block(nn.ModuleDict):
    def __init__(self, depth, width, growth):
        super().__init__()
        for i in range(depth):
            self.add_module("layer%d" % (i + 1), Layer(width + i * growth, growth))
        self.cat = Concat()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = [x]
        for name, layer in self.items():
            if layer is not self.cat:
                # each sees what all before it have made

                features.append(layer(features))
        return self.cat(features, 1)


class Stage(nn.Sequential):
    def __init__(self, depth, width, growth, **kwargs):
        super().__init__()
        for i in range(depth):
            layer = Layer(width + i * growth, growth)
            self.add_module(f"dense_block{i}", layer)
        self.width = width + depth * growth
        self.mean = MeanOver()
        self.add = Add()
        self.cat = Concat()

    def forward(self, x):
        features = [x]
        for module in self:
            if not isinstance(module, (MeanOver, Add)):
                if module is not self.cat and module is not self.mean and module is not self.add:
                    new = module(features)
                    features.append(new)
        return self.add(self.mean(self.cat(features, 1), 1, keepdim=True), x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(OrderedDict([("stem", nn.Conv2d(3, 32, 1))]))
        for i in range(2):
            block = Block(2, 32 + i * 32, 16)
            self.features.add_module(f"block{i}", block)
        stages = []
        for i in range(2):
            stage = Stage(2, 96, 16)
            stages.append(nn.Sequential(nn.BatchNorm2d(96), stage))
        self.stages = nn.Sequential(*stages)

    def forward(self, x):
        x = self.features(x)
        for stage in self.stages[:1]:
            x = stage(x)
        return x


def build():
    return Net(), (torch.randn(2, 3, 6, 6),)
