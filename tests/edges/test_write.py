"""A file is written whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from modulint.fixers.write import ChangedMeanwhile, write_atomically


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.py"
    path.write_bytes(b"before\r\n")
    return path


def untouched(file: Path) -> bool:
    return file.read_bytes() == b"before\r\n" and os.listdir(file.parent) == [file.name]


def test_bytes_are_written_as_they_are(file: Path) -> None:
    write_atomically(str(file), b"after\r\n\xff", b"before\r\n")
    assert file.read_bytes() == b"after\r\n\xff"
    assert os.listdir(file.parent) == [file.name]


@pytest.mark.parametrize("mode", [0o755, 0o640, 0o600, 0o666])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    write_atomically(str(file), b"after", b"before\r\n")
    assert file.stat().st_mode & 0o7777 == mode


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root may give files away")
def test_the_owner_stays(file: Path) -> None:
    os.chown(file, 12345, 54321)
    file.chmod(0o2755)
    write_atomically(str(file), b"after", b"before\r\n")
    status = file.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (12345, 54321, 0o2755)


def test_the_file_behind_a_link_is_replaced(file: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("links") / "link.py"
    link.symlink_to(file)
    write_atomically(str(link), b"after", b"before\r\n")
    assert link.is_symlink()
    assert file.read_bytes() == b"after"
    assert os.listdir(file.parent) == [file.name]


@pytest.mark.parametrize("function", ["fsync", "replace", "chmod"])
def test_a_full_disk_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, function, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(str(file), b"after", b"before\r\n")
    assert untouched(file)


def test_a_write_that_ends_half_way_leaves_the_file_as_it_was(file: Path) -> None:
    script = f"""
import resource
from modulint.fixers.write import write_atomically
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_atomically({str(file)!r}, b"a" * 100_000, b"before\\r\\n")
except OSError as error:
    print(error.strerror)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout == "File too large\n"
    assert untouched(file)


def test_an_interrupt_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(str(file), b"after", b"before\r\n")
    assert untouched(file)


def test_what_somebody_else_wrote_is_kept(file: Path) -> None:
    with pytest.raises(ChangedMeanwhile, match="changed by somebody else"):
        write_atomically(str(file), b"after", b"as it was read")
    assert untouched(file)


def test_a_read_only_file_is_kept(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anything
    with pytest.raises(PermissionError, match="read-only"):
        write_atomically(str(file), b"after", b"before\r\n")
    assert untouched(file)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        write_atomically(str(tmp_path / "pipe"), b"after", b"")
    with pytest.raises(FileNotFoundError):
        write_atomically(str(tmp_path / "gone.py"), b"after", b"")
