"""Sources that stand in for files in this process: what is imported is the text given, whatever the file holds."""

from __future__ import annotations

import io
import linecache
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from importlib.util import decode_source
from types import CodeType
from unittest.mock import patch


@contextmanager
def overlay(sources: Mapping[str, bytes]) -> Iterator[set[str]]:
    """Import the bytes of ``sources``, by real path, in place of those files. Gives the files that it has happened to.

    All else about the modules stays as it is: their names, ``__file__``, and what lies beside them. Tracebacks and
    ``inspect.getsource``, which ``torch.jit.script`` goes by, show the text that runs.
    """
    get_code = SourceFileLoader.get_code
    imported: set[str] = set()

    def get_code_given(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        path = loader.get_filename(fullname)
        real = os.path.realpath(path)
        if real not in sources:
            return get_code(loader, fullname)
        data = sources[real]
        imported.add(real)
        # An entry without a time is never compared with the file.
        linecache.cache[path] = (len(data), None, io.StringIO(decode_source(data)).readlines(), path)
        code: CodeType = loader.source_to_code(data, path)
        return code

    with patch.object(SourceFileLoader, "get_code", get_code_given):
        yield imported
