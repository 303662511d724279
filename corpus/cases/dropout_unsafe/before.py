"""On request it follows the mode: in train mode the bits are the same, in eval mode nothing is dropped."""
import torch
import torch.nn.functional as F
from torch import nn

class Prenet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = F.dropout(self.fc1(x), 0.5)
        return self.fc2(F.dropout2d(x, p=0.25, training=True))


def build():
    return Prenet(), (torch.randn(2, 32, 4, 32),)
