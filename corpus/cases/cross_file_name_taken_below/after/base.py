"""A base class of which another file derives a class that has an attribute called `relu`."""
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)
        self.relu2 = nn.ReLU()
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        return self.out(self.relu2(self.fc(x)))
