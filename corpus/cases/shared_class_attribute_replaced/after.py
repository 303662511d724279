"""`default_act` is one object for all blocks, and replaced from outside: a module with parameters stays one in all places."""
import copy

import torch
from torch import nn

def own_copy(module):
    """A copy for the place that asks, or the module itself if places share its parameters or buffers."""
    shares = isinstance(module, nn.Module) and [*module.parameters(), *module.buffers()]
    return module if shares else copy.deepcopy(module)


# What most blocks are made of.
class Conv(nn.Module):
    default_act = nn.SiLU()

    def __init__(self, act=True):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 1)
        self.act = own_copy(self.default_act) if act is True else act if isinstance(act, nn.Module) else nn.Identity()

    def forward(self, x):
        return self.act(self.conv(x))


class Transposed(nn.Module):
    default_act = nn.SiLU()

    def __init__(self):
        super().__init__()
        self.conv = nn.ConvTranspose2d(8, 8, 1)
        self.act = own_copy(self.default_act)

    def forward(self, x):
        return self.act(self.conv(x))


class Model(nn.Module):
    def __init__(self, act=None):
        super().__init__()
        if act is not None:
            Conv.default_act = act
        self.first = Conv()
        self.second = Conv()
        self.third = Transposed()

    def forward(self, x):
        return self.third(self.second(self.first(x)))


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.plain = Model()
        self.trained = Model(nn.PReLU())
        Conv.default_act = nn.SiLU()
        assert self.trained.first.act is self.trained.second.act

    def forward(self, x):
        return self.trained(self.plain(x))


def build():
    return Both(), (torch.randn(2, 8, 4, 4),)
