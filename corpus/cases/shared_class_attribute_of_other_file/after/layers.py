"""`default_act` is replaced to choose the activation of all layers that are made from then on."""
import copy

from torch import nn


def own_copy(module):
    """A copy for the place that asks, or the module itself if places share its parameters or buffers."""
    shares = isinstance(module, nn.Module) and [*module.parameters(), *module.buffers()]
    return module if shares else copy.deepcopy(module)


class Conv(nn.Module):
    default_act = nn.SiLU()

    def __init__(self, act=True):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 1)
        self.act = own_copy(self.default_act) if act is True else act if isinstance(act, nn.Module) else nn.Identity()

    def forward(self, x):
        return self.act(self.conv(x))
