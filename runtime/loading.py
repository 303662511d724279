"""From what a user writes on a command line to a model and its inputs. Running this runs the user's code."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from modulint.runtime.errors import SpecError, user_code_error

_SHAPE = re.compile(
    r"(?:(?P<name>[^\W\d]\w*)=)?"
    r"(?P<sizes>\d+(?:x\d+)*)"
    r"(?::(?P<dtype>\w+))?"
    r"(?:(?P<opening>[\[(])(?P<low>[^,]+),(?P<high>[^,]+)(?P<closing>[\])]))?"
)
_INTEGERS_BELOW = 2


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a model is called with: ``model(*args, **kwargs)``."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is used up by the first of several passes.

        Raises:
            SpecError: an input is an iterator, such as a generator.
        """
        for value in (*self.args, *self.kwargs.values()):
            if isinstance(value, Iterator):
                raise SpecError(f"a {type(value).__name__} as input can be read only once: give a list or a tuple")

    @classmethod
    def of(cls, value: object) -> Inputs:
        """``value`` as the input of a model.

        A tuple or list is the positional arguments, a dict with names as its keys the keyword arguments, anything else
        the one argument. A model that takes a dict or a list as such is given ``(value,)``.
        """
        if isinstance(value, Inputs):
            return value
        if isinstance(value, (tuple, list)):
            return cls(tuple(value))
        if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
            return cls(kwargs=dict(value))
        return cls((value,))

    def map(self, function: Callable[[Tensor], object]) -> Inputs:
        """These inputs with ``function`` of each tensor in its place, also of those in tuples, lists and dicts."""
        kwargs = {name: map_tensors(value, function) for name, value in self.kwargs.items()}
        return Inputs(tuple(map_tensors(value, function) for value in self.args), kwargs)

    def describe(self) -> str:
        """The shapes and dtypes, as ``1x3x224x224:float32``."""
        named = [f"{name}={_described(value)}" for name, value in self.kwargs.items()]
        return ", ".join([*map(_described, self.args), *named]) or "no inputs"


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A random tensor: sizes, dtype, and the range of its values.

    ``low`` and ``high`` are None for the default: a normal distribution for floating and complex dtypes, 0 and 1 for
    integers and bool. ``low`` is included; ``high`` only where ``includes_high``, which is for integers. ``name`` is
    empty for a positional argument.
    """

    sizes: tuple[int, ...]
    dtype: torch.dtype = torch.float32
    low: float | None = None
    high: float | None = None
    includes_high: bool = False
    name: str = ""

    def make(self, generator: torch.Generator) -> Tensor:
        """A tensor of this kind, drawn from ``generator``."""
        if self.dtype is torch.bool:
            return torch.randint(2, self.sizes, generator=generator).to(torch.bool)
        if self.dtype.is_floating_point or self.dtype.is_complex:
            return self._fractions(generator).to(self.dtype)
        low = 0 if self.low is None else int(self.low)
        high = _INTEGERS_BELOW if self.high is None else int(self.high) + self.includes_high
        return torch.randint(low, high, self.sizes, generator=generator, dtype=self.dtype)

    def _fractions(self, generator: torch.Generator) -> Tensor:
        """Drawn in a dtype that has a generator on every device; half precision and 8 bits are rounded from it."""
        dtype = self.dtype if self.dtype in (torch.float64, torch.complex64, torch.complex128) else torch.float32
        if self.low is None or self.high is None:
            return torch.randn(self.sizes, generator=generator, dtype=dtype)
        return torch.rand(self.sizes, generator=generator, dtype=dtype) * (self.high - self.low) + self.low


def parse_shape(text: str) -> TensorSpec:
    """The tensor that ``1x3x224x224``, ``1x128:int64[0,30000)`` or ``mask=1x128:bool`` stands for.

    Raises:
        SpecError: it is written otherwise, the dtype does not exist, or the range is empty or does not fit the dtype.
    """
    match = _SHAPE.fullmatch(text.replace(" ", ""))
    if match is None:
        raise SpecError(f"input {text!r}: write sizes, dtype and range as 1x3x224x224 or 1x128:int64[0,30000)")
    sizes = tuple(int(size) for size in match["sizes"].split("x"))
    dtype = _dtype(match["dtype"] or "float32", text)
    spec = TensorSpec(sizes, dtype, name=match["name"] or "")
    return spec if match["opening"] is None else _with_range(spec, match, text)


def make_inputs(shapes: Sequence[str], seed: int = 0) -> Inputs:
    """Random inputs of these shapes, the same ones for the same seed.

    Raises:
        SpecError: see :func:`parse_shape`.
    """
    generator = torch.Generator().manual_seed(seed)
    tensors = [(spec.name, spec.make(generator)) for spec in map(parse_shape, shapes)]
    return Inputs(
        tuple(tensor for name, tensor in tensors if not name), {name: tensor for name, tensor in tensors if name}
    )


def call_inputs(spec: str, seed: int = 0) -> Inputs:
    """What the callable at ``spec`` gives as inputs; torch's random numbers are seeded before. See ``Inputs.of``.

    Raises:
        SpecError: there is no such callable.
        UserCodeError: it raised.
    """
    function = load_object(spec)
    if not callable(function):
        raise SpecError(f"{spec}: a {type(function).__name__} cannot be called to make inputs")
    torch.manual_seed(seed)
    try:
        return Inputs.of(function())
    except SpecError:
        raise
    except (Exception, SystemExit) as error:
        raise user_code_error(f"{spec} raised", error) from error


def parse_kwargs(text: str) -> dict[str, Any]:
    """Keyword arguments written as a JSON object.

    Raises:
        SpecError: it is something else.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise SpecError(f"--kwargs is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise SpecError(f'--kwargs must be a JSON object such as {{"width": 64}}, not {text}')
    return value


def build_model(spec: str, kwargs: Mapping[str, Any] | None = None) -> nn.Module:
    """The model that the callable at ``spec`` makes of ``kwargs``; a model that stands there ready is taken as it is.

    Raises:
        SpecError: there is no such callable, it wants other arguments, or gives something that is no module.
        UserCodeError: importing or calling it raised.
    """
    made = load_object(spec)
    if isinstance(made, nn.Module):
        if kwargs:
            raise SpecError(f"{spec} is a model already: it takes no --kwargs")
        return made
    if not callable(made):
        raise SpecError(f"{spec}: a {type(made).__name__} is neither a model nor makes one")
    _check_arguments(spec, made, kwargs or {})
    try:
        model = made(**kwargs or {})
    except (Exception, SystemExit) as error:
        raise user_code_error(f"{spec} raised", error) from error
    if not isinstance(model, nn.Module):
        raise SpecError(f"{spec} gave a {type(model).__name__}, not a torch.nn.Module")
    return model


def load_object(spec: str) -> object:
    """What stands at ``package.module:name`` or ``path/to/file.py:name``.

    The working directory, or for a file the directory that its package starts in, is put first where Python looks for
    modules, and stays there: the user's code may import more as it runs.

    Raises:
        SpecError: there is nothing.
        UserCodeError: importing it raised.
    """
    target, separator, name = spec.rpartition(":")
    if not separator or not target or not name:
        raise SpecError(f"{spec!r}: write package.module:callable or path/to/file.py:callable")
    look_first_in(search_directory(spec))
    module = _import_file(target) if target.endswith(".py") else _import_module(target)
    found: object = module
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise SpecError(f"{spec}: {target} has no {name}{_nearest(name, module)}") from None
    return found


def map_tensors(value: object, function: Callable[[Tensor], object]) -> object:
    """``value`` with ``function`` of each tensor in its place, also in tuples, lists and dicts."""
    if isinstance(value, Tensor):
        return function(value)
    if isinstance(value, tuple):
        parts: list[Any] = [map_tensors(part, function) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, list):
        return [map_tensors(part, function) for part in value]
    if type(value) is dict:
        return {key: map_tensors(part, function) for key, part in value.items()}
    return value


def _described(value: object) -> str:
    if isinstance(value, Tensor):
        return f"{'x'.join(map(str, value.shape)) or 'scalar'}:{str(value.dtype).removeprefix('torch.')}"
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(_described, value))})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_described(part)}' for key, part in value.items())}}}"
    return type(value).__name__


