"""Containers that run over their own layers: their loops leave the new child out, in a way that TorchScript compiles."""
from collections import OrderedDict

import torch
from torch import nn


class Layer(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        self.conv = nn.Conv2d(width, growth, 3, padding=1)

    def forward(self, features: list[torch.Tensor]) -> torch.Tensor:
        return self.conv(torch.cat(features, 1))


class Block(nn.ModuleDict):
    def __init__(self, depth, width, growth):
        super().__init__()
        for i in range(depth):
            self.add_module("layer%d" % (i + 1), Layer(width + i * growth, growth))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = [x]
        for name, layer in self.items():
            # each sees what all before it have made

            features.append(layer(features))
        return torch.cat(features, 1)


class Stage(nn.Sequential):
    def __init__(self, depth, width, growth, **kwargs):
        super().__init__()
        for i in range(depth):
            layer = Layer(width + i * growth, growth)
            self.add_module(f"dense_block{i}", layer)
        self.width = width + depth * growth

    def forward(self, x):
        features = [x]
        for module in self:
            new = module(features)
            features.append(new)
        return torch.mean(torch.cat(features, 1), 1, keepdim=True) + x


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
