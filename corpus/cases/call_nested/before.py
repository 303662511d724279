"""One functional inside another: both land, the inner one before the outer one."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        x = F.relu(F.relu(self.conv1(x)))
        return self.conv2(F.max_pool2d(torch.sigmoid(F.relu6(x)), 2))


def build():
    return Model(), (torch.randn(2, 32, 10, 10),)
