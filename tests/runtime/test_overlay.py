"""Sources that stand in for files: what is imported is what was given, and all else is as it was."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from modulint.runtime.loading import load_object
from modulint.runtime.overlay import overlay

WriteFile = Callable[[str, str], Path]


@pytest.fixture
def package(write_file: WriteFile, project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two modules, with bytecode of both on disk."""
    write_file("pack/__init__.py", "")
    write_file("pack/one.py", "from pack import two\ndef value():\n    return 'on disk ' + two.NAME\n")
    write_file("pack/two.py", "NAME = 'two'\n")
    sys.path.insert(0, str(project))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    importlib.invalidate_caches()
    importlib.import_module("pack.one")
    for name in ("pack", "pack.one", "pack.two"):
        del sys.modules[name]
    assert any((project / "pack" / "__pycache__").iterdir())
    return project / "pack"


def given(path: Path, source: str, encoding: str = "utf-8") -> dict[str, bytes]:
    return {os.path.realpath(path): source.encode(encoding)}


def test_the_text_given_is_imported(package: Path) -> None:
    sources = given(package / "one.py", "from . import two\n\n\ndef value():\n    return 'given ' + two.NAME\n")
    with overlay({**sources, **given(package / "three.py", "")}) as imported:
        module = importlib.import_module("pack.one")
    assert module.value() == "given two" and module.__file__ == str(package / "one.py")
    assert imported == set(sources), "neither the file that is not touched nor the one that nobody imports"
    assert "on disk" in (package / "one.py").read_text()
    del sys.modules["pack.one"]
    assert importlib.import_module("pack.one").value() == "on disk two", "it ends with the context"


def test_a_file_that_belongs_to_no_package_and_links(package: Path) -> None:
    (package / "link.py").symlink_to(package / "two.py")
    with overlay(given(package / "two.py", "# coding: latin-1\nNAME = 'zwö\u00df'\n", "latin-1")) as imported:
        assert load_object(f"{package / 'link.py'}:NAME") == "zwöß"
    assert imported == {str(package / "two.py")}


def test_who_asks_for_the_source_sees_what_runs(package: Path) -> None:
    source = "import torch\n\n\n@torch.jit.script\ndef double(x):\n    return x * 2\n\n\n"
    source += "def fail():\n    raise ValueError\n"
    with overlay(given(package / "two.py", source)):
        module = importlib.import_module("pack.two")
    assert module.double(torch.ones(1)).item() == 2
    assert inspect.getsource(module.fail) == "def fail():\n    raise ValueError\n"
    with pytest.raises(ValueError) as caught:
        module.fail()
    assert traceback.extract_tb(caught.value.__traceback__)[-1].line == "raise ValueError"
