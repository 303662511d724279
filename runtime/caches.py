"""What the user's code keeps of an observed pass: a function cache must not hand out tensors without values later."""

from __future__ import annotations

import functools
import gc
import weakref
from collections.abc import Collection
from types import FunctionType, ModuleType
from typing import Any

from torch import Tensor

from modulint.runtime.errors import is_user_file


class Passing:
    """The tensors that an observed pass makes, all of which should be gone when it is over."""

    def __init__(self) -> None:
        self._made: list[weakref.ref[Tensor]] = []

    def add(self, tensor: Tensor) -> None:
        """Look after ``tensor``."""
        self._made.append(weakref.ref(tensor))

    def forget(self) -> int:
        """Empty each ``functools.lru_cache`` of the user's that keeps such tensors; how many something else keeps."""
        if not self._alive():
            return 0
        gc.unfreeze()  # what is frozen is neither collected nor found
        gc.collect()  # the copy of the model that ran may be part of a cycle
        alive = self._alive()
        if alive:
            for cached in [each for each in gc.get_objects() if type(each) is functools._lru_cache_wrapper]:
                if _is_users(cached) and _keeps_any(cached, alive):
                    cached.cache_clear()
        return len(self._alive())

    def _alive(self) -> set[int]:
        return {id(tensor) for reference in self._made if (tensor := reference()) is not None}


def _is_users(cached: Any) -> bool:
    code = getattr(cached.__wrapped__, "__code__", None)
    return code is not None and is_user_file(code.co_filename)


def _keeps_any(cached: object, wanted: Collection[int]) -> bool:
    """Whether ``cached`` refers to one of the objects with these ids, be it through other objects."""
    ahead, seen = [cached], {id(cached)}
    while ahead:
        for part in gc.get_referents(ahead.pop()):
            if id(part) in wanted:
                return True
            if id(part) not in seen and not isinstance(part, (type, FunctionType, ModuleType)):
                seen.add(id(part))
                ahead.append(part)
    return False
