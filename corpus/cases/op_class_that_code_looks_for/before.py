"""Code looks for modules of torch's class: the function gets one of another class, which it does not find."""
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x):
        return self.head(F.max_pool2d(self.pool(self.conv(x)), 3, stride=1))


def pools(net):
    return [module for module in net.modules() if isinstance(module, nn.MaxPool2d)]


class Counting(Net):
    def forward(self, x):
        return super().forward(x) * len(pools(self))


def build():
    return Counting(), (torch.randn(1, 3, 12, 12),)
