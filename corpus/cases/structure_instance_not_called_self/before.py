"""An instance that is called `module` in both methods."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(module):
        super().__init__()
        module.fc = nn.Linear(32, 32)
        module.out = nn.Linear(32, 32)

    def forward(module, x):
        return module.out(F.relu(module.fc(x)))


def build():
    return Model(), (torch.randn(2, 32),)
