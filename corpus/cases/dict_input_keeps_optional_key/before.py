"""A key that may be missing."""
from torch import nn


class Fuse(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, parts: dict):
        x = self.fc(parts["first"])
        if "second" in parts:
            x = x + parts["second"]
        return x
