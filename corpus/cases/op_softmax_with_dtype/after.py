"""`nn.Softmax` takes no `dtype`: what no module expresses is left alone."""
import torch
import torch.nn.functional as F
from torch import nn

class FunctionalSoftmax(nn.Module):
    """`torch.nn.functional.softmax` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        dim: int | None = None,
        _stacklevel: int = 3,
        dtype: torch.dtype | None = None,
    ) -> torch.Tensor:
        return F.softmax(input, dim, _stacklevel, dtype)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.softmax = FunctionalSoftmax()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return self.softmax(self.fc(x), dim=-1, dtype=torch.float32)


def build():
    return Model(), (torch.randn(2, 32),)
