"""Padding by what other sizes miss than those that the tensor is shown to have, up to multiples that other modules keep."""

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
def _pad_last_2_by_what_is_missing(
    input: torch.Tensor, sizes: torch.Tensor, multiples: list[int]
) -> torch.Tensor:
    return F.pad(input, (
        0, -sizes.shape[1] % multiples[-1],
        0, -sizes.shape[0] % multiples[-2],
    ))


class PadWhatIsMissing(nn.Module):
    """Zeros behind the last 2 axes, as many as sizes miss to the next multiples; compiled where a model is traced."""

    def forward(self, input: torch.Tensor, sizes: list[int], multiples: list[int]) -> torch.Tensor:
        # A trace keeps the sizes of tensors, and takes other numbers that compiled code is given for constants.
        return _pad_last_2_by_what_is_missing(input, input.new_empty((sizes[0], sizes[1], 0)), multiples)


@torch.jit.script_if_tracing
def _pad_last_3_by_what_is_missing(
    input: torch.Tensor, sizes: torch.Tensor, multiples: list[int]
) -> torch.Tensor:
    return F.pad(input, (
        0, -sizes.shape[2] % multiples[-1],
        0, -sizes.shape[1] % multiples[-2],
        0, -sizes.shape[0] % multiples[-3],
    ))


class PadWhatIsMissingOp(nn.Module):
    """Zeros behind the last 3 axes, as many as sizes miss to the next multiples; compiled where a model is traced."""

    def forward(self, input: torch.Tensor, sizes: list[int], multiples: list[int]) -> torch.Tensor:
        # A trace keeps the sizes of tensors, and takes other numbers that compiled code is given for constants.
        return _pad_last_3_by_what_is_missing(input, input.new_empty((sizes[0], sizes[1], sizes[2], 0)), multiples)


class Attention(nn.Module):
    def __init__(self, resolution=3):
        super().__init__()
        self.resolution = resolution
        self.fc = nn.Linear(8, 8)

    def set_resolution(self, resolution):
        self.resolution = resolution

    def forward(self, x):
        return self.fc(x)


class Windows(nn.Module):
    """Pads to the windows of a module that it holds."""

    def __init__(self):
        super().__init__()
        self.pad_to_multiple = PadToMultiple()
        self.attn = Attention()

    def set_input_size(self, size):
        self.attn.set_resolution(min(size, 3))

    def forward(self, x: torch.Tensor):
        B, H, W, C = x.shape
        ws = self.attn.resolution
        x = self.pad_to_multiple(x, (ws, ws, 1))
        return self.attn(x.unflatten(2, (-1, ws)).unflatten(1, (-1, ws))).amax((2, 4))


class Downsample(nn.Module):
    """Pads what a layer of an unknown class gives."""

    def __init__(self, norm_layer=nn.BatchNorm2d):
        super().__init__()
        self.norm = norm_layer(8)
        self.pad_what_is_missing = PadWhatIsMissing()
        self.conv = nn.Conv2d(8, 8, 2, stride=2)

    def forward(self, x: torch.Tensor):
        B, C, H, W = x.shape
        x = self.norm(x)
        k_h, k_w = self.conv.kernel_size
        x = self.pad_what_is_missing(x, (H, W), (k_h, k_w))
        return self.conv(x)


class Turned(nn.Module):
    """Pads one axis by what another one misses."""

    def __init__(self):
        super().__init__()
        self.pad_what_is_missing = PadWhatIsMissingOp()
        self.act = nn.Tanh()

    def forward(self, x: torch.Tensor):
        b, c, h, w = x.shape
        return self.act(self.pad_what_is_missing(x, (c, 0, x.shape[2]), (3, 1, 8)))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.windows = Windows()
        self.downsample = Downsample()
        self.turned = Turned()

    def forward(self, x: torch.Tensor):
        x = self.windows(x).permute(0, 3, 1, 2)
        return self.turned(self.downsample(x))


def build():
    return Model(), (torch.randn(2, 8, 13, 8),)
