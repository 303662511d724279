"""The guideline's own example: two images in a dict, two results in another; the caller in this file follows."""
from typing import Dict

import torch
from torch import Tensor, nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_rgb = nn.Conv2d(32, 32, 3)
        self.conv_bw = nn.Conv2d(32, 32, 3)

    def forward(self, inputs: Dict[str, Tensor]):
        rgb = self.conv_rgb(inputs["image_rgb"])
        bw = self.conv_bw(inputs["image_bw"])
        return {"rgb": rgb, "bw": bw}


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = Model()

    def forward(self, rgb, bw):
        out = self.model({"image_rgb": rgb, "image_bw": bw})
        return out["bw"] - out["rgb"]


def build():
    return Caller(), (torch.randn(2, 32, 6, 6), torch.randn(2, 32, 6, 6))
