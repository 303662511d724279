"""An instance that is called `module` in both methods."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(module):
        super().__init__()
        module.fc = nn.Linear(32, 32)
        module.relu = nn.ReLU()
        module.out = nn.Linear(32, 32)

    def forward(module, x):
        return module.out(module.relu(module.fc(x)))


def build():
    return Model(), (torch.randn(2, 32),)
