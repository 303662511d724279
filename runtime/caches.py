"""Function caches of the user's code, which must not keep what an observed pass computed."""

from __future__ import annotations

import functools
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from modulint.runtime.errors import is_user_file


@contextmanager
def caches_kept() -> Iterator[None]:
    """Empty each ``functools.lru_cache`` of the user's that was added to: it would hand out fake tensors later.

    Those that are made meanwhile, by a module that is imported only then, are not known.
    """
    before = [(cached, cached.cache_info().misses) for cached in _caches()]
    try:
        yield
    finally:
        for cached, misses in before:
            if cached.cache_info().misses != misses:
                cached.cache_clear()


def _caches() -> list[Any]:
    return [each for each in gc.get_objects() if type(each) is functools._lru_cache_wrapper and _is_users(each)]


def _is_users(cached: Any) -> bool:
    code = getattr(cached.__wrapped__, "__code__", None)
    return code is not None and is_user_file(code.co_filename)
