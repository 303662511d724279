"""`F.normalize` is four operations: its class has a module for each. A class that is there is used again."""
import torch
import torch.nn.functional as F
from torch import nn


class Normalize(nn.Module):
    """`torch.nn.functional.normalize` as a module, with one for each of its operations."""

    class Norm(nn.Module):
        def forward(self, input: torch.Tensor, p: float, dim: int) -> torch.Tensor:
            return input.norm(p, dim, keepdim=True)

    class ClampMin(nn.Module):
        def forward(self, input: torch.Tensor, min: float) -> torch.Tensor:
            return input.clamp_min(min)

    class Divide(nn.Module):
        def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
            return input / other

    def __init__(self) -> None:
        super().__init__()
        self.norm = self.Norm()
        self.clamp_min = self.ClampMin()
        self.divide = self.Divide()

    def forward(self, input: torch.Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> torch.Tensor:
        return self.divide(input, self.clamp_min(self.norm(input, p, dim), eps))


class MatMul(nn.Module):
    """`input @ other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input @ other


class Attention(nn.Module):
    def __init__(self, width, eps=1e-6):
        super().__init__()
        self.normalize = Normalize()
        self.normalize2 = Normalize()
        self.normalize3 = Normalize()
        self.matmul = MatMul()
        self.qk = nn.Linear(width, 2 * width)
        self.eps = eps

    def forward(self, x):
        q, k = self.qk(x).chunk(2, dim=-1)
        q = self.normalize(q, dim=-1)
        k = self.normalize2(k, 1.0, -1, eps=self.eps)
        return self.matmul(q, self.normalize3(k).transpose(-2, -1))


class Head(nn.Module):
    def forward(self, x):
        return F.normalize(x)


def build():
    return nn.Sequential(Attention(8), Head()), (torch.randn(2, 5, 8),)
