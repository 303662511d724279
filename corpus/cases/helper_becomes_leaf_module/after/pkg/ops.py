"""Functions, for the tracer each of them is one step."""
from typing import List, Optional

import torch
import torch.nn.functional as F

from . import register_notrace_function, register_notrace_module


class Interpolate(torch.nn.Module):
    """`torch.nn.functional.interpolate` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        size: list[int] | None = None,
        scale_factor: list[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
        antialias: bool = False,
    ) -> torch.Tensor:
        return F.interpolate(
            input, size, scale_factor, mode, align_corners, recompute_scale_factor, antialias
        )


class MultiplyScalar(torch.nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: int | float) -> torch.Tensor:
        return input * other


class Concat(torch.nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


@register_notrace_function  # branches on sizes
def resized(x: torch.Tensor, size: List[int], token: Optional[torch.Tensor] = None) -> torch.Tensor:
    """Tokens of another number."""
    ratio = max(x.shape[1] / size[0], 1.0)
    if list(x.shape[1:2]) != size:
        x = F.interpolate(x.transpose(1, 2), size=size).transpose(1, 2) * ratio
    if token is not None:
        x = torch.cat((token, x), dim=1)
    return x


@register_notrace_module
class Resized(torch.nn.Module):
    """`resized` as a module."""

    def __init__(self):
        super().__init__()
        self.interpolate = Interpolate()
        self.mul = MultiplyScalar()
        self.cat = Concat()

    def forward(self, x: torch.Tensor, size: List[int], token: Optional[torch.Tensor] = None) -> torch.Tensor:
        ratio = max(x.shape[1] / size[0], 1.0)
        if list(x.shape[1:2]) != size:
            x = self.mul(self.interpolate(x.transpose(1, 2), size=size).transpose(1, 2), ratio)
        if token is not None:
            x = self.cat((token, x), dim=1)
        return x


@register_notrace_module
class _Doubled(torch.nn.Module):
    def forward(self, x: torch.Tensor):
        return torch.cat((x, x), dim=-1)


@register_notrace_function
def masked(x: Optional[torch.Tensor], weight: torch.Tensor):
    """A tracer runs it where it is given no tensor of the trace."""
    if x is None:
        return None
    return x * weight.sigmoid()
