"""Positional, keyword and omitted arguments in several spellings: the module gets them as keywords."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 1)
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        x = F.max_pool2d(self.conv(x), 3, stride=None)
        x = F.max_pool2d(x, 3, 1, 1)
        x = F.avg_pool2d(x, kernel_size=2, count_include_pad=False)
        x = F.gelu(x, approximate="tanh")
        x = F.leaky_relu(x, 0.2, True)
        x = F.hardswish(x)
        x = F.adaptive_avg_pool2d(input=x, output_size=(1, 1))
        x = torch.flatten(x, 1)
        return torch.softmax(self.fc(x), 1)


def build():
    return Model(), (torch.randn(2, 32, 12, 12),)
