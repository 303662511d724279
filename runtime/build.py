"""A model, with its weights or without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from torch import nn

from modulint.runtime.loading import build_model


def build(spec: str, kwargs: Mapping[str, Any], *, weightless: bool) -> nn.Module:
    """The model that ``spec`` makes; see :func:`no_weights` for ``weightless``.

    Raises:
        SpecError, UserCodeError: see ``loading.build_model``.
    """
    if not weightless:
        return build_model(spec, kwargs)
    with no_weights():
        return build_model(spec, kwargs)


@contextmanager
def no_weights() -> Iterator[None]:
    """Put each parameter on the meta device as a module takes it: no more than one of them has memory at a time.

    All other tensors stay real, since constructors compute with them and look at their values.
    """
    register = nn.Module.register_parameter

    def register_empty(module: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
        if type(parameter) is nn.Parameter and parameter.device.type != "meta":
            parameter = nn.Parameter(parameter.detach().to("meta"), parameter.requires_grad)
        register(module, name, parameter)

    with patch.object(nn.Module, "register_parameter", register_empty):
        yield
