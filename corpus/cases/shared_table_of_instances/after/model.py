"""Who takes an instance from a table gets a copy, in whichever file the table is."""
import copy

import torch
from torch import nn

import acts as activations
from acts import ACTIVATIONS as TABLE, MIXED, POOLS, Table, get_activation, softplus


def own_copy(module):
    """A copy for the place that asks, or the module itself if places share its parameters or buffers."""
    shares = isinstance(module, nn.Module) and [*module.parameters(), *module.buffers()]
    return module if shares else copy.deepcopy(module)


class Block(nn.Module):
    own = {"gelu": nn.GELU(), "elu": nn.ELU()}

    def __init__(self, name="relu", act=None):
        super().__init__()
        self.first = copy.deepcopy(TABLE[name])
        self.second = copy.deepcopy(activations.ACTIVATIONS.get(name)) if act is None else act
        self.third = get_activation(act or name)
        self.fourth = copy.deepcopy(self.own["gelu"])
        self.fifth = copy.deepcopy(Table.acts["sigmoid"])
        self.sixth = copy.deepcopy(softplus)
        kept = TABLE[name]
        self.fc = nn.Sequential(nn.Conv2d(4, 4, 1), copy.deepcopy(kept), copy.deepcopy(POOLS[0]), nn.Conv2d(4, 4, 1), copy.deepcopy(kept), copy.deepcopy(POOLS[1]))

    def forward(self, x):
        x = self.fc(self.third(self.second(self.first(x))))
        return self.sixth(self.fifth(self.fourth(x)))


class Learned(nn.Module):
    def __init__(self, name):
        super().__init__()
        self.act = own_copy(MIXED[name])

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
