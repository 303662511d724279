"""Functions that are more than a body: decorated, with a default that grows, or that names itself."""
import torch
from torch import nn


@torch.no_grad()
def scores(x):
    return torch.softmax(x, -1).log()


def noted(x, seen=[]):
    seen.append(x.shape)
    return torch.cat((x, x.relu()), -1)


def halved(x, turns=2):
    return halved(torch.tanh(x), turns - 1) if turns else x


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.out = nn.Linear(8, 4)

    def forward(self, x: torch.Tensor):
        x = halved(self.fc(x)) + scores(x)
        return self.out(noted(x))


def build():
    return Model(), (torch.randn(2, 4),)
