"""Loops of a container that number its parts, or pair them up with something else: the numbers stay what they were."""
import torch
from torch import nn


class AppendList(nn.Sequential):
    def __init__(self, *args, **kwargs):
        super().__init__(*args)

    def forward(self, x: torch.Tensor, features: list[torch.Tensor]) -> torch.Tensor:
        for i, module in enumerate(self):
            if i == 0:
                features.append(module(x))
            else:
                features.append(module(features[-1]))
        x = torch.cat(features, dim=1)
        return torch.relu(x)


class Hierarchical(nn.Sequential):
    def __init__(self, skips_first=False):
        super(Hierarchical, self).__init__()
        self.skips_first = skips_first

    def forward(self, x):
        out = []
        for i, module in enumerate(self._modules.values()):
            if not self.skips_first or i > 0:
                out.append(module(x))
        for j, (name, module) in enumerate(self._modules.items()):
            out.append(module(x))
        return torch.cat(out, 1)


class Parallel(nn.Sequential):
    def forward(self, x):
        out = []
        for module, xi in zip(self._modules.values(), x):
            out.append(module(xi))
        return torch.stack(out) if len(x) > 2 else torch.cat(out, 1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.list = AppendList(*[nn.Conv2d(32, 32, 1) for _ in range(3)])
        self.branches = Hierarchical(skips_first=True)
        for i in range(3):
            self.branches.add_module(f"branch{i}", nn.Conv2d(128, 32, 1))
        self.parallel = Parallel(nn.Conv2d(160, 32, 1), nn.Conv2d(160, 32, 1))

    def forward(self, x):
        x = self.list(x, [x])
        x = self.branches(x)
        return self.parallel([x, x])


def build():
    return Net(), (torch.randn(2, 32, 6, 6),)
