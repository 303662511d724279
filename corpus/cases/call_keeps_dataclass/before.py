"""A dataclass generates its `__init__`."""
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

@dataclass(eq=False)
class Model(nn.Module):
    width: int = 32

    def __post_init__(self):
        super().__init__()
        self.fc = nn.Linear(self.width, self.width)

    def forward(self, x):
        return F.relu(self.fc(x))
