"""Activations by name. What is taken from here is one object for all."""
from torch import nn
from torch.nn import functional as F

ACTIVATIONS = {"relu": nn.ReLU(), "tanh": nn.Tanh(), "quick": F.hardswish, "none": None}
MIXED = nn.ModuleDict({"relu": nn.ReLU(), "prelu": nn.PReLU()})
POOLS = (nn.MaxPool2d(1), nn.AvgPool2d(1))
softplus = nn.Softplus()


def get_activation(name):
    if isinstance(name, nn.Module):
        return name
    activation = ACTIVATIONS[name.lower()]
    return activation


class Table:
    acts = {"sigmoid": nn.Sigmoid()}
