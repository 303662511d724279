"""Helpers."""
import torch


# a half turn
def _half(x):
    """Half."""
    a, b = x.chunk(2, -1)
    return torch.cat([-b, a], -1)


def apply_rot(x, sin, cos):
    return x * cos + _half(x) * sin


def squash(x, scale=1.0):
    return torch.tanh(x) * scale
