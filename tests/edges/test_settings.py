"""Which rules run, and which settings are refused."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import pytest

from modulint.lint import settings as settings_module
from modulint.lint.rule import Rule
from modulint.lint.rules import LoadedRule
from modulint.lint.settings import (
    Exclusion,
    ModelSettings,
    Settings,
    SettingsError,
    common_directory,
    load,
    load_file,
    with_options,
)

CODES = ("MOD101", "MOD102", "MOD103", "MOD201")


def declared(code: str) -> LoadedRule:
    rule = Rule(code, f"rule-{code}", "summary", "why", (), (), (), default=code != "MOD103")
    return LoadedRule(rule, lambda file: (), f"{code}.py")


@pytest.fixture(autouse=True)
def four_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "rules", lambda: tuple(map(declared, CODES)))


def running(settings: Settings) -> str:
    return " ".join(code for code in CODES if settings.enabled(code))


def write(directory: Path, text: str) -> Path:
    file = directory / "pyproject.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(Settings(), "MOD101 MOD102 MOD201", id="default: all but those that are off"),
        pytest.param(Settings(select=("ALL",)), "MOD101 MOD102 MOD103 MOD201", id="ALL is all"),
        pytest.param(Settings(select=()), "", id="an empty selection selects nothing"),
        pytest.param(Settings(select=("MOD2",)), "MOD201", id="select replaces the default"),
        pytest.param(Settings(extend_select=("MOD103",)), " ".join(CODES), id="extend-select adds to the default"),
        pytest.param(Settings(select=("MOD2",), extend_select=("MOD101",)), "MOD101 MOD201", id="and to a selection"),
        pytest.param(Settings(ignore=("MOD1",)), "MOD201", id="ignore takes away from the default"),
        pytest.param(Settings(select=("MOD101",), ignore=("MOD1",)), "MOD101", id="the longer prefix wins: select"),
        pytest.param(Settings(select=("MOD1",), ignore=("MOD101",)), "MOD102 MOD103", id="the longer one wins: ignore"),
        pytest.param(Settings(select=("MOD1",), ignore=("MOD1",)), "", id="of equally long ones ignore wins"),
        pytest.param(Settings(select=("ALL",), ignore=("ALL",)), "", id="ALL against ALL"),
        pytest.param(Settings(ignore=("ALL",), extend_select=("MOD2",)), "MOD201", id="ALL is shorter than any prefix"),
    ],
)
def test_selection(settings: Settings, expected: str) -> None:
    assert running(settings) == expected


@pytest.mark.parametrize(
    ("settings", "options", "expected"),
    [
        pytest.param(Settings(ignore=("MOD101",)), {"select": ["MOD101"]}, "MOD101", id="select starts over"),
        pytest.param(Settings(extend_select=("MOD2",)), {"select": ["MOD101"]}, "MOD101", id="select drops additions"),
        pytest.param(Settings(select=("MOD101", "MOD2")), {"ignore": ["MOD1"]}, "MOD201", id="ignore outranks"),
        pytest.param(Settings(ignore=("MOD102",)), {"extend_select": ["MOD1"]}, " ".join(CODES), id="so extend-select"),
        pytest.param(Settings(ignore=("MOD2",)), {"ignore": ["MOD102"]}, "MOD101", id="ignore adds to the settings"),
        pytest.param(Settings(select=("MOD2",)), {}, "MOD201", id="without options the settings hold"),
        pytest.param(Settings(), {"select": ["MOD1"], "ignore": ["MOD102"]}, "MOD101 MOD103", id="both at once"),
    ],
)
def test_options_win_over_settings(settings: Settings, options: dict[str, list[str]], expected: str) -> None:
    assert running(with_options(settings, **options)) == expected  # type: ignore[arg-type]


def test_all_keys_are_read(project: Path) -> None:
    write(
        project,
        """
        [tool.modulint]
        select = ["MOD1"]
        ignore = ["MOD102"]
        extend-select = ["MOD201"]
        exclude = ["third_party/", "*_pb2.py"]
        leaf-classes = ["MyQuantizedLayer"]
        op-modules = "my.ops"
        """,
    )
    base = os.path.abspath(project)
    assert load(project) == Settings(
        select=("MOD1",),
        ignore=("MOD102",),
        extend_select=("MOD201",),
        exclude=(Exclusion(base, "third_party/"), Exclusion(base, "*_pb2.py")),
        leaf_classes=("MyQuantizedLayer",),
        op_modules="my.ops",
    )


def test_models_have_names(project: Path) -> None:
    write(
        project,
        """
        [tool.modulint.models.resnet]
        spec = "package.module:build"
        input = ["1x3x224x224", "1x4:int64[0,9)"]
        kwargs = { classes = 10, stages = [1, 2], norm = { eps = 1e-5 } }

        [tool.modulint.models."my net"]
        spec = "nets/net.py:Net"
        inputs = "nets/net.py:inputs"
        """,
    )
    below = project / "nets"
    below.mkdir()
    base = os.path.abspath(project)
    keywords = {"classes": 10, "stages": [1, 2], "norm": {"eps": 1e-5}}
    settings = load(below)
    assert settings.models == {
        "resnet": ModelSettings(
            "package.module:build", input=("1x3x224x224", "1x4:int64[0,9)"), kwargs=keywords, base=base
        ),
        "my net": ModelSettings("nets/net.py:Net", inputs="nets/net.py:inputs", base=base),
    }
    assert json.loads(json.dumps(settings.models["resnet"].kwargs)) == keywords
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_the_nearest_file_with_the_table_counts(project: Path) -> None:
    write(project, "[tool.modulint]\nselect = ['MOD2']")
    below = project / "a" / "b"
    below.mkdir(parents=True)
    write(project / "a", "[tool.black]\nline-length = 88")
    assert load(below).select == ("MOD2",)
    write(below, "[tool.modulint]")
    assert load(below) == Settings()


def test_no_file_is_no_settings(project: Path) -> None:
    assert load(project) == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("leaf-class = []", "tool.modulint.leaf-class: no such key; did you mean leaf-classes?"),
        ("leaf_classes = []", "tool.modulint.leaf_classes: no such key; did you mean leaf-classes?"),
        ("zzz = 1", "tool.modulint.zzz: no such key"),
        ("select = 'MOD1'", "tool.modulint.select: must be a list of strings, not 'MOD1'"),
        ("exclude = ['a', 1]", "tool.modulint.exclude: must be a list of strings, not ['a', 1]"),
        ("op-modules = []", "tool.modulint.op-modules: must be a string, not []"),
        (
            "op-modules = 'my ops'",
            "tool.modulint.op-modules: must be inline, aimet or the dotted name of a module, not 'my ops'",
        ),
        ("ignore = ['MOD221']", "tool.modulint.ignore: no rule has the code 'MOD221'; did you mean MOD201?"),
        ("select = ['mod201']", "tool.modulint.select: no rule has the code 'mod201'; did you mean MOD201?"),
        ("select = ['all']", "tool.modulint.select: no rule has the code 'all'; did you mean ALL?"),
        ("extend-select = ['']", "tool.modulint.extend-select: no rule has the code ''"),
        ("models = []", "tool.modulint.models: must be a table, not []"),
        ("model = {}", "tool.modulint.model: no such key; did you mean models?"),
        ("models.net = 'a:b'", "tool.modulint.models.net: must be a table, not 'a:b'"),
        (
            "models.net = {}",
            "tool.modulint.models.net: no spec in it, such as spec = 'package.module:callable'",
        ),
        (
            "models.net = { spec = 'a' }",
            "tool.modulint.models.net.spec: must be package.module:callable or path/to/file.py:callable, not 'a'",
        ),
        ("models.net = { spec = 1 }", "tool.modulint.models.net.spec: must be a string, not 1"),
        (
            "models.net = { spec = 'a:b', kwarg = {} }",
            "tool.modulint.models.net.kwarg: no such key; did you mean kwargs?",
        ),
        (
            "models.net = { spec = 'a:b', input = '1x3' }",
            "tool.modulint.models.net.input: must be a list of strings, not '1x3'",
        ),
        (
            "models.net = { spec = 'a:b', input = ['1x3'], inputs = 'a:c' }",
            "tool.modulint.models.net: input (shapes) and inputs (a callable) do not go together",
        ),
        (
            "models.net = { spec = 'a:b', kwargs = 'x' }",
            "tool.modulint.models.net.kwargs: must be a table, not 'x'",
        ),
        (
            "models.net = { spec = 'a:b', kwargs = { day = 2026-01-01 } }",
            "tool.modulint.models.net.kwargs: must hold what JSON can express: "
            "Object of type date is not JSON serializable",
        ),
        (
            "models.'a:b' = { spec = 'a:b' }",
            "tool.modulint.models: the name 'a:b' would be taken for a spec: it must have no colon",
        ),
    ],
)
def test_what_cannot_be_followed_is_refused(project: Path, text: str, message: str) -> None:
    file = write(project, f"[tool.modulint]\n{text}")
    with pytest.raises(SettingsError) as caught:
        load(project)
    assert str(caught.value) == f"{file}: {message}"


def test_broken_toml_is_named(project: Path) -> None:
    file = write(project, "[tool.modulint\n")
    with pytest.raises(SettingsError, match="not valid TOML") as caught:
        load(project)
    assert str(caught.value).startswith(f"{file}: ")


def test_a_table_that_is_none_is_refused(project: Path) -> None:
    write(project, "[tool]\nmodulint = 1")
    with pytest.raises(SettingsError, match=r"tool\.modulint must be a table"):
        load(project)


def test_a_given_file_must_hold_the_table(project: Path) -> None:
    file = write(project, "[tool.black]")
    with pytest.raises(SettingsError, match=r"no \[tool\.modulint\] in it"):
        load_file(file)
    with pytest.raises(SettingsError, match="No such file"):
        load_file(project / "missing.toml")


def test_unknown_codes_on_the_command_line_name_the_option() -> None:
    with pytest.raises(SettingsError) as caught:
        with_options(Settings(), extend_select=["MOD130"])
    assert str(caught.value) == "--extend-select: no rule has the code 'MOD130'; did you mean MOD103?"


def test_exclusions_of_the_command_line_are_relative_to_the_working_directory(project: Path) -> None:
    first = Exclusion("/elsewhere", "a")
    merged = with_options(Settings(exclude=(first,)), exclude=["b"])
    assert merged.exclude == (first, Exclusion(os.getcwd(), "b"))


def test_settings_travel_to_other_processes() -> None:
    settings = Settings(select=("MOD1",), exclude=(Exclusion("/a", "b"),))
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_the_search_starts_in_the_common_directory(project: Path) -> None:
    (project / "a" / "b").mkdir(parents=True)
    (project / "a" / "c.py").touch()
    assert common_directory(["a/b", "a/c.py"]) == project / "a"
    assert common_directory(["a/c.py"]) == project / "a"
    assert common_directory([]) == project
