"""Code looks for modules of torch's class: the function gets one of another class, which it does not find."""
import torch
import torch.nn.functional as F
from torch import nn


class FunctionalMaxPool2d(nn.Module):
    """`torch.nn.functional.max_pool2d` as a module."""

    def __init__(self, kernel_size, stride) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride

    def forward(
        self,
        input: torch.Tensor,
        padding: list[int] = (0, 0),
        dilation: list[int] = (1, 1),
        ceil_mode: bool = False,
    ) -> torch.Tensor:
        return F.max_pool2d(input, self.kernel_size, self.stride, padding, dilation, ceil_mode)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.pool = nn.MaxPool2d(2)
        self.max_pool = FunctionalMaxPool2d(kernel_size=3, stride=1)
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x):
        return self.head(self.max_pool(self.pool(self.conv(x))))


def pools(net):
    return [module for module in net.modules() if isinstance(module, nn.MaxPool2d)]


class Counting(Net):
    def forward(self, x):
        return super().forward(x) * len(pools(self))


def build():
    return Counting(), (torch.randn(1, 3, 12, 12),)
