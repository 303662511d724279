"""One functional inside another: both land, the inner one before the outer one."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.relu = nn.ReLU()
        self.relu2 = nn.ReLU()
        self.relu6 = nn.ReLU6()
        self.sigmoid = nn.Sigmoid()
        self.max_pool = nn.MaxPool2d(kernel_size=2)
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        x = self.relu2(self.relu(self.conv1(x)))
        return self.conv2(self.max_pool(self.sigmoid(self.relu6(x))))


def build():
    return Model(), (torch.randn(2, 32, 10, 10),)
