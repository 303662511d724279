"""Functions set an attribute on objects that may be of the class itself: of a class below it, or of none that is shown."""
import torch
from torch import nn


class Base(nn.Module):
    pass


class Below(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.fc(self.act(x)))


class Wide(Below):
    pass


class Above(Base):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.nonlin = nn.ReLU()

    def forward(self, x):
        return self.nonlin(self.fc(self.nonlin(x)))


class Rebound(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.fc(self.relu(x)))


class Looped(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.gate = nn.ReLU()

    def forward(self, x):
        return self.gate(self.fc(self.gate(x)))


class Made(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.rectify = nn.ReLU()

    def forward(self, x):
        return self.rectify(self.fc(self.rectify(x)))


class Closed(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.final = nn.ReLU()

    def forward(self, x):
        return self.final(self.fc(self.final(x)))


class Other(nn.Module):
    def __new__(cls):
        return Made()


def below():
    model = Wide()
    model.act = nn.GELU()
    return model


def above(model: Base):
    model.nonlin = nn.GELU()


def rebound(model: nn.ReLU):
    with torch.no_grad():
        model = model.parent
    model.relu = nn.GELU()


def looped(module):
    found = nn.ReLU()
    for child in module.children():
        found.gate = nn.GELU()
        found = child


def made():
    model = Other()
    model.rectify = nn.GELU()
    return model


def closed(build):
    model = nn.ReLU()

    def fill():
        nonlocal model
        model = build()

    fill()
    model.final = nn.GELU()


def build():
    model = nn.Sequential(below(), Above(), Rebound(), Looped(), made(), Closed())
    above(model[1])
    return model, (torch.randn(2, 32),)
