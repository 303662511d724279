"""A metaclass may do anything when the class is called."""
import torch
import torch.nn.functional as F
from torch import nn

class Registering(type):
    def __call__(cls, *args):
        model = super().__call__(*args)
        model.registered = True
        return model


class Model(nn.Module, metaclass=Registering):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return F.relu(self.fc(x))


def build():
    return Model(), (torch.randn(2, 32),)
