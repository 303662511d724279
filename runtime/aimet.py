"""The names that AIMET's users know. Switching is one import line::

    from modulint.runtime.aimet import ArchChecker, ModelValidator

AIMET's classes keep checks and findings for the life of the process. Here the checks that are added are kept, since
that is what ``add_check`` asks for; findings belong to the call that returns them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar

from torch import nn

from modulint.runtime.architecture import ArchitectureFinding, ArchitectureReport, PatternCheck, check_model_arch
from modulint.runtime.graph import Node
from modulint.runtime.validate import DATA_MOVEMENT, validate_model

DATA_MOVEMENT_OF_AIMET = DATA_MOVEMENT | {
    f"{namespace}.{name}" for namespace in ("torch", "torch.Tensor") for name in ("mean", "index_select", "eq", "ne")
}
"""What AIMET lets run without a module beyond ``DATA_MOVEMENT``."""


class ModelValidator:
    """AIMET's ``aimet_torch.model_validator.model_validator.ModelValidator``."""

    _added: ClassVar[list[Callable[..., bool]]] = []

    @staticmethod
    def add_check(validation_check: Callable[..., bool]) -> None:
        """Add ``validation_check(model, model_input, **kwargs)``, which gives whether the model is valid."""
        ModelValidator._added.append(validation_check)

    @staticmethod
    def validate_model(
        model: nn.Module, model_input: object, layers_to_exclude: Iterable[nn.Module] | None = None, **kwargs: Any
    ) -> bool:
        """Whether all checks accept the model. ``validate.validate_model`` also says why not.

        Raises:
            ModelError: the model cannot be observed.
        """
        excluded = list(layers_to_exclude or ())
        valid = bool(validate_model(model, model_input, excluded, data_movement=DATA_MOVEMENT_OF_AIMET))
        own = [check(model, model_input, layers_to_exclude=excluded, **kwargs) for check in ModelValidator._added]
        return valid and all(own)


class ArchChecker:
    """AIMET's ``aimet_torch.arch_checker.arch_checker.ArchChecker``."""

    _node_checks: ClassVar[dict[type[nn.Module], list[Callable[[nn.Module], bool]]]] = {}
    _pattern_checks: ClassVar[list[PatternCheck]] = []
    _export_dir: ClassVar[str | Path | None] = None

    @staticmethod
    def add_node_check(check_target_type: type[nn.Module], arch_check: Callable[[nn.Module], bool]) -> None:
        """Add ``arch_check(module)``, which gives whether a module of this class passes."""
        ArchChecker._node_checks.setdefault(check_target_type, []).append(arch_check)

    @staticmethod
    def add_pattern_check(arch_check: PatternCheck) -> None:
        """Add a check on the graph. It takes modulint's ``Graph``, not AIMET's ``ConnectedGraph``."""
        ArchChecker._pattern_checks.append(arch_check)

    @staticmethod
    def set_export_dir(dir_path: str | Path) -> None:
        """Where later calls write their report."""
        ArchChecker._export_dir = dir_path

    @staticmethod
    def check_model_arch(
        model: nn.Module, dummy_input: object, result_dir: str | Path | None = None
    ) -> ArchitectureReport:
        """Check the model, and write the report to ``result_dir`` or the export directory, if there is one.

        Raises:
            ModelError: the model cannot be observed.
        """
        checks = {
            target: [_as_node_check(check) for check in added] for target, added in ArchChecker._node_checks.items()
        }
        return check_model_arch(
            model,
            dummy_input,
            result_dir or ArchChecker._export_dir,
            node_checks=checks,
            pattern_checks=ArchChecker._pattern_checks,
        )


def _as_node_check(check: Callable[[nn.Module], bool]) -> Callable[[Node], Iterable[ArchitectureFinding]]:
    name = getattr(check, "__name__", type(check).__name__)

    def node_check(node: Node) -> Iterable[ArchitectureFinding]:
        if node.module is not None and not check(node.module):
            yield ArchitectureFinding(name, node.name, f"fails the check {name}", f"see {name}", node.position)

    node_check.__name__ = name
    return node_check
