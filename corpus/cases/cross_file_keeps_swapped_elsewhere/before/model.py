"""Swaps every activation by name."""
import torch
from net import Net
from torch import nn


def smoothed(model):
    model.act = nn.GELU()
    return model


def build():
    return smoothed(Net()), (torch.randn(2, 32),)
