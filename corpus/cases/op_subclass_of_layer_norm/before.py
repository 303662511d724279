"""A layer norm over the class's own weights: a class in its place would bring new keys."""
import torch
import torch.nn.functional as F
from torch import nn

class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)


def build():
    return LayerNorm2d(32), (torch.randn(2, 32, 4, 4),)
