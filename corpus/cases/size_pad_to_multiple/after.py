"""Padding up to the next multiple of a setting, in each way to work it out: the arithmetic goes, and names that were only for it."""


import torch
import torch.nn.functional as F
from torch import nn


class RollOverDims(nn.Module):
    """`torch.roll` as a module."""

    def forward(self, input: torch.Tensor, shifts: list[int], dims: list[int]) -> torch.Tensor:
        return torch.roll(input, shifts, dims)


@torch.jit.script_if_tracing
def _pad_last_3_to_multiples(input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
    return F.pad(input, (
        0, -input.shape[-1] % multiples[-1],
        0, -input.shape[-2] % multiples[-2],
        0, -input.shape[-3] % multiples[-3],
    ))


class PadToMultiple(nn.Module):
    """Zeros behind the last 3 axes, up to the next multiple of these numbers; compiled where a model is traced."""

    def forward(self, input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
        return _pad_last_3_to_multiples(input, multiples)


class Block(nn.Module):
    def __init__(self, window_size=(4, 4), shift=0):
        super().__init__()
        self.window_size = window_size
        self.shift = shift
        self.roll = RollOverDims()
        self.pad_to_multiple = PadToMultiple()
        self.fc = nn.Linear(8, 8)

    def set_window(self, size):
        self.window_size = size

    def forward(self, x):
        B, H, W, C = x.shape
        if self.shift:
            y = self.roll(x, shifts=(-self.shift, -self.shift), dims=(1, 2))
        else:
            y = x
        # up to whole windows
        y = self.pad_to_multiple(y, (self.window_size[0], self.window_size[1], 1))
        _, Hp, Wp, _ = y.shape
        y = self.fc(y)
        return y[:, :H, :W, :].contiguous()


class Merge(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = 4
        self.pad_to_multiple = PadToMultiple()
        self.pad_to_multiple2 = PadToMultiple()
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        B, H, W, C = x.shape
        x = self.pad_to_multiple(x, (2, 2, 1))
        _, H, W, _ = x.shape
        ws = self.patch
        x = self.pad_to_multiple2(x, (ws, ws, 1))
        return self.fc(x)


def build():
    return nn.Sequential(Block(shift=1), Merge()), (torch.randn(2, 7, 9, 8),)
