"""A fixed factor has a class; the size of another tensor has none."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.interpolate = nn.Upsample(scale_factor=2.0, mode="bilinear", align_corners=False)
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        x = self.interpolate(self.conv1(x))
        return self.conv2(x)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
