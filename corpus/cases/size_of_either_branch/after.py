"""Sizes that are read again in a branch: behind it they are those of the tensor, whichever branch ran."""

import torch
import torch.nn.functional as F
from torch import nn


@torch.jit.script_if_tracing
def _pad_last_2_to_multiples(input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
    return F.pad(input, (
        0, -input.shape[-1] % multiples[-1],
        0, -input.shape[-2] % multiples[-2],
    ))


class PadToMultiple(nn.Module):
    """Zeros behind the last 2 axes, up to the next multiple of these numbers; compiled where a model is traced."""

    def forward(self, input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
        return _pad_last_2_to_multiples(input, multiples)


class Patches(nn.Module):
    def __init__(self, size=4):
        super().__init__()
        self.size = size
        self.pad_to_multiple = PadToMultiple()

    def forward(self, x: torch.Tensor):
        b, c, h, w = x.shape
        size = self.size
        if h % size != 0 or w % size != 0:
            x = self.pad_to_multiple(x, (size, size))
            _, _, h, w = x.shape
        x = x.unflatten(-1, (-1, size)).unflatten(2, (-1, size)).permute(0, 2, 4, 1, 3, 5)
        return x.flatten(3).flatten(1, 2)


def build():
    return Patches(), (torch.randn(2, 3, 8, 10),)
