"""Names of sizes that are read in other ways than by themselves, and assignments that are all there is of a block."""

import torch
from torch import nn

half = 0


def read():
    return half


class Model(nn.Module):
    calls = 0

    def shared(self, x: torch.Tensor):
        global half
        b, n, c = x.shape
        half = x[:, :, 1::2].shape[2]
        return x.reshape(b, n, 2, half) * read()

    def by_text(self, x: torch.Tensor):
        b, n, c = x.shape
        width = x[:, :, 1::2].shape[2]
        part = x[:, :, 3::4].shape[2]
        return x.reshape(b, n, 2, width) * locals()["width"], x.reshape(b, n, 4, part) * eval("part")

    def bound_below(self, x: torch.Tensor):
        b, n, c = x.shape
        width = x[:, :, 3::4].shape[2]

        def set_width():
            nonlocal width
            width = c // 2

        set_width()
        y = x.unflatten(-1, (2, -1))
        width = y.shape[3]
        return y.flatten(2).reshape(b, n, 2, width)

    def among_sizes(self, x: torch.Tensor):
        b, n, c = x.shape
        return x.reshape(b, n, 2, (width := c // 2)) * width, x.reshape(b, n * 1, 2, self.count()) * self.calls

    def count(self):
        self.calls += 1
        return 4

    def side_by_side(self, x: torch.Tensor):
        b, n, c = x.shape
        width, self.calls = x[:, :, 1::2].shape[2], 1
        return x.reshape(b, n, 2, width)

    def block(self, x: torch.Tensor):
        b, n, c = x.shape
        with torch.no_grad():
            width = x[:, :, 1::2].shape[2]
            part = width
        return x.reshape(b, n, 2, part)

    def inner(self, x: torch.Tensor):
        batch = x.shape[0]

        def split(t: torch.Tensor):
            b, n, c = t.shape
            return t.reshape(batch, n, 2, t[:, :, 1::2].shape[2])

        return split(x)

    def bound_again(self, x: torch.Tensor):
        b, n, c = x.shape
        y = x.reshape(b, n, c).flatten(1)
        n = x.dim()
        return y

    def bound_again_after_two(self, x: torch.Tensor):
        b, n, c = x.shape
        y = x.flatten(1)
        z = x.reshape(b, n, c).flatten(1)
        n = x.dim()
        return y + z

    def tried(self, x: torch.Tensor):
        b, n, c = x.shape
        other = x.shape[0] + x.shape[1]
        try:
            y = x.reshape(other, n * c)
        except RuntimeError:
            y = x
        try:
            y = y.reshape(n, b * c)
        except RuntimeError:
            y = y + 1
        return y

    def forward(self, x: torch.Tensor):
        self.calls = 0
        first = self.shared(x), *self.by_text(x), self.bound_below(x), *self.among_sizes(x)
        return *first, self.side_by_side(x), self.block(x), self.inner(x), self.bound_again(x), self.bound_again_after_two(x), self.tried(x)


def build():
    return Model(), (torch.randn(2, 6, 8),)
