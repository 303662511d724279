"""Padding under the condition that something is missing, and sums that say the padded size again, where a tensor has it."""

import torch
import torch.nn.functional as F
from torch import nn


class Windows(nn.Module):
    """Pads and crops under one condition."""

    def __init__(self, window_size=4):
        super().__init__()
        self.window_size = window_size
        self.fc = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor):
        B, H, W, C = x.shape
        pad_b = (self.window_size - H % self.window_size) % self.window_size
        pad_r = (self.window_size - W % self.window_size) % self.window_size
        padding = pad_b > 0 or pad_r > 0
        if padding:
            x = F.pad(x, (0, 0, 0, pad_r, 0, pad_b))
        pH, pW = H + pad_b, W + pad_r
        nH, nW = pH // self.window_size, pW // self.window_size
        windows = x.view(B, nH, self.window_size, nW, self.window_size, C).transpose(2, 3)
        x = self.fc(windows).transpose(2, 3).reshape(B, pH, pW, C)
        if padding:
            x = x[:, :H, :W].contiguous()
        return x.reshape(B, H * W, C)


class Partition(nn.Module):
    """Gives the padded size back."""

    def __init__(self, window_size=3):
        super().__init__()
        self.window_size = window_size

    def forward(self, x: torch.Tensor):
        B, L, C = x.shape
        x = x.transpose(1, 2)
        pad = -L % self.window_size
        # whether something is missing or not
        x = F.pad(x, (0, pad))
        if pad:
            x = x.contiguous()
        padded = L + pad
        pooled = x.unflatten(2, (-1, self.window_size)).amax(3)
        return x, pooled * padded


class Stem(nn.Module):
    """Chooses between two values."""

    def __init__(self, stride=(2, 4)):
        super().__init__()
        self.stride = stride
        self.partition = Partition()

    def forward(self, x: torch.Tensor):
        B, L, C = x.shape
        rest = (self.stride[1] - L % self.stride[1]) % self.stride[1]
        x = F.pad(x, (0, 0, 0, rest)) if 0 < rest else x
        middle = (L + rest) // 2
        x = x.reshape(B, 2, middle, C).amax(1) + x.reshape(B, (L + rest) // self.stride[1], self.stride[1], C).amax((1, 2))[:, None]
        return self.partition(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.windows = Windows()
        self.stem = Stem()

    def forward(self, x: torch.Tensor):
        return self.stem(self.windows(x))


def build():
    return Model(), (torch.randn(2, 7, 9, 8),)