def _dtype(name: str, text: str) -> torch.dtype:
    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise SpecError(f"input {text!r}: torch has no dtype {name!r}")
    return dtype


def _with_range(spec: TensorSpec, match: re.Match[str], text: str) -> TensorSpec:
    fractional = spec.dtype.is_floating_point or spec.dtype.is_complex
    read = float if fractional else int
    try:
        low, high = read(match["low"]), read(match["high"])
    except ValueError:
        raise SpecError(f"input {text!r}: the range of a {match['dtype'] or 'float32'} must be two numbers") from None
    if match["opening"] != "[" or spec.dtype is torch.bool:
        raise SpecError(f"input {text!r}: a range is written [low,high) or [low,high], and bool has none")
    closed = match["closing"] == "]"
    if high < low or (high == low and not closed):
        raise SpecError(f"input {text!r}: nothing lies in that range")
    return TensorSpec(spec.sizes, spec.dtype, low, high, closed, spec.name)


def _check_arguments(spec: str, made: Callable[..., object], kwargs: Mapping[str, Any]) -> None:
    """Say which arguments are missing or unknown, before the call says so in its own words."""
    try:
        signature = inspect.signature(made)
    except (TypeError, ValueError):  # some callables written in C have none
        return
    try:
        signature.bind(**kwargs)
    except TypeError as error:
        given = f" with {', '.join(kwargs)}" if kwargs else " without arguments"
        hint = "give them as JSON: --kwargs '{\"name\": value}'"
        raise SpecError(f"{spec} cannot be called{given}: {error}; {hint}") from None


