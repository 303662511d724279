"""The project as a whole: who imports what, what a wheel holds, and that the documentation says what the tool says."""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from modulint.fixers.cli import main
from modulint.lint.report.rule_pages import write_table
from modulint.lint.rules import rules
from modulint.lint.settings import Settings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("lint", "fixers", "runtime")
GENERATOR = ROOT / "lint" / "docs" / "generate.py"
README = (ROOT / "README.md").read_text("utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FORBIDDEN = {
    "lint": {"modulint.fixers", "modulint.runtime", "torch", "libcst"},
    "fixers": {"torch"},
}
REQUIREMENT = re.compile(r"[\w.-]+")


# --- who imports what ------------------------------------------------------------------------------------------------


def imported_names(file: Path) -> Iterator[str]:
    """The absolute dotted name of everything that a file imports, wherever in it."""
    package = ("modulint", *file.parent.relative_to(ROOT).parts)
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = [*package[: len(package) - node.level + 1]] if node.level else []
            origin += [node.module] if node.module else []
            yield from (".".join([*origin, alias.name]) for alias in node.names)


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_file_imports_what_its_package_may_not(package: str) -> None:
    files = [*(ROOT / package).rglob("*.py")]
    assert files
    wrong = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in imported_names(file)
        if any(f"{name}.".startswith(f"{forbidden}.") for forbidden in FORBIDDEN[package])
    ]
    assert wrong == []


@pytest.mark.parametrize("package", FORBIDDEN)
def test_nothing_forbidden_is_loaded_with_a_package(package: str) -> None:
    program = f"""
import importlib, pkgutil, sys, modulint.{package} as top
for module in pkgutil.walk_packages(top.__path__, top.__name__ + "."):
    importlib.import_module(module.name)
print(*sys.modules)
"""
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert f"modulint.{package}" in loaded
    assert FORBIDDEN[package].isdisjoint(loaded)


# --- types and style -------------------------------------------------------------------------------------------------


