"""Whether tracers and exporters take the model, and whether what they make of it still computes the same."""

from __future__ import annotations

import contextlib
import copy
import importlib.util
import inspect
import io
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import torch
from torch import Tensor, nn
from torch.jit._trace import TracerWarning

from modulint.lint.finding import Finding
from modulint.runtime.errors import is_user_file, summary
from modulint.runtime.findings import Observation, class_name, finding
from modulint.runtime.loading import Inputs
from modulint.runtime.log import LOG, log_end, log_failure, log_start
from modulint.runtime.observe import has_nan, output_tensors
from modulint.runtime.positions import Position, raising_position, shown_path
from modulint.runtime.record import has_weights

Target = Literal["fx", "jit", "export", "onnx"]
TARGETS: Final[tuple[Target, ...]] = ("fx", "jit", "export", "onnx")
Outcome = Literal["passed", "failed", "wrong", "skipped"]

_CODES: Final = {"fx": "MOD601", "jit": "MOD602", "export": "MOD603", "onnx": "MOD604"}
_CALLS: Final = {
    "fx": "torch.fx.symbolic_trace",
    "jit": "torch.jit.trace",
    "export": "torch.export.export",
    "onnx": "torch.onnx.export",
}
_WAYS_OUT: Final = {
    "fx": "decide by what the constructor knows instead of by tensors, or put the function behind torch.fx.wrap",
    "jit": "return tensors, tuples or dicts of tensors, and decide nothing by their values",
    "export": "decide by shapes and constants instead of by values, or use torch.cond",
    "onnx": "first make it exportable, then replace the operator that has no ONNX counterpart",
}
_ONNX_PACKAGES: Final = ("onnx", "onnxscript")
_RELATIVE, _ABSOLUTE = 1e-3, 1e-5

Traced = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class TraceResult:
    """How one target took the model.

    "wrong" is a trace that succeeded and computes something else on the second input. ``reason`` is empty for
    "passed", or says what was left unchecked; ``position`` is the user's line that stopped it, ``remarks`` what the
    target warned about, each with its place.
    """

    target: Target
    outcome: Outcome
    reason: str = ""
    position: Position | None = None
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        at = f" at {self.position}" if self.position else ""
        reason = f": {self.reason}" if self.reason else ""
        way_out = f"; {self.way_out}" if self.outcome == "failed" else ""
        lines = [f"[{'x' if self.outcome == 'passed' else ' '}] {self.call}: {self.outcome}{at}{reason}{way_out}"]
        return "\n".join([*lines, *(f"      {remark}" for remark in self.remarks)])

    def __bool__(self) -> bool:
        return self.outcome in ("passed", "skipped")

    @property
    def call(self) -> str:
        """The function of torch that was tried."""
        return _CALLS[self.target]

    @property
    def code(self) -> str:
        """The code of the finding where it failed."""
        return _CODES[self.target]

    @property
    def way_out(self) -> str:
        """What to do where it failed."""
        return "" if self else _WAYS_OUT[self.target]


@dataclass(frozen=True, slots=True)
class Traceability:
    """How all targets took the model. It is true where none failed and none was wrong."""

    results: tuple[TraceResult, ...]
    class_name: str = field(default="")

    def __bool__(self) -> bool:
        return all(self.results)

    def __str__(self) -> str:
        return "\n".join(map(str, self.results))

    @property
    def verdict(self) -> str:
        """How many targets took the model, in a line."""
        counts = Counter(result.outcome for result in self.results)
        return ", ".join(f"{count} {outcome}" for outcome, count in counts.items())

    @property
    def findings(self) -> tuple[Finding, ...]:
        """A finding for each target that failed or was wrong."""
        return tuple(each.finding for each in self.observations)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """The same, with what to do about it apart."""
        return tuple(self._observations())

    def _observations(self) -> Iterator[Observation]:
        for result in self.results:
            if not result:
                issue = f"{result.call}: {result.reason}"
                message = f"{issue}; {result.way_out}"
                own = finding(result.code, message, result.position, self.class_name)
                yield Observation(own, issue, result.way_out)


def check_traceability(
    model: nn.Module, model_input: object, second_input: object = None, targets: Iterable[Target] = TARGETS
) -> Traceability:
    """Hand the model to each target in turn, and compare what comes out with the model on ``second_input``.

    The inputs are as for ``Inputs.of``; without a second one, the first one is taken backwards. A copy of the model is
    traced, in eval mode. Models without weights (on fake tensors, or on the meta device) are skipped.
    """
    first = Inputs.of(model_input)
    second = Inputs.of(second_input) if second_input is not None else first.map(_backwards)
    results = []
    for target in targets:
        log_start(_CALLS[target])
        result = _checked(target, model, first, second)
        if result:
            LOG.info("%s", result)
        else:
            log_failure(result.call, str(result.position or ""), class_name(model), result.reason)
        results.append(result)
    log_end("traceability", (result.call for result in results if not result))
    return Traceability(tuple(results), class_name(model))


