"""What a layer was made with is read off it at its further calls; of arguments that say nothing new there is no word."""
import torch
from torch import nn


class FunctionalConv2d(nn.Module):
    """`torch.nn.functional.conv2d` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None = None,
        stride: list[int] = (1, 1),
        padding: list[int] = (0, 0),
        dilation: list[int] = (1, 1),
        groups: int = 1,
    ) -> torch.Tensor:
        return nn.functional.conv2d(input, weight, bias, stride, padding, dilation, groups)


class FunctionalConv2dUniform(nn.Module):
    """`torch.nn.functional.conv2d` as a module."""

    def __init__(self, padding) -> None:
        super().__init__()
        self.padding = padding

    def forward(
        self,
        input: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None = None,
        stride: int = 1,
        dilation: int = 1,
        groups: int = 1,
    ) -> torch.Tensor:
        return nn.functional.conv2d(input, weight, bias, stride, self.padding, dilation, groups)


class FunctionalConv2dNamed(nn.Module):
    """`torch.nn.functional.conv2d` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None = None,
        stride: list[int] = (1, 1),
        padding: str = "valid",
        dilation: list[int] = (1, 1),
        groups: int = 1,
    ) -> torch.Tensor:
        return nn.functional.conv2d(input, weight, bias, stride, padding, dilation, groups)


class FunctionalLayerNorm(nn.Module):
    """`torch.nn.functional.layer_norm` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        normalized_shape: list[int],
        weight: torch.Tensor | None = None,
        bias: torch.Tensor | None = None,
        eps: float = 1e-05,
    ) -> torch.Tensor:
        return nn.functional.layer_norm(input, normalized_shape, weight, bias, eps)


class FunctionalGroupNorm(nn.Module):
    """`torch.nn.functional.group_norm` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        num_groups: int,
        weight: torch.Tensor | None = None,
        bias: torch.Tensor | None = None,
        eps: float = 1e-05,
    ) -> torch.Tensor:
        return nn.functional.group_norm(input, num_groups, weight, bias, eps)


class FunctionalPReLU(nn.Module):
    """`torch.nn.functional.prelu` as a module."""

    def forward(self, input: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return nn.functional.prelu(input, weight)


class FunctionalEmbedding(nn.Module):
    """`torch.nn.functional.embedding` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        weight: torch.Tensor,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> torch.Tensor:
        return nn.functional.embedding(
            input, weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse
        )


class FunctionalConv1d(nn.Module):
    """`torch.nn.functional.conv1d` as a module."""

    def forward(
        self,
        input: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None = None,
        stride: list[int] = (1,),
        padding: list[int] = (0,),
        dilation: list[int] = (1,),
        groups: int = 1,
    ) -> torch.Tensor:
        return nn.functional.conv1d(input, weight, bias, stride, padding, dilation, groups)


class Model(nn.Module):
    def __init__(self, width=4, kernel_size=3, padding=1, device=None):
        super().__init__()
        dd = {"device": device, "dtype": torch.float32}
        self.conv = nn.Conv2d(width, width, kernel_size, 1, kernel_size // 2, groups=width, bias=False, **dd)
        self.conv2 = FunctionalConv2d()
        self.either = nn.Conv2d(width, width, 3, padding=padding)
        self.conv3 = FunctionalConv2dUniform(padding=padding)
        self.same = nn.Conv2d(width, width, 3, padding="same", dilation=2)
        self.conv4 = FunctionalConv2dNamed()
        self.norm = nn.LayerNorm(8, eps=1e-6)
        self.layer_norm = FunctionalLayerNorm()
        self.group_norm = nn.GroupNorm(2, width)
        self.group_norm2 = FunctionalGroupNorm()
        self.act = nn.PReLU()
        self.prelu = FunctionalPReLU()
        self.line = nn.Conv1d(8, 8, 3, padding=(1,))
        self.conv5 = FunctionalConv1d()
        self.embed = nn.Embedding(10, 8, padding_idx=0)
        self.embedding = FunctionalEmbedding()
        self.register_buffer("index", torch.arange(8) + 1, persistent=False)
        self.last = nn.Identity()

    def forward(self, x):
        x = self.conv2(self.conv(x), self.conv.weight, self.conv.bias, padding=self.conv.padding, groups=self.conv.groups)
        x = self.conv3(self.either(x), self.either.weight, self.either.bias)
        x = self.conv4(self.same(x), self.same.weight, self.same.bias, padding=self.same.padding, dilation=self.same.dilation)
        x = self.layer_norm(self.norm(x), self.norm.normalized_shape, self.norm.weight, self.norm.bias, eps=self.norm.eps)
        x = self.prelu(self.group_norm2(self.act(self.group_norm(x)), self.group_norm.num_groups, self.group_norm.weight, self.group_norm.bias), self.act.weight)
        x = x.mean(1) + self.embed(self.index)
        x = self.conv5(self.line(x) + self.embedding(self.index, self.embed.weight, padding_idx=self.embed.padding_idx), self.line.weight, self.line.bias, padding=self.line.padding)
        return self.last(x)


def build():
    return Model(), (torch.randn(2, 4, 8, 8),)
