"""Positional, keyword and omitted arguments in several spellings: the module gets them as keywords."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(32, 32, 1)
        self.max_pool = nn.MaxPool2d(kernel_size=3)
        self.max_pool2 = nn.MaxPool2d(kernel_size=3, stride=1, padding=1)
        self.avg_pool = nn.AvgPool2d(kernel_size=2, count_include_pad=False)
        self.gelu = nn.GELU(approximate="tanh")
        self.leaky_relu = nn.LeakyReLU(negative_slope=0.2, inplace=True)
        self.hardswish = nn.Hardswish()
        self.adaptive_avg_pool = nn.AdaptiveAvgPool2d(output_size=(1, 1))
        self.flatten = nn.Flatten(start_dim=1)
        self.softmax = nn.Softmax(dim=1)
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        x = self.max_pool(self.conv(x))
        x = self.max_pool2(x)
        x = self.avg_pool(x)
        x = self.gelu(x)
        x = self.leaky_relu(x)
        x = self.hardswish(x)
        x = self.adaptive_avg_pool(x)
        x = self.flatten(x)
        return self.softmax(self.fc(x))


def build():
    return Model(), (torch.randn(2, 32, 12, 12),)
