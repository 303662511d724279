"""Builds the model of the package."""
import torch
from package import Net


def build():
    return Net(), (torch.randn(2, 32),)
