"""Padding under the condition that something is missing, and sums that say the padded size again, where a tensor has it."""

import torch
import torch.nn.functional as F
from torch import nn


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


@torch.jit.script_if_tracing
def _pad_last_1_to_multiples(input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
    return F.pad(input, (
        0, -input.shape[-1] % multiples[-1],
    ))


class PadToMultipleOp(nn.Module):
    """Zeros behind the last axis, up to the next multiple of these numbers; compiled where a model is traced."""

    def forward(self, input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
        return _pad_last_1_to_multiples(input, multiples)


@torch.jit.script_if_tracing
def _pad_last_2_to_multiples(input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
    return F.pad(input, (
        0, -input.shape[-1] % multiples[-1],
        0, -input.shape[-2] % multiples[-2],
    ))


class PadToMultipleModule(nn.Module):
    """Zeros behind the last 2 axes, up to the next multiple of these numbers; compiled where a model is traced."""

    def forward(self, input: torch.Tensor, multiples: list[int]) -> torch.Tensor:
        return _pad_last_2_to_multiples(input, multiples)


class Windows(nn.Module):
    """Pads and crops under one condition."""

    def __init__(self, window_size=4):
        super().__init__()
        self.window_size = window_size
        self.pad_to_multiple = PadToMultiple()
        self.fc = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor):
        B, H, W, C = x.shape
        pad_b = (self.window_size - H % self.window_size) % self.window_size
        pad_r = (self.window_size - W % self.window_size) % self.window_size
        padding = pad_b > 0 or pad_r > 0
        if padding:
            x = self.pad_to_multiple(x, (self.window_size, self.window_size, 1))
        pH, pW = x.shape[1], x.shape[2]
        windows = x.unflatten(2, (-1, self.window_size)).unflatten(1, (-1, self.window_size)).transpose(2, 3)
        x = self.fc(windows).transpose(2, 3).reshape(B, pH, pW, C)
        if padding:
            x = x[:, :H, :W].contiguous()
        return x.flatten(1, 2)


class Partition(nn.Module):
    """Gives the padded size back."""

    def __init__(self, window_size=3):
        super().__init__()
        self.window_size = window_size
        self.pad_to_multiple = PadToMultipleOp()

    def forward(self, x: torch.Tensor):
        B, L, C = x.shape
        x = x.transpose(1, 2)
        pad = -L % self.window_size
        # whether something is missing or not
        x = self.pad_to_multiple(x, (self.window_size,))
        if pad:
            x = x.contiguous()
        padded = x.shape[2]
        pooled = x.unflatten(2, (-1, self.window_size)).amax(3)
        return x, pooled * padded


class Stem(nn.Module):
    """Chooses between two values."""

    def __init__(self, stride=(2, 4)):
        super().__init__()
        self.stride = stride
        self.pad_to_multiple = PadToMultipleModule()
        self.partition = Partition()

    def forward(self, x: torch.Tensor):
        B, L, C = x.shape
        rest = (self.stride[1] - L % self.stride[1]) % self.stride[1]
        x = self.pad_to_multiple(x, (self.stride[1], 1)) if 0 < rest else x
        x = x.unflatten(1, (2, -1)).amax(1) + x.unflatten(1, (-1, self.stride[1])).amax((1, 2))[:, None]
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
