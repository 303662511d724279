"""`super(Model, self)` and a base's `__init__` called by name."""
import torch
from torch import nn

class Base(nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        self.fc = nn.Linear(32, 32)
        self.relu = nn.ReLU()
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        return self.out(self.relu(self.fc(x)))


class Model(Base):
    def __init__(self):
        super(Model, self).__init__()
        self.elu = nn.ELU(alpha=0.5)
        self.head = nn.Linear(32, 32)

    def forward(self, x):
        return self.head(self.elu(super(Model, self).forward(x)))


def build():
    return Model(), (torch.randn(2, 32),)
