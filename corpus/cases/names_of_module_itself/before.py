"""`dropout` is free, `training` and `half` never are; a class derived from a larger one of torch keeps that one's names."""
import torch
import torch.nn.functional as F
from torch import nn

class Layer(nn.TransformerEncoderLayer):
    def __init__(self):
        super().__init__(32, 4, 32, dropout=0.0, batch_first=True)
        self.out = nn.Linear(32, 32)

    def forward(self, x):
        x = F.dropout(super().forward(x), 0.1, self.training)
        return self.out(x)


def build():
    return Layer(), (torch.randn(2, 3, 32),)
