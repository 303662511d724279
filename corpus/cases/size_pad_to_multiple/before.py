"""Padding up to the next multiple of a setting, in each way to work it out: the arithmetic goes, and names that were only for it."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, window_size=(4, 4), shift=0):
        super().__init__()
        self.window_size = window_size
        self.shift = shift
        self.fc = nn.Linear(8, 8)

    def set_window(self, size):
        self.window_size = size

    def forward(self, x):
        B, H, W, C = x.shape
        if self.shift:
            y = torch.roll(x, shifts=(-self.shift, -self.shift), dims=(1, 2))
        else:
            y = x
        # up to whole windows
        pad_h = (self.window_size[0] - H % self.window_size[0]) % self.window_size[0]
        pad_w = -W % self.window_size[1]
        y = F.pad(y, (0, 0, 0, pad_w, 0, pad_h))
        _, Hp, Wp, _ = y.shape
        y = self.fc(y)
        return y[:, :H, :W, :].contiguous()


class Merge(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = 4
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        B, H, W, C = x.shape
        pad_values = (0, 0, 0, W % 2, 0, H % 2)
        x = F.pad(x, pad_values)
        pad_l = pad_t = 0
        _, H, W, _ = x.shape
        ws = self.patch
        pad_b = math.ceil(H / ws) * ws - H
        pad_r = (ws - W % ws) % ws
        x = F.pad(x, (0, 0, pad_l, pad_r, pad_t, pad_b))
        return self.fc(x)


def build():
    return nn.Sequential(Block(shift=1), Merge()), (torch.randn(2, 7, 9, 8),)
