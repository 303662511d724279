"""Which files a path stands for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from modulint.lint.discovery import enclosing_files, find_files
from modulint.lint.settings import Exclusion, SettingsError


def make(root: Path, *files: str) -> None:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(*paths: str, exclude: tuple[Exclusion, ...] = ()) -> list[str]:
    discovery = find_files(paths, exclude)
    assert discovery.failures == ()
    return list(discovery.files)


def failures(*paths: str) -> list[tuple[str, str | None]]:
    return [(report.path, report.failure) for report in find_files(paths).failures]


def test_a_directory_stands_for_the_python_files_below_it(project: Path) -> None:
    make(project, "b.py", "a/z.py", "a/b/c.py", "a/types.pyi", "a/note.txt", "a/script")
    assert found(".") == ["a/b/c.py", "a/z.py", "b.py"]
    assert found("a/") == ["a/b/c.py", "a/z.py"]
    assert found(str(project / "a")) == [str(project / "a/b/c.py"), str(project / "a/z.py")]


def test_a_given_file_is_taken_whatever_its_name(project: Path) -> None:
    make(project, "script", "types.pyi", "venv/x.py")
    assert found("script", "types.pyi", "venv/x.py") == ["script", "types.pyi", "venv/x.py"]


def test_every_real_file_comes_once(project: Path) -> None:
    make(project, "a/x.py", "a/y.py")
    assert found("a/x.py", "a", ".", str(project)) == ["a/x.py", "a/y.py"]


def test_a_given_path_keeps_its_spelling(project: Path) -> None:
    make(project, "a/x.py")
    assert found(str(project / "a" / "x.py"), ".") == [str(project / "a" / "x.py")]


def test_environments_and_build_products_are_not_searched(project: Path) -> None:
    make(project, "x.py", "venv/x.py", ".venv/x.py", "a/build/x.py", "dist/x.py", "node_modules/x.py", ".git/x.py")
    make(project, "env/lib/site-packages/torch/x.py", "a/__pycache__/x.py", ".tox/x.py", "build.py")
    assert found(".") == ["build.py", "x.py"]


def test_a_given_directory_is_searched_wherever_it_lies(project: Path) -> None:
    make(project, "env/site-packages/torchvision/x.py", "build/lib/build/x.py", "build/lib/y.py")
    assert found("env/site-packages/torchvision") == ["env/site-packages/torchvision/x.py"]
    assert found("build/lib") == ["build/lib/y.py"]


def test_gitignore(project: Path) -> None:
    make(project, ".git/config", "x.py", "made/x.py", "a/x.py", "a/made.py", "a/b/made.py", "a/kept/made.py")
    (project / ".gitignore").write_text("made/\nmade.py\n")
    (project / "a" / "kept" / ".gitignore").write_text("!made.py\n")
    assert found(".") == ["a/kept/made.py", "a/x.py", "x.py"]
    assert found("a") == ["a/kept/made.py", "a/x.py"]


def test_gitignore_patterns_are_relative_to_their_file(project: Path) -> None:
    make(project, "x.py", "a/x.py", "a/b/x.py")
    (project / "a" / ".gitignore").write_text("/x.py\n")
    assert found(".") == ["a/b/x.py", "x.py"]


def test_gitignore_stops_at_the_root_of_the_repository(project: Path) -> None:
    make(project, "repository/.git/config", "repository/a/x.py")
    (project / ".gitignore").write_text("*.py\n")
    assert found("repository/a") == ["repository/a/x.py"]


def test_without_a_repository_only_the_given_directory_is_asked(project: Path) -> None:
    make(project, "a/x.py")
    (project / ".gitignore").write_text("*.py\n")
    assert found("a") == ["a/x.py"]


def test_an_ignored_directory_that_is_given_is_searched(project: Path) -> None:
    make(project, ".git/config", "made/x.py", "made/y.py", "made/b/x.py")
    (project / ".gitignore").write_text("made/\n")
    (project / "made" / ".gitignore").write_text("y.py\n")
    assert found("made") == ["made/b/x.py", "made/x.py"]
    assert found("made/b") == ["made/b/x.py"]


def test_gitignore_lines_that_are_no_pattern_are_passed_over(project: Path) -> None:
    make(project, "x.py", "y.py")
    (project / ".gitignore").write_bytes(b"!\n[z-a]\n\xff\ny.py\n")
    assert found(".") == ["x.py"]


def test_exclude(project: Path) -> None:
    make(project, "x.py", "a/x.py", "a/x_pb2.py", "third/party/x.py")
    here = str(project)
    assert found(".", exclude=(Exclusion(here, "*_pb2.py"), Exclusion(here, "third/"))) == ["a/x.py", "x.py"]
    assert found(".", exclude=(Exclusion(str(project / "a"), "/x.py"),)) == ["a/x_pb2.py", "third/party/x.py", "x.py"]
    assert found("third", exclude=(Exclusion(here, "third/"),)) == ["third/party/x.py"]


def test_exclude_can_take_back_what_is_never_searched(project: Path) -> None:
    make(project, "build/x.py")
    assert found(".", exclude=(Exclusion(str(project), "!build/"),)) == ["build/x.py"]


def test_an_exclusion_that_is_no_pattern_is_refused(project: Path) -> None:
    with pytest.raises(SettingsError, match="'!' is not a pattern"):
        find_files(["."], (Exclusion(str(project), "!"),))


def test_links_to_directories_are_not_followed(project: Path) -> None:
    make(project, "a/x.py", "outside/y.py")
    (project / "a" / "loop").symlink_to(project / "a")
    (project / "a" / "out").symlink_to(project / "outside")
    assert found("a") == ["a/x.py"]
    assert found("a/out") == ["a/out/y.py"]


def test_links_to_files_are_followed_once(project: Path) -> None:
    make(project, "a/x.py", "blobs/1f3c")
    (project / "a" / "again.py").symlink_to("x.py")
    (project / "a" / "model.py").symlink_to("../blobs/1f3c")
    (project / "a" / "nowhere.py").symlink_to("gone.py")
    (project / "a" / "circle.py").symlink_to("circle.py")
    assert found("a") == ["a/model.py", "a/x.py"]


def test_what_cannot_be_checked_is_named(project: Path) -> None:
    make(project, "empty/note.txt")
    os.mkfifo(project / "pipe")
    (project / "nowhere.py").symlink_to("gone.py")
    assert failures("missing.py", "empty", "pipe", "nowhere.py") == [
        ("empty", "no Python files in this directory"),
        ("missing.py", "no such file or directory"),
        ("nowhere.py", "a link that leads nowhere"),
        ("pipe", "neither a file nor a directory"),
    ]


def test_a_directory_whose_files_are_already_taken_is_not_empty(project: Path) -> None:
    make(project, "a/x.py")
    assert found("a", "a") == ["a/x.py"]


def test_unreadable_directories_are_named_and_the_rest_goes_on(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(project, "a/x.py", "secret/y.py")
    listed = os.scandir

    def guarded(path: str) -> object:
        if path == "secret":
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", guarded)
    discovery = find_files(["."])
    assert discovery.files == ("a/x.py",)
    assert [(each.path, each.failure) for each in discovery.failures] == [
        ("secret", "unreadable directory: Permission denied")
    ]


def test_enclosing_files_are_the_others_of_the_topmost_package(project: Path) -> None:
    make(project, "src/p/__init__.py", "src/p/base.py", "src/p/q/__init__.py", "src/p/q/x.py", "src/p/data/y.py")
    make(project, "src/setup.py", "src/p/venv/z.py")
    (project / ".gitignore").write_text("base.py\n")
    root = os.path.realpath(project / "src" / "p")
    others = ["__init__.py", "base.py", "data/y.py", "q/__init__.py"]
    assert enclosing_files(["src/p/q/x.py"]) == tuple(os.path.join(root, other) for other in others)
    assert enclosing_files([os.path.join("src/p", other) for other in (*others, "q/x.py")]) == ()


def test_a_file_outside_of_packages_has_no_enclosing_files(project: Path) -> None:
    make(project, "x.py", "y.py")
    assert enclosing_files(["x.py", "missing.py"]) == ()
