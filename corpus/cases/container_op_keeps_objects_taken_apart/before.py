"""Containers whose objects are used as such: counted, indexed, taken apart, lengthened, or lost from sight."""
from collections import OrderedDict

import torch
from torch import nn


class Counted(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Indexed(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Unpacked(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Lengthened(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Listed(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Handed(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class FromDict(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Asked(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Named(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Tested(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Kept(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Sliced(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Returned(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Empty(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Read(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


def register(cls):
    return cls


@register
class Decorated(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Added(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class FromMethod(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Registered(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


def register_model(function):
    return function


def conv():
    return nn.Conv2d(32, 32, 1)


def take_last(container):
    return container[-1]


def make():
    made = Returned(conv(), conv())
    return made


@register_model
def registered():
    return Registered(conv(), conv())


CLASSES = {"kept": Kept}


class Net(nn.Module):
    def __init__(self, name="relu"):
        super().__init__()
        self.counted = Counted(conv(), conv())
        self.depth = len(self.counted)
        blocks = [Indexed(conv(), conv()) for _ in range(2)]
        self.blocks = nn.ModuleList(blocks)
        unpacked = Unpacked(conv(), conv())
        self.unpacked = nn.Sequential(*unpacked)
        self.lengthened = Lengthened(conv())
        self.lengthened.append(conv())
        listed = Listed(conv(), conv())
        self.listed = listed
        self.listed_names = list(listed)
        handed = Handed(conv(), conv())
        self.handed = handed
        self.handed_last = take_last(handed)
        self.from_dict = FromDict(OrderedDict([("cat", conv())]))
        self.asked = Asked(conv(), conv())
        self.asked.children()
        self.named = Named()
        self.named.add_module(name, conv())
        self.tested = Tested(conv(), conv())
        for module in self.modules():
            if isinstance(module, Tested):
                self.tested_length = len(module)
        self.kept = CLASSES["kept"](conv(), conv())
        self.sliced = nn.ModuleList([Sliced(conv(), conv())])
        for block in self.sliced:
            self.first = block[:1]
        self.returned = make()
        self.returned_length = len(self.returned)
        self.empty = Empty(conv())
        if not self.empty:
            self.empty = None
        self.read = Read(conv(), conv())
        self.read_first = getattr(self, "read")[0]
        self.decorated = Decorated(conv())

        self.added = Added(conv())
        self.added += nn.Sequential(conv())
        self.parts = [make() for make in (self.make_part,)]
        self.part = self.parts[0]
        self.part_length = len(self.part)
        self.registered = registered()

    def make_part(self):
        return FromMethod(conv(), conv())

    def forward(self, x):
        x = self.registered(self.part(self.added(x)[:, :32])[:, :32])[:, :32]
        x = self.blocks[0][0](self.blocks[1](x)[:, :32])
        x = self.sliced[0](self.unpacked(x))[:, :32]
        for module in (self.counted, self.lengthened, self.listed, self.handed, self.from_dict, self.asked, self.named):
            x = module(x)[:, :32]
        x = self.read(self.decorated(self.empty(self.tested(x)[:, :32])))[:, :32]
        return self.returned(self.kept(x)[:, :32])


def build():
    return Net(), (torch.randn(2, 32, 6, 6),)
