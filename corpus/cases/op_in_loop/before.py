"""Operations and an activation in loops over modules: a list of modules, one for each turn."""
import torch
from torch import nn


class Stages(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.depth = depth
        self.convs = nn.ModuleList([nn.Conv2d(32, 32, 1) for _ in range(depth)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(32) for _ in range(depth)])
        self.act = nn.ReLU()
        self.head = nn.Conv2d(32, 32, 1)

    def forward(self, x):
        features = []
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            y = self.act(norm(conv(x)))
            x = torch.cat([x[:, :16], y[:, 16:]], 1) if i % 2 else y
            features.append(x)
        for conv in self.convs:
            x = x + conv(x)
        for _ in range(self.depth):
            x = torch.exp(-x.abs())
        means = [torch.mean(norm(x), 1) for norm in self.norms]
        return self.head(x), means[0], torch.stack(features)


def build():
    return Stages(), (torch.randn(2, 32, 6, 6),)
