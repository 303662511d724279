"""A star import of a file that names what it gives."""
from .ops import *


class Squash(nn.Module):
    def forward(self, x):
        return F.tanh(x)
