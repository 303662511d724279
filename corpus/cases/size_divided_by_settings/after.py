"""Sizes that are divided by settings: of a module that the class holds, a product of fixed numbers, what an annotation says."""

import math
from typing import Tuple, Union

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self, window: int):
        super().__init__()
        self.window = window

    def set_window(self, window: int):
        self.window = window

    def forward(self, x):
        return x * 2


class Windows(nn.Module):
    def __init__(self, width, stride: Tuple[int, ...] = (2, 2), window: Union[int, Tuple[int, int]] = (2, 2), heads: int = 2):
        super().__init__()
        self.stride, self.window = stride, window
        self.heads = heads
        self.attn = Attention(2)
        self.mix = nn.Sequential(nn.Linear(width, width))

    def resize(self, window):
        self.attn.set_window(window)

    def grid(self, x: torch.Tensor, patch_size: Tuple[int, int]) -> Tuple[int, int]:
        ph, pw = patch_size
        return x[..., ph - 1::ph, :].shape[-2], x[..., patch_size[1] - 1::patch_size[1]].shape[-1]

    def windows(self, x: torch.Tensor):
        b, h, w, c = x.shape
        ws = self.attn.window
        rows, columns = x[:, ws - 1::ws].shape[1], x[:, :, ws - 1::ws].shape[2]
        y = self.mix(x).reshape(b, rows, ws, columns, ws, c)
        return self.attn(self.mix(x).reshape(b, x[:, math.prod(self.stride) - 1::math.prod(self.stride)].shape[1], -1)), y

    def forward(self, x: torch.Tensor, image: torch.Tensor):
        height, width = self.grid(image, (2, 2))
        y = x.narrow(1, 0, x[:, self.window[0] - 1::self.window[0]].shape[1])
        k = self.heads
        squared = k * k
        y = y.narrow(2, 0, x[:, :, squared - 1::squared].shape[2])
        return *self.windows(x), F.interpolate(image, size=(height, width)), y


def build():
    return Windows(8), (torch.randn(2, 4, 6, 8), torch.randn(2, 3, 6, 8))
