"""Quotients and differences of sizes, where the reshaped tensor's own shape is not shown: slices have these sizes as well."""

import torch
import torch.nn.functional as F
from torch import nn


class Mix(nn.Sequential):
    def __init__(self, width):
        super().__init__(nn.Linear(width, width))


class Slices(nn.Module):
    def __init__(self, width, heads: int = 2, window: int = 3):
        super().__init__()
        self.heads, self.stride = heads, (2, 1)
        self.window = self.other = window
        self.mix = Mix(width)
        self.unfold = nn.Unfold(kernel_size=2, stride=2)

    def arranged(self, t, height: int, width: int):
        s = t.shape
        return t.reshape(s[0], height, width, s[1])

    def windows(self, x: torch.Tensor):
        b = x.size(0)
        count = x.shape[1] // (
            self.window * 2
        )
        rest = x.size(-2) // self.window
        y = self.mix(x).reshape(b, -1, count, 2)
        return y * count, self.mix(x).view(b, rest, -1)

    def halves(self, x: torch.Tensor):
        b, n, c = x.shape
        count = c // 4
        q = self.mix(x).view(b, n, self.heads * 4, -1, c // 8)
        x = self.mix(x)
        parts = self.mix(x).view(b, -1, 4, count)
        return q, parts, x.view(b, n, 4, count).transpose(1, 2).reshape(b, 4, n * count), x[:, :, :count]

    def sizes(self, x: torch.Tensor):
        half, third = x.shape[1] // 2, x.shape[-1] // self.window
        grid = half, third
        if (unused := x.shape[0] // 7) > 100:
            raise ValueError(x.shape[0] // 3)
        return x.expand(2, -1, -1, -1).narrow(2, 0, half), grid

    def shares(self, x: torch.Tensor, mask: torch.Tensor):
        b, n, c = x.shape
        images: int = mask.shape[0]
        parts = self.mix(x).view(b // images, images, n, c)
        spread = mask.repeat_interleave(b // mask.size(0), dim=0)
        tokens = self.mix(x)[:, 1:].reshape(b, n - 1, -1)
        return parts, spread, tokens, F.interpolate(x, size=n // 2)

    def forward(self, x: torch.Tensor, image: torch.Tensor, mask: torch.Tensor):
        B, C, H, W = image.shape
        part, (half, third) = self.sizes(x)
        folded = self.unfold(image).reshape(B, 2, C // 2, 4, -1)
        pooled = self.arranged(F.avg_pool2d(image, (2, 1)), H // self.stride[0], W)
        return folded, pooled, part, x.narrow(1, half, third), x.new_zeros(half, third), *self.windows(x), *self.halves(x), *self.shares(x, mask)


def build():
    return Slices(8), (torch.randn(4, 6, 8), torch.randn(2, 4, 6, 5), torch.randn(2, 3))
