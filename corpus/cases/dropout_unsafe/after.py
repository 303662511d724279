"""On request it follows the mode: in train mode the bits are the same, in eval mode nothing is dropped."""
import torch
from torch import nn

class Prenet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 32)
        self.dropout = nn.Dropout()
        self.dropout2 = nn.Dropout2d(p=0.25)
        self.fc2 = nn.Linear(32, 32)

    def forward(self, x):
        x = self.dropout(self.fc1(x))
        return self.fc2(self.dropout2(x))


def build():
    return Prenet(), (torch.randn(2, 32, 4, 32),)
