"""Functions, for the tracer each of them is one step."""
from typing import List, Optional

import torch
import torch.nn.functional as F

from . import register_notrace_function


@register_notrace_function  # branches on sizes
def resized(x: torch.Tensor, size: List[int], token: Optional[torch.Tensor] = None) -> torch.Tensor:
    """Tokens of another number."""
    ratio = max(x.shape[1] / size[0], 1.0)
    if list(x.shape[1:2]) != size:
        x = F.interpolate(x.transpose(1, 2), size=size).transpose(1, 2) * ratio
    if token is not None:
        x = torch.cat((token, x), dim=1)
    return x


@register_notrace_function
def _doubled(x):
    return torch.cat((x, x), dim=-1)


@register_notrace_function
def masked(x: Optional[torch.Tensor], weight: torch.Tensor):
    """A tracer runs it where it is given no tensor of the trace."""
    if x is None:
        return None
    return x * weight.sigmoid()
