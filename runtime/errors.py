"""What can go wrong with a user's model, said so that the user can act on it."""

from __future__ import annotations

import os
import re
import sysconfig
import traceback
from collections.abc import Iterable
from functools import cache
from types import FrameType

import torch

_TORCH = os.path.dirname(os.path.abspath(torch.__file__)) + os.sep
_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_STANDARD_LIBRARY = os.path.realpath(sysconfig.get_path("stdlib")) + os.sep
_SHOWN_AT_EACH_END = 4


class ModelError(Exception):
    """Why a model could not be loaded, run or compared. The text stands on its own."""


class SpecError(ModelError):
    """What the user wrote (a spec, a shape, keyword arguments) cannot be followed."""


class UserCodeError(ModelError):
    """The user's code raised. The text ends with their frames, without those of torch and of modulint."""


def is_user_file(path: str) -> bool:
    """Whether ``path``, as a code object has it, is a file that is neither torch's nor modulint's run-time part."""
    return not path.startswith(("<", _TORCH, _HERE))


@cache
def is_standard_library(path: str) -> bool:
    """Whether ``path`` is a file of Python itself."""
    packages = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
    path = os.path.realpath(path)
    return path.startswith(_STANDARD_LIBRARY) and not any(name in path for name in packages)


def user_code_error(doing: str, error: BaseException) -> UserCodeError:
    """``error``, raised while ``doing`` something, as a message with the user's frames."""
    return UserCodeError(f"{doing}: {summary(error)}{_advice(error)}\n{user_traceback(error)}".rstrip())


def summary(error: BaseException) -> str:
    """The kind of the error and the first paragraph of its text, in one line."""
    paragraph = str(error).strip().split("\n\n")[0]
    text = " ".join(paragraph.split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _advice(error: BaseException) -> str:
    """What to do about a model that asks for a device which is not there."""
    asks = re.search(r"\b(CUDA|NVIDIA|HIP|XPU|MPS)\b", str(error))
    if asks is None or torch.cuda.is_available():
        return ""
    return f"; no {asks[1]} device is to be had here: let the model take that of its input, or check it where one is"


def user_traceback(error: BaseException) -> str:
    """The user's frames of the traceback, the innermost last; a long one is cut in its middle."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if is_user_file(frame.filename)]
    omitted = len(frames) - 2 * _SHOWN_AT_EACH_END
    if omitted <= 0:
        return _listed(frames)
    first, last = frames[:_SHOWN_AT_EACH_END], frames[-_SHOWN_AT_EACH_END:]
    return f"{_listed(first)}\n  ... {omitted} more frames ...\n{_listed(last)}"


def user_frame(frame: FrameType | None, outermost: FrameType | None = None) -> FrameType | None:
    """The innermost frame that runs the user's code, from ``frame`` outwards, before ``outermost`` is reached."""
    while frame is not None and frame is not outermost:
        if is_user_file(frame.f_code.co_filename):
            return frame
        frame = frame.f_back
    return None


def _listed(frames: Iterable[traceback.FrameSummary]) -> str:
    lines = []
    for frame in frames:
        lines.append(f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}')
        if frame.line:
            lines.append(f"    {frame.line}")
    return "\n".join(lines)
