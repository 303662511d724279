"""`F.normalize` is four operations: its class has a module for each. A class that is there is used again."""
import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, eps=1e-6):
        super().__init__()
        self.qk = nn.Linear(width, 2 * width)
        self.eps = eps

    def forward(self, x):
        q, k = self.qk(x).chunk(2, dim=-1)
        q = F.normalize(q, dim=-1)
        k = F.normalize(k, 1.0, -1, eps=self.eps)
        return q @ F.normalize(k).transpose(-2, -1)


class Head(nn.Module):
    def forward(self, x):
        return F.normalize(x)


def build():
    return nn.Sequential(Attention(8), Head()), (torch.randn(2, 5, 8),)
