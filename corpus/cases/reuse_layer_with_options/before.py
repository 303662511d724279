"""What a layer was made with is read off it at its further calls; of arguments that say nothing new there is no word."""
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, width=4, kernel_size=3, padding=1, device=None):
        super().__init__()
        dd = {"device": device, "dtype": torch.float32}
        self.conv = nn.Conv2d(width, width, kernel_size, 1, kernel_size // 2, groups=width, bias=False, **dd)
        self.either = nn.Conv2d(width, width, 3, padding=padding)
        self.same = nn.Conv2d(width, width, 3, padding="same", dilation=2)
        self.norm = nn.LayerNorm(8, eps=1e-6)
        self.group_norm = nn.GroupNorm(2, width)
        self.act = nn.PReLU()
        self.line = nn.Conv1d(8, 8, 3, padding=(1,))
        self.embed = nn.Embedding(10, 8, padding_idx=0)
        self.register_buffer("index", torch.arange(8) + 1, persistent=False)
        self.last = nn.Identity()

    def forward(self, x):
        x = self.conv(self.conv(x))
        x = self.either(self.either(x))
        x = self.same(self.same(x))
        x = self.norm(self.norm(x))
        x = self.act(self.group_norm(self.act(self.group_norm(x))))
        x = x.mean(1) + self.embed(self.index)
        x = self.line(self.line(x) + self.embed(self.index))
        return self.last(x)


def build():
    return Model(), (torch.randn(2, 4, 8, 8),)
