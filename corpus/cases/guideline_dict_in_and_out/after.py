"""The guideline's own example: two images in a dict, two results in another; the caller in this file follows."""

import torch
from torch import Tensor, nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_rgb = nn.Conv2d(32, 32, 3)
        self.conv_bw = nn.Conv2d(32, 32, 3)

    def forward(self, image_rgb: Tensor, image_bw: Tensor):
        rgb = self.conv_rgb(image_rgb)
        bw = self.conv_bw(image_bw)
        return (rgb, bw)


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = Model()

    def forward(self, rgb, bw):
        out = self.model(rgb, bw)
        return out[1] - out[0]


def build():
    return Caller(), (torch.randn(2, 32, 6, 6), torch.randn(2, 32, 6, 6))
