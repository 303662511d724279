"""`__init__` may return early: the definition stands before that, and is the last child on neither way."""
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self, head=True):
        super().__init__()
        self.relu = nn.ReLU()
        self.conv = nn.Conv2d(32, 32, 3)
        self.head = None
        if not head:
            return
        self.head = nn.Linear(32, 32)

    def forward(self, x):
        x = self.relu(self.conv(x))[:, :, 0, 0]
        return x if self.head is None else self.head(x)


def build():
    return Model(head=False), (torch.randn(2, 32, 6, 6),)
