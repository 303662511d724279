"""Arguments that are attributes of a type that `__init__` shows: TorchScript compiles the op modules that take them."""
import torch
import torch.nn.functional as F
from torch import nn


class Blur(nn.Module):
    def __init__(self, stride: int = 2, temperature: int = 10):
        super().__init__()
        self.stride = stride
        self.dims = (2, 3)
        self.temperature = temperature
        self.conv = nn.Conv2d(4, 4, 3)
        self.register_buffer("filter", torch.ones(4, 1, 3, 3))
        self.last = nn.Conv2d(4, 4, 1)

    def forward(self, x: torch.Tensor):
        x = F.conv2d(self.conv(x), self.filter, stride=self.stride, groups=4)
        scale = self.temperature ** torch.tanh(x)
        return self.last(x * scale).mean(self.dims)


def build():
    torch.jit.script(Blur())
    return Blur(), (torch.randn(1, 4, 12, 12),)
