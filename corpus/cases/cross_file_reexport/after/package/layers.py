"""A star import of a file that names what it gives."""
from .ops import *


class Squash(nn.Module):
    def __init__(self):
        super().__init__()
        self.tanh = nn.Tanh()

    def forward(self, x):
        return self.tanh(x)
