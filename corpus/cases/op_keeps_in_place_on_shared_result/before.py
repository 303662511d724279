"""What a module gives may be seen by other code: its input, what it keeps, what it was called with."""
import torch
from torch import nn


class Sometimes(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(8)

    def forward(self, x: torch.Tensor):
        if self.training:
            return self.norm(x)
        return x


class Keeps(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        self.seen = self.fc(x)
        x = self.fc(x)
        self.last = [x]
        return x


class Table(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("offset", torch.zeros(8))

    def forward(self, x):
        return self.offset


class Tries(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x):
        try:
            return x
        except RuntimeError:
            pass
        return self.fc(x)


class Overlaid(Sometimes):
    def forward(self, x):
        x = super().forward(x)
        return x


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Sometimes()
        self.third = Keeps()
        self.fourth = Table()
        self.fifth = Tries()
        self.sixth = Overlaid()
        self.seventh = nn.Sequential(nn.Dropout(0.0), Sometimes())

    def forward(self, x: torch.Tensor):
        one = self.first(x)
        one += 1.0
        three = self.third(x)
        three += 1.0
        four = self.fourth(x)
        four += 1.0
        five = self.fifth(x)
        five += 1.0
        six = self.sixth(x)
        six += 1.0
        seven = self.seventh(x)
        seven += 1.0
        mask = torch.clone(x)
        mask.ge_(0.5)
        return one, three, four, five, six, seven, mask, self.third.last[0], self.fourth.offset
