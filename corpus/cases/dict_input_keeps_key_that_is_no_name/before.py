"""`image-rgb` and `class` cannot be parameters."""
from torch import nn


class Fuse(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, parts: dict):
        return self.fc(parts["image-rgb"])


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32, 32)

    def forward(self, parts: dict):
        return self.fc(parts["class"])