def _checked(target: Target, model: nn.Module, first: Inputs, second: Inputs) -> TraceResult:
    if not has_weights(model):
        return TraceResult(target, "skipped", "the model has no weights here")
    missing = [name for name in _ONNX_PACKAGES if target == "onnx" and importlib.util.find_spec(name) is None]
    if missing:
        return TraceResult(target, "skipped", f"not installed: {', '.join(missing)}")
    try:
        copied = copy.deepcopy(model).eval()
    except Exception as error:
        return TraceResult(target, "skipped", f"the model cannot be copied: {summary(error)}")
    with torch.no_grad(), torch.random.fork_rng(devices=[]), _remarks() as remarks:
        try:
            traced = _TRACERS[target](copied, _fresh(first))
        except Exception as error:
            return TraceResult(target, "failed", summary(error), raising_position(error), tuple(remarks))
    return _compared(target, copied, traced, second, tuple(remarks))


def _compared(
    target: Target, model: nn.Module, traced: Traced | None, second: Inputs, remarks: tuple[str, ...]
) -> TraceResult:
    if traced is None:
        return TraceResult(target, "passed", "what it computes was not compared", remarks=remarks)
    try:
        expected = _run(model, second)
    except Exception as error:
        reason = f"not compared: the model itself fails on the second input: {summary(error)}"
        return TraceResult(target, "passed", reason, remarks=remarks)
    try:
        got = _run(traced, second)
    except Exception as error:
        return TraceResult(target, "wrong", f"fails on a second input: {summary(error)}", remarks=remarks)
    if any(map(has_nan, expected)):
        remarks += ("the model itself gives NaN on the second input",)
    reason = _difference(expected, got)
    return TraceResult(target, "wrong" if reason else "passed", reason, remarks=remarks)


def _run(model: Traced, inputs: Inputs) -> list[Tensor]:
    given = _fresh(inputs)
    with torch.no_grad(), torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        return [tensor for _, tensor in output_tensors(model(*given.args, **given.kwargs))]


def _difference(expected: list[Tensor], got: list[Tensor]) -> str:
    if len(expected) != len(got):
        return f"gives {len(got)} tensors on a second input instead of {len(expected)}"
    for number, (one, other) in enumerate(zip(expected, got), 1):
        if one.shape != other.shape:
            return f"output {number} has the shape {tuple(other.shape)} on a second input instead of {tuple(one.shape)}"
        if not torch.allclose(one.double(), other.double(), _RELATIVE, _ABSOLUTE, equal_nan=True):
            apart = float((one.double() - other.double()).abs().max())
            return f"output {number} differs on a second input, by up to {apart:.3g}"
    return ""


def _fx(model: nn.Module, _: Inputs) -> Traced:
    traced: Traced = torch.fx.symbolic_trace(model)
    return traced


def _jit(model: nn.Module, inputs: Inputs) -> Traced:
    if inputs.args and inputs.kwargs:
        raise TypeError("torch.jit.trace takes positional or keyword arguments, not both")
    given = {"example_kwarg_inputs": dict(inputs.kwargs)} if inputs.kwargs else {"example_inputs": inputs.args}
    traced: Traced = torch.jit.trace(model, check_trace=False, **given)  # type: ignore[no-untyped-call]
    return traced


def _export(model: nn.Module, inputs: Inputs) -> Traced:
    traced: Traced = torch.export.export(model, inputs.args, dict(inputs.kwargs)).module()
    return traced


def _onnx(model: nn.Module, inputs: Inputs) -> None:
    """Convert, and drop the result: running it would take another package."""
    options: dict[str, Any] = {"kwargs": dict(inputs.kwargs)}
    options = {
        name: value
        for name, value in {**options, "dynamo": True, "verbose": False}.items()
        if name in inspect.signature(torch.onnx.export).parameters
    }
    with contextlib.redirect_stdout(io.StringIO()):
        torch.onnx.export(model, inputs.args, **options)


_TRACERS: Final[dict[Target, Callable[[nn.Module, Inputs], Traced | None]]] = {
    "fx": _fx,
    "jit": _jit,
    "export": _export,
    "onnx": _onnx,
}


@contextlib.contextmanager
def _remarks() -> Iterator[list[str]]:
    """What the tracer warns about in the user's source, each once, with its place."""
    remarks: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield remarks
        for each in caught:
            if issubclass(each.category, TracerWarning) and is_user_file(each.filename):
                text = " ".join(str(each.message).split()).split(". ")[0]
                remarks.append(f"{shown_path(each.filename)}:{each.lineno}: {text}")
        remarks[:] = dict.fromkeys(remarks)


def _fresh(inputs: Inputs) -> Inputs:
    """Copies, since a model may write into its input."""
    return inputs.map(lambda tensor: tensor.detach().clone())


def _backwards(tensor: Tensor) -> Tensor:
    return tensor.flip(tuple(range(tensor.dim())))