def look_first_in(directory: str) -> None:
    """Put ``directory`` first where Python looks for modules, unless it is there already."""
    if directory not in sys.path:
        sys.path.insert(0, directory)
        importlib.invalidate_caches()


def search_directory(spec: str) -> str:
    """Where modules are looked for first when ``spec`` is loaded, see :func:`load_object`."""
    target = spec.rpartition(":")[0]
    return _import_name(os.path.abspath(target))[0] if target.endswith(".py") else os.getcwd()


def _import_module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise SpecError(f"no module named {error.name!r}, looked for from {os.getcwd()}") from None
        raise user_code_error(f"importing {name} failed", error) from error
    except (Exception, SystemExit) as error:
        raise user_code_error(f"importing {name} failed", error) from error


def _import_file(path: str) -> ModuleType:
    file = os.path.abspath(path)
    if not os.path.isfile(file):
        raise SpecError(f"{path}: no such file")
    name = _import_name(file)[1]
    try:
        known = sys.modules.get(name)
        if known is not None and _is_at(known, file):
            return known
        if "." in name or (known is None and _leads_to(name, file)):
            return importlib.import_module(name)
        return _import_apart(name, file)
    except (Exception, SystemExit) as error:
        raise user_code_error(f"importing {path} failed", error) from error


def _import_name(file: str) -> tuple[str, str]:
    """The directory to import ``file`` from and its dotted name there: from above its package, so that ``..`` works."""
    directory, name = os.path.split(file.removesuffix(".py"))
    while os.path.isfile(os.path.join(directory, "__init__.py")):
        directory, package = os.path.split(directory)
        name = package if name == "__init__" else f"{package}.{name}"
    return directory, name


def _leads_to(name: str, file: str) -> bool:
    found = importlib.util.find_spec(name)
    return found is not None and found.origin is not None and os.path.abspath(found.origin) == file


def _import_apart(name: str, file: str) -> ModuleType:
    """Import a file whose name belongs to another module, under a name that nothing else has."""
    apart = f"{name}_{abs(hash(file)):x}"
    if apart in sys.modules:
        return sys.modules[apart]
    spec = importlib.util.spec_from_file_location(apart, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[apart] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[apart]
        raise
    return module


def _is_at(module: ModuleType, file: str) -> bool:
    origin = getattr(module, "__file__", None)
    return origin is not None and os.path.abspath(origin) == file


def _nearest(name: str, module: ModuleType) -> str:
    from modulint.lint.settings import nearest

    return nearest(name, (each for each in vars(module) if not each.startswith("_")))
