"""Functions and tensor methods that no class of torch expresses: the arguments stay as they are written."""
import torch
import torch.nn.functional as F
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3)
        self.conv2 = nn.Conv2d(32, 32, 3)

    def forward(self, x):
        y = self.conv1(x)
        z = F.interpolate(
            self.conv2(x),  # as large as the other
            size=y.shape[-2:],
            mode="bilinear",
            align_corners=False,
        )
        y = torch.cat([y, z], dim=1)
        gate = torch.matmul(y, z.mean(1, keepdim=True)).exp()
        return torch.cat((y.mean((2, 3)), gate.sum(dim=(2, 3))), 1)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
