"""Sums of sizes and what padding adds, where no tensor is shown to have that size."""

import torch
import torch.nn.functional as F
from torch import nn


class Model(nn.Module):
    def __init__(self, window=4):
        super().__init__()
        self.window = window
        self.pads = True

    def by_a_setting(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -w % self.window
        if self.pads:
            x = F.pad(x, (0, 0, 0, rest))
        return x.reshape(b, h, w + rest, c)

    def where_both_are_missing(self, x: torch.Tensor):
        b, h, w, c = x.shape
        below, right = -h % self.window, -w % self.window
        if below > 0 and right > 0:
            x = F.pad(x, (0, 0, 0, right, 0, below))
        return x.reshape(b, h + below, w + right, c)

    def where_more_than_one_is_missing(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -h % self.window
        if rest > 1:
            x = F.pad(x, (0, 0, 0, 0, 0, rest))
        return x.reshape(b, h + rest, w, c)

    def where_nothing_is_missing(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -w % self.window
        if rest == 0:
            x = F.pad(x, (0, 0, 0, rest))
        return x * (w + rest)

    def where_another_axis_misses_some(self, x: torch.Tensor):
        b, h, w, c = x.shape
        below, rest = -h % self.window, -w % self.window
        if below > 0:
            x = F.pad(x, (0, 0, 0, rest))
        return x.reshape(b, h, w + rest, c)

    def by_an_old_answer(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -w % self.window
        missing = rest > 0
        rest = -h % self.window
        if missing:
            x = F.pad(x, (0, 0, rest, 0))
        return x * (h + rest)

    def by_an_answer_that_was_changed(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -w % self.window
        missing = rest > 0
        if h > 5:
            missing = self.pads
        if missing:
            x = F.pad(x, (0, 0, 0, rest))
        return x.reshape(b, h, w + rest, c)

    def before_it_is_padded(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -w % self.window
        end = w + rest
        x = F.pad(x, (0, 0, 0, rest))
        return x * end * rest

    def behind_a_crop(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -w % self.window
        x = F.pad(x, (0, 0, 0, rest))
        if rest > 0:
            x = x[:, :, 1:w]
        return x * (w + rest) * rest

    def in_front(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = w % self.window
        x = F.pad(x, (0, 0, 0, rest))
        return x * (w + rest)

    def where_a_trace_may_leave_it_out(self, x: torch.Tensor):
        b, h, w, c = x.shape
        rest = -w % self.window
        if rest > 0:
            x = F.pad(x, (0, 0, 0, rest))
        width = w + rest
        return x.sum() / width

    def forward(self, x: torch.Tensor):
        first = self.by_a_setting(x), self.where_both_are_missing(x), self.where_more_than_one_is_missing(x)
        second = self.where_nothing_is_missing(x), self.where_another_axis_misses_some(x), self.by_an_old_answer(x)
        third = self.by_an_answer_that_was_changed(x), self.before_it_is_padded(x), self.behind_a_crop(x), self.in_front(x)
        third = *third, self.where_a_trace_may_leave_it_out(x)
        return *first, *second, *third


def build():
    return Model(), (torch.randn(2, 5, 7, 8),)