def test_types_are_strict(tmp_path: Path) -> None:
    """Without torch, what imports it cannot be checked: mypy would miss its types."""
    (tmp_path / "modulint").mkdir()
    checked = ["modulint"]
    if importlib.util.find_spec("torch") is None:
        checked = ["--follow-imports=silent", "modulint/lint", "modulint/fixers"]
    for package in PACKAGES:
        (tmp_path / "modulint" / package).symlink_to(ROOT / package, target_is_directory=True)
    cache, settings = ROOT / ".mypy_cache", ROOT / "pyproject.toml"
    result = subprocess.run(
        [sys.executable, "-m", "mypy", f"--config-file={settings}", f"--cache-dir={cache}", *checked],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_pyflakes_finds_nothing() -> None:
    files = [file for file in own_files() if file.suffix == ".py" and ROOT / "corpus" / "cases" not in file.parents]
    command = [sys.executable, "-m", "pyflakes", *(str(file.relative_to(ROOT)) for file in files)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.stdout + result.stderr == ""


# --- what is installed -----------------------------------------------------------------------------------------------


def packages_on_disk() -> set[str]:
    found = {file.parent for package in PACKAGES for file in (ROOT / package).rglob("__init__.py")}
    return {".".join(["modulint", *folder.relative_to(ROOT).parts]) for folder in found}


def test_every_package_is_declared() -> None:
    assert packages_on_disk() == set(PROJECT["tool"]["setuptools"]["packages"])


def test_what_a_wheel_holds(tmp_path: Path) -> None:
    pytest.importorskip("setuptools", minversion="77")  # the extra `test` brings it, an older environment may not
    source = tmp_path / "source"
    for folder in PACKAGES:
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "-w", str(tmp_path), str(source)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    information = f"modulint-{PROJECT['project']['version']}.dist-info"
    assert {name.partition("/")[0] for name in names} == {"modulint", information}
    modules = {
        f"modulint/{file.relative_to(ROOT).as_posix()}"
        for package in packages_on_disk()
        for file in ROOT.joinpath(*package.split(".")[1:]).iterdir()
        if file.suffix in (".py", ".css", ".js")
    }
    data = {*(f"modulint/{package}/py.typed" for package in PACKAGES), "modulint/runtime/demo/example.py"}
    assert {name for name in names if name.startswith("modulint/")} == modules | data
    assert f"{information}/licenses/LICENSE" in names


def test_the_version_is_the_same_everywhere() -> None:
    version = PROJECT["project"]["version"]
    assert metadata.version("modulint") == version, "install the project again"
    assert f"\n## [{version}] - " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_constraints_pin_all_that_is_required() -> None:
    lines = (ROOT / ".ci" / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.match(r"[\w.-]+==[\w.]+(; |$)", pin) for pin in pins)
    pinned = {pin.partition("==")[0] for pin in pins}
    extras = PROJECT["project"]["optional-dependencies"]
    required = {
        found.group()
        for requirement in [*PROJECT["project"]["dependencies"], *extras["runtime"], *extras["test"]]
        if (found := REQUIREMENT.match(requirement))
    }
    assert required <= pinned


def test_a_user_gets_torch_with_the_runtime_extra_alone() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert [entry for entry in extras["runtime"] if entry.startswith("torch>=")] == extras["runtime"]
    assert not any(entry.startswith(("torch", "timm")) for entry in PROJECT["project"]["dependencies"])


# --- the documentation -----------------------------------------------------------------------------------------------


def block(language: str, containing: str = "") -> str:
    """The first code block of the README in a language that contains a text."""
    for match in re.finditer(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL):
        if containing in match[1]:
            return match[1]
    raise AssertionError(f"no {language} block with {containing!r} in the README")


def loaded(path: Path) -> ModuleType:
    """A file that belongs to no package, as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def output(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status of a ``modulint`` command that is run where the README is, and what it prints."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    status = main(shlex.split(command)[1:])
    return status, capsys.readouterr().out


def test_the_readme_shows_the_diff_that_its_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = block("sh").strip().rpartition(" && .venv/bin/")[2]
    assert f"`{command}` prints:" in README
    status, printed = output(command, monkeypatch, capsys)
    assert (status, printed) == (1, block("diff"))


def test_the_example_computes_the_same_when_it_is_fixed(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    fixed = tmp_path / "fixed.py"
    shutil.copy(ROOT / "runtime" / "demo" / "example.py", fixed)
    assert main(["check", "--isolated", "--select=MOD1,MOD2", "--fix", str(fixed)]) == 0
    results = []
    for path in (ROOT / "runtime" / "demo" / "example.py", fixed):
        torch.manual_seed(0)
        model = loaded(path).Classifier()
        images = torch.randn(2, 3, 32, 32)
        outputs = [model.train(mode)(images) for mode in (True, False)]
        outputs[0].sum().backward()
        gradients = [parameter.grad for parameter in model.parameters()]
        results.append((list(model.state_dict()), [*outputs, *gradients]))
    (keys, before), (keys_after, after) = results
    assert keys == keys_after
    assert len(before) == len(after) and all(map(torch.equal, before, after))


def test_the_readme_shows_json_that_the_tool_writes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, printed = output("modulint check --output-format json runtime/demo/example.py", monkeypatch, capsys)
    assert json.loads(block("json")) == json.loads(printed)[:1]


def test_the_readme_has_two_commands_that_set_up_all() -> None:
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv ")]
    assert len(commands) == 2
    make, install, run = (part.replace(".venv/bin/", "") for part in commands[1].split(" && "))
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert install.removeprefix("pip install ") in script
    assert run in script
    assert commands[1] in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_readme_has_every_setting() -> None:
    given = tomllib.loads(block("toml", "[tool.modulint]"))["tool"]["modulint"]
    assert set(given) == {field.name.replace("_", "-") for field in dataclasses.fields(Settings)}


def test_the_rule_pages_are_those_of_the_rules() -> None:
    pages = loaded(GENERATOR).pages()
    on_disk = {file.name: file.read_text("utf-8") for file in (ROOT / "lint" / "docs").glob("*.md")}
    assert on_disk == pages, "stale: run python lint/docs/generate.py"
    assert pages.keys() == {"README.md", *(f"{entry.rule.code}.md" for entry in rules())}


def test_the_readme_has_the_table_of_rules() -> None:
    assert loaded(GENERATOR).readme(README) == README, "stale: run python lint/docs/generate.py"
    out = io.StringIO()
    write_table([entry.rule for entry in rules()], "markdown", out)
    assert out.getvalue() in re.sub(r"\[(MOD\d+)\]\(\S+\)", r"\1", README)


def test_links_lead_to_files() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "corpus").glob("*.md"), *ROOT.glob("*/docs/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).is_file(), f"{page.relative_to(ROOT)} links to {target}"


# --- what must not stand anywhere ------------------------------------------------------------------------------------

MACHINE = re.compile(
    r"(?<![\w.])/(?:home|Users)/\w{3}|(?<![\w.])/(?:root|work|opt)/\w|\b[A-Z]:\\Users\\"
    r"|https?://[\w.-]*(?:pypi|pythonhosted|registry|artifact|nexus|mirror|download\.pytorch)"
    r"|(?:index-url|find-links|trusted-host)[ =]\s*\S"
)


def own_files() -> Iterator[Path]:
    yield from (file for file in ROOT.iterdir() if file.is_file() and file.name != ".coverage")
    for folder in (*PACKAGES, "tests", "corpus", ".ci"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and not {"__pycache__", ".venv", ".zoo"} & set(file.parts):
                yield file


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for file in own_files():
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1):
            if match := MACHINE.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {match.group()}")
    assert found == []
