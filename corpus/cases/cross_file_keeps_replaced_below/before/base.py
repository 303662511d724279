"""A base class whose activation another file's class replaces."""
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return self.act(self.fc(self.act(x)))
