"""Loops in which so much runs that their heads take several lines."""

import torch
import torch.nn as nn


class Concat(nn.Module):
    """`torch.cat` as a module."""

    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:
        return torch.cat(tensors, dim)


class Add(nn.Module):
    """`input + other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input + other


class Multiply(nn.Module):
    """`input * other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input * other


class Exponential(nn.Module):
    """`torch.exp` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return torch.exp(input)


class Neg(nn.Module):
    """`-input` as a module."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return -input


class Subtract(nn.Module):
    """`input - other` as a module."""

    def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return input - other


class Gates(nn.Module):
    def __init__(self, width=8, depth=3):
        super().__init__()
        self.projections = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.exps = nn.ModuleList([Exponential() for _ in self.projections])
        self.unflattens = nn.ModuleList([nn.Unflatten(dim=-1, unflattened_size=(2, -1)) for _ in self.projections])
        self.cats = nn.ModuleList([Concat() for _ in self.projections])
        self.tanhs = nn.ModuleList([nn.Tanh() for _ in self.projections])
        self.sigmoids = nn.ModuleList([nn.Sigmoid() for _ in self.projections])
        self.softmaxs = nn.ModuleList([nn.Softmax(dim=-1) for _ in self.projections])
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(depth)])

    def forward(self, x):
        for index, (projection, norm, softmax, sigmoid, tanh, cat, unflatten, exp) in enumerate(zip(
            self.projections, self.norms, self.softmaxs, self.sigmoids, self.tanhs, self.cats, self.unflattens,
            self.exps
        )):  # two lists to begin with
            y = norm(projection(x))
            gate = softmax(y) * sigmoid(y) + tanh(y)
            x = unflatten(cat([x, gate * (index + 1)], dim=-1)).mean(-2) - exp(-y)
        return x


class Layers(nn.Module):
    def __init__(self, width=8, depth=3):
        super().__init__()
        self.relus = nn.ModuleList([nn.ReLU() for _ in range(depth)])
        self.sigmoids = nn.ModuleList([nn.Sigmoid() for _ in range(depth)])
        self.tanhs = nn.ModuleList([nn.Tanh() for _ in range(depth)])
        self.muls = nn.ModuleList([Multiply() for _ in range(depth)])
        self.adds = nn.ModuleList([Add() for _ in range(depth)])
        self.negs = nn.ModuleList([Neg() for _ in range(depth)])
        self.exps = nn.ModuleList([Exponential() for _ in range(depth)])
        self.subs = nn.ModuleList([Subtract() for _ in range(depth)])
        self.softmaxs = nn.ModuleList([nn.Softmax(dim=-1) for _ in range(depth)])
        self.adds2 = nn.ModuleList([Add() for _ in range(depth)])
        self.linear_layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])

    def forward(self, x):
        for linear_layer, relu, sigmoid, tanh, add, mul, neg, exp, sub, softmax, add2 in zip(
            self.linear_layers, self.relus, self.sigmoids, self.tanhs, self.adds, self.muls, self.negs,
            self.exps, self.subs, self.softmaxs, self.adds2
        ):
            x = add2(sub(add(relu(linear_layer(x)), mul(sigmoid(x), tanh(x))), exp(neg(x))), softmax(x))
        return x


def build():
    return nn.Sequential(Gates(), torch.jit.script(Layers()) and Layers()), (torch.rand(2, 8),)
