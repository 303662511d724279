"""`nn.Softmax` takes no `dtype`: what no module expresses is left alone."""
import torch
import torch.nn.functional as F
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, x):
        return F.softmax(self.fc(x), dim=-1, dtype=torch.float32)


def build():
    return Model(), (torch.randn(2, 32),)
