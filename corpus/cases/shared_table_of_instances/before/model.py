"""Who takes an instance from a table gets a copy, in whichever file the table is."""
import torch
from torch import nn

import acts as activations
from acts import ACTIVATIONS as TABLE, MIXED, POOLS, Table, get_activation, softplus


class Block(nn.Module):
    own = {"gelu": nn.GELU(), "elu": nn.ELU()}

    def __init__(self, name="relu", act=None):
        super().__init__()
        self.first = TABLE[name]
        self.second = activations.ACTIVATIONS.get(name) if act is None else act
        self.third = get_activation(act or name)
        self.fourth = self.own["gelu"]
        self.fifth = Table.acts["sigmoid"]
        self.sixth = softplus
        kept = TABLE[name]
        self.fc = nn.Sequential(nn.Conv2d(4, 4, 1), kept, POOLS[0], nn.Conv2d(4, 4, 1), kept, POOLS[1])

    def forward(self, x):
        x = self.fc(self.third(self.second(self.first(x))))
        return self.sixth(self.fifth(self.fourth(x)))


class Learned(nn.Module):
    def __init__(self, name):
        super().__init__()
        self.act = MIXED[name]

    def forward(self, x):
        return self.act(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        own = nn.PReLU()
        self.blocks = nn.Sequential(*[Block() for _ in range(2)], Block(act=own))
        self.last = nn.Sequential(Learned("relu"), Learned("prelu"), Learned("prelu"))
        assert self.blocks[2].second is self.blocks[2].third is own
        assert self.last[1].act is self.last[2].act is MIXED["prelu"]

    def forward(self, x):
        return self.last(self.blocks(x))


def build():
    return Model(), (torch.randn(2, 4, 4, 4),)
