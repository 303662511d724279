"""A key that is only read in one branch need not be there; the callers out of sight may leave it out."""
from typing import Dict

from torch import Tensor, nn


class Fuse(nn.Module):
    def __init__(self, fused):
        super().__init__()
        self.fused = fused
        self.fc = nn.Linear(32, 32)

    def forward(self, parts: Dict[str, Tensor]):
        x = self.fc(parts["first"])
        return x + parts["second"] if self.fused else x


def use(model: Fuse, x):
    return model({"first": x})
