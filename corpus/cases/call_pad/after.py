"""The number of pads and the mode choose the class."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.pad = nn.ReflectionPad2d(padding=(1, 1, 1, 1))
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.pad2 = nn.ConstantPad2d(padding=[1, 2, 1, 2], value=-1.0)
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        x = self.pad(x)
        x = self.pad2(self.conv1(x))
        return self.conv2(x)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
