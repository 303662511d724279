"""Containers whose classes do more with what they contain than run over it, or in loops that take no condition."""
import torch
from torch import nn


class Counts(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1) / len(self)


class TakesLast(nn.Sequential):
    def forward(self, x):
        for module in self._modules.values():
            x = module(x)
        return torch.cat([x, self[-1](x)], 1)


class CallsAbove(nn.Sequential):
    def forward(self, x):
        return torch.cat([x, super().forward(x)], 1)


class Numbers(nn.Sequential):
    def __init__(self, width):
        super().__init__()
        for i in range(2):
            self.append(nn.Conv2d(width, width, 1))

    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class NumbersAtLast(nn.Sequential):
    def __init__(self, width):
        super().__init__()
        for i in range(2):
            self.add_module(f"conv{i}", nn.Conv2d(width, width, 1))

    def forward(self, x):
        out = [x]
        for i, module in enumerate(self):
            out.append(module(out[i]))
        return torch.cat(out, 1)


class ReadsBehind(nn.Sequential):
    def forward(self, x):
        for module in self._modules.values():
            x = module(x)
        return torch.cat([x, module(x)], 1)


class OneLine(nn.Sequential):
    def forward(self, x):
        for module in self._modules.values(): x = module(x)
        return torch.cat([x, x], 1)


class LongString(nn.Sequential):
    def forward(self, x):
        for module in self._modules.values():
            x = module(x)
            assert x.ndim == 4, """a message
of two lines"""
        return torch.cat([x, x], 1)


class HasLength(nn.Sequential):
    def __len__(self):
        return 2

    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Base(nn.Sequential):
    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Below(Base):
    def names(self):
        return list(self._modules)


class Nested(nn.Sequential):
    def forward(self, x):
        for first in self._modules.values():
            for second in self._modules.values():
                x = second(first(x))
        return torch.cat([x, x], 1)


class Setter(nn.Sequential):
    @property
    def size(self):
        return 0

    @size.setter
    def size(self, value):
        while len(self) < value:
            self.append(conv())

    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class MakesOthers(nn.Sequential):
    @classmethod
    def of(cls, layers):
        return cls(*layers)[:1]

    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Early(nn.Sequential):
    def __init__(self, *layers):
        super().__init__(*layers)
        for module in self.children():
            module.requires_grad_(True)

    def forward(self, x):
        return torch.cat([module(x) for module in self._modules.values()], 1)


class Scripted(nn.ModuleList):
    def forward(self, x):
        return torch.cat([module(x) for module in self], 1)


class InLoop(nn.Sequential):
    def forward(self, x):
        for module in self._modules.values():
            x = torch.cat([x, module(x)], 1)
        return x[:, :32]


def conv():
    return nn.Conv2d(32, 32, 1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Counts(conv(), conv())
        self.b = TakesLast(conv(), conv())
        self.c = CallsAbove(conv(), conv())
        self.d = Numbers(32)
        self.e = NumbersAtLast(32)
        self.f = ReadsBehind(conv(), conv())
        self.g = OneLine(conv(), conv())
        self.h = LongString(conv(), conv())
        self.i = HasLength(conv(), conv())
        self.j = Below(conv(), conv())
        self.k = Early(conv(), conv())
        self.l = Scripted([conv(), conv()])
        self.m = InLoop(conv())
        self.n = Nested(conv())
        self.o = Setter(conv())
        self.o.size = 2
        self.p = MakesOthers(conv(), conv())

    def forward(self, x):
        for module in (self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h, self.i, self.j, self.k, self.l, self.m):
            x = module(x)[:, :32]
        for module in (self.n, self.o, self.p):
            x = module(x)[:, :32]
        return x


def build():
    return Net(), (torch.randn(2, 32, 6, 6),)
