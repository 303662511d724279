"""Small models of timm and torchvision after ``--select ALL --fix``: the same bits, and operations on tensors only.

``corpus/zoo/run.py`` does the same for all models of its manifest, and measures for these tests as well.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import redirect_stdout
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from modulint.fixers.cli import main

PROGRAM = Path(__file__).parents[2] / "corpus" / "zoo" / "run.py"
NAMES = (
    "timm/test_byobnet",
    "timm/test_efficientnet",
    "timm/test_mambaout",
    "timm/test_nfnet",
    "timm/test_vit",
    "torchvision/shufflenet_v2_x0_5",
)
SHARED = ("timm/layers", "timm/models/_efficientnet_blocks.py", "torchvision/ops/misc.py")
"""What the files of these models take their layers from."""
LONGEST = 600  # seconds for all models of one side, on a machine that has other work as well

missing = [name for name in ("torch", "timm", "torchvision") if find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def loaded_program() -> ModuleType:
    spec = spec_from_file_location("zoo_run", PROGRAM)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there for the names in annotations
    spec.loader.exec_module(module)
    return module


zoo = loaded_program()
ENTRIES = zoo.chosen_entries(zoo.read_manifest(zoo.MANIFEST).entries, NAMES)
PATHS = sorted({*SHARED, *(entry.file for entry in ENTRIES)})

each_entry = pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.full_name) for entry in ENTRIES])


def fix(tree: Path) -> int:
    with redirect_stdout(StringIO()):  # what is left in some fifty files says nothing to a reader of a failed test
        return main(["check", "--fix", "--isolated", "--select", "ALL", *(str(tree / path) for path in PATHS)])


@pytest.fixture(scope="module")
def rewriting(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The installed libraries, copied and rewritten."""
    published, tree = libraries(), tmp_path_factory.mktemp("rewritten")
    zoo.copy_libraries(published, tree)
    assert fix(tree) in (0, 1)
    changed = zoo.changed_files(published, tree)
    return zoo.Rewriting(tree, changed, zoo.new_classes(published, tree, changed))


def libraries() -> Path:
    """The folder that timm and torchvision are installed in."""
    (folder,) = {Path(str(find_spec(name).origin)).parents[1] for name in zoo.LIBRARIES}  # type: ignore[union-attr]
    return folder


@pytest.fixture(scope="module")
def measurements(rewriting: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """What each model is and computes, from the installed libraries and from the rewritten ones, by its name."""
    folder = tmp_path_factory.mktemp("measured")
    running = []
    for side, version in (("before", None), ("after", rewriting)):
        files = [folder / f"{side}.{entry.library}.{entry.name}.json" for entry in ENTRIES]
        requests = [zoo.request_for(entry, file, version, aimet=False) for entry, file in zip(ENTRIES, files)]
        command = [sys.executable, str(PROGRAM), "--measure", json.dumps(requests)]
        process = subprocess.Popen(command, env=zoo.child_environment(), stderr=subprocess.PIPE, text=True)
        running.append((process, files))
    sides = []
    for process, files in running:
        errors = process.communicate(timeout=LONGEST)[1]
        assert process.returncode == 0, errors
        sides.append({entry.full_name: json.loads(file.read_text()) for entry, file in zip(ENTRIES, files)})
    return {name: (sides[0][name], sides[1][name]) for name in NAMES}


@each_entry
def test_the_same_model(entry: Any, measurements: dict[str, tuple[Any, Any]]) -> None:
    before, after = measurements[entry.full_name]
    assert "failure" not in before, before["failure"]
    assert "failure" not in after, after["failure"]
    assert [*before["state_dict"]] == [*after["state_dict"]]
    assert {aspect: before[aspect] for aspect in zoo.ASPECTS} == {aspect: after[aspect] for aspect in zoo.ASPECTS}


@each_entry
def test_a_shape_computation_is_never_turned_into_a_module(
    entry: Any, measurements: dict[str, tuple[Any, Any]]
) -> None:
    after = measurements[entry.full_name][1]
    assert after["new_calls"] > 0
    assert after["without_tensor"] == []


def test_a_second_run_changes_nothing(rewriting: Any) -> None:
    before = {path: path.read_bytes() for path in rewriting.tree.rglob("*.py")}
    assert fix(rewriting.tree) in (0, 1)
    assert {path: path.read_bytes() for path in rewriting.tree.rglob("*.py")} == before


def test_a_call_without_a_tensor_is_named() -> None:
    torch = pytest.importorskip("torch")

    class Add(torch.nn.Module):  # type: ignore[name-defined,misc]
        def forward(self, input: Any, other: Any) -> Any:
            return input + other

    name = f"{Add.__module__}.{Add.__qualname__}"
    add = Add()
    with zoo.counted_calls(torch, torch.nn.Sequential(add), [name]) as calls:
        add(torch.ones(2, 2), 1)
        add(1, other=2)
        add([torch.ones(1)], other=[])
    add(3, 4)
    assert calls == {"": 2, f"{name} is called with (int, int)": 1}
