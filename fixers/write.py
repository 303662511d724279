"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile


class ChangedMeanwhile(OSError):
    """Somebody else wrote the file after it was read; what was made from the old bytes would undo their change."""

    def __init__(self, path: str) -> None:
        super().__init__(0, "changed by somebody else after it was read", path)


def write_atomically(path: str, data: bytes, read: bytes) -> None:
    """Replace the file at ``path``, which held ``read``, by one that holds ``data``.

    Mode and, where that is permitted, owner stay as they are. Of a link the file that it leads to is replaced. On any
    error the file is what it was and nothing is left beside it.

    Raises:
        ChangedMeanwhile: the file does not hold ``read`` any more.
        OSError: it is read-only, no regular file, or cannot be written.
    """
    target = os.path.realpath(path)
    status = os.stat(target)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "not a regular file", path)
    if not os.access(target, os.W_OK):
        raise PermissionError(0, "read-only file", path)
    temporary = _written_beside(target, data, status)
    try:
        _require_unchanged(target, read)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _written_beside(target: str, data: bytes, like: os.stat_result) -> str:
    """The path of a new file in the directory of ``target``, on disk in full, with the owner and mode of ``like``."""
    handle, temporary = tempfile.mkstemp(prefix=".modulint-", suffix=".tmp", dir=os.path.dirname(target))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        _give(temporary, like)
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def _give(path: str, like: os.stat_result) -> None:
    """Owner first: a change of owner clears bits of the mode."""
    if hasattr(os, "chown"):
        try:
            os.chown(path, like.st_uid, like.st_gid)
        except PermissionError:
            pass  # only root may give files away; the mode still holds
    os.chmod(path, stat.S_IMODE(like.st_mode))


def _require_unchanged(path: str, read: bytes) -> None:
    with open(path, "rb") as file:
        if file.read() != read:
            raise ChangedMeanwhile(path)
