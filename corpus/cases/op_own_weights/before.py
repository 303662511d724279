"""Weights of the module itself are handed to the module of the one operation: the state_dict stays."""
import torch
import torch.nn.functional as F
from torch import nn


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)


class Standardized(nn.Conv2d):
    def forward(self, x):
        weight = F.batch_norm(self.weight.reshape(1, self.out_channels, -1), None, None, training=True, momentum=0.0)
        return F.conv2d(x, weight.reshape_as(self.weight), self.bias, self.stride, self.padding)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = LayerNorm2d(32)
        self.conv = Standardized(32, 32, 3)
        self.head = nn.Linear(32, 32)

    def forward(self, x):
        x = self.conv(self.norm(x))
        return F.linear(x.flatten(1)[:, :32], self.head.weight)


def build():
    return Model(), (torch.randn(2, 32, 6, 6),)
