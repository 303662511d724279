"""Specs, shapes and keyword arguments: what they stand for, and what is said where they stand for nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from modulint.runtime.errors import SpecError, UserCodeError
from modulint.runtime.loading import Inputs, build_model, call_inputs, make_inputs, parse_kwargs, parse_shape

WriteFile = Callable[[str, str], Path]

_NET = """
    from torch import nn

    def small(width=4):
        return nn.Linear(width, 2)

    def needs(width):
        return nn.Linear(width, 2)

    class Outer:
        class Net(nn.Linear):
            def __init__(self):
                super().__init__(3, 3)

    ready = nn.ReLU()
    number = 3

    def nothing():
        return (1, 2)

    def deep(left=40):
        if not left:
            raise ValueError("bottom\\n\\nlong explanation")
        return deep(left - 1)
"""


def test_model_from_file_and_from_module(write_file: WriteFile) -> None:
    write_file("nets.py", _NET)
    assert isinstance(build_model("nets.py:small"), nn.Linear)
    assert build_model("nets:small", {"width": 7}).in_features == 7
    assert build_model("nets:Outer.Net").in_features == 3


def test_model_that_stands_ready(write_file: WriteFile) -> None:
    write_file("nets.py", _NET)
    assert isinstance(build_model("nets:ready"), nn.ReLU)
    with pytest.raises(SpecError, match="takes no --kwargs"):
        build_model("nets:ready", {"inplace": True})


def test_file_in_a_package_may_import_relatively(write_file: WriteFile) -> None:
    write_file("top/__init__.py", "")
    write_file("top/parts/__init__.py", "")
    write_file(
        "top/parts/net.py", "from ..sizes import WIDTH\nfrom torch import nn\nmake = lambda: nn.Linear(*WIDTH)\n"
    )
    write_file("top/sizes.py", "WIDTH = 9, 1\n")
    assert build_model("top/parts/net.py:make").in_features == 9


def test_two_files_of_one_name(write_file: WriteFile) -> None:
    for number in (1, 2):
        write_file(f"at{number}/twin.py", f"from torch import nn\nmake = lambda: nn.Linear({number}, 1)\n")
    assert [build_model(f"at{number}/twin.py:make").in_features for number in (1, 2)] == [1, 2]


def test_file_named_like_a_standard_module(write_file: WriteFile) -> None:
    write_file("token.py", "from torch import nn\nmake = nn.ReLU\n")
    assert isinstance(build_model("token.py:make"), nn.ReLU)
    import token

    assert hasattr(token, "tok_name")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nets.py", "write package.module:callable"),
        ("nets.py:", "write package.module:callable"),
        ("gone.py:small", "no such file"),
        ("gone.module:small", "no module named 'gone'"),
        ("nets:smal", "did you mean small"),
        ("nets:number", "neither a model nor makes one"),
        ("nets:nothing", "gave a tuple, not a torch.nn.Module"),
        ("nets:needs", "missing a required argument: 'width'.*--kwargs"),
    ],
)
def test_spec_that_leads_nowhere(write_file: WriteFile, spec: str, message: str) -> None:
    write_file("nets.py", _NET)
    with pytest.raises(SpecError, match=message):
        build_model(spec)


def test_error_in_user_code_shows_their_frames_only(write_file: WriteFile) -> None:
    write_file("nets.py", _NET)
    with pytest.raises(UserCodeError) as caught:
        build_model("nets:deep")
    text = str(caught.value)
    assert text.startswith("nets:deep raised: ValueError: bottom\n")
    assert "return deep(left - 1)" in text and 'raise ValueError("bottom' in text
    assert "more frames" in text and text.count("File ") == 8
    assert "loading.py" not in text


def test_error_in_torch_ends_at_the_users_call(write_file: WriteFile) -> None:
    write_file("bad.py", "from torch import nn\ndef make():\n    return nn.Linear(2, 2, device='nowhere')\n")
    with pytest.raises(UserCodeError) as caught:
        build_model("bad:make")
    assert "line 3, in make" in str(caught.value)
    assert "linear.py" not in str(caught.value)


@pytest.mark.parametrize("source", ["import no_such_thing_at_all\n", "1 / 0\n", "def f(:\n"])
def test_import_that_fails(write_file: WriteFile, source: str) -> None:
    write_file("broken.py", source)
    for spec in ("broken:make", "broken.py:make"):
        with pytest.raises(UserCodeError, match="importing broken"):
            build_model(spec)


def test_shapes() -> None:
    inputs = make_inputs(["1x3x8x8", "2x5:int64[0,3)", "mask=4:bool", "4:float16[2,3)", "1:uint8[7,7]"])
    image, tokens, half, byte = inputs.args
    assert image.shape == (1, 3, 8, 8) and image.dtype == torch.float32
    assert tokens.dtype == torch.int64 and set(tokens.flatten().tolist()) <= {0, 1, 2}
    assert half.dtype == torch.float16 and bool(((half >= 2) & (half <= 3)).all())
    assert byte.tolist() == [7]
    assert inputs.kwargs["mask"].dtype == torch.bool
    assert inputs.describe() == "1x3x8x8:float32, 2x5:int64, 4:float16, 1:uint8, mask=4:bool"


def test_same_seed_same_inputs() -> None:
    first, again, other = (make_inputs(["2x3"], seed).args[0] for seed in (0, 0, 1))
    assert torch.equal(first, again) and not torch.equal(first, other)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,3,8,8", "write sizes"),
        ("1x3:float33", "no dtype 'float33'"),
        ("1x3:nn", "no dtype 'nn'"),
        ("1x3:int64[3,3)", "nothing lies"),
        ("1x3:int64[0.5,3)", "two numbers"),
        ("1x3:int64(0,3)", "written"),
        ("1x3:bool[0,1]", "bool has none"),
    ],
)
def test_shape_that_is_none(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        parse_shape(text)


def test_inputs_from_a_callable(write_file: WriteFile) -> None:
    write_file(
        "feed.py",
        """
        import torch
        def named(): return {"tokens": torch.zeros(1, 2), "more": [torch.ones(3)]}
        def one(): return torch.randn(2)
        def a_dict(): return ({"x": torch.zeros(1)},)
        """,
    )
    assert set(call_inputs("feed:named").kwargs) == {"tokens", "more"}
    assert torch.equal(call_inputs("feed:one", 3).args[0], call_inputs("feed:one", 3).args[0])
    assert isinstance(call_inputs("feed:a_dict").args[0], dict)


def test_map_reaches_into_containers() -> None:
    inputs = Inputs(({"a": [torch.zeros(1), 2]},), {"b": (torch.zeros(1), "text")}).map(lambda tensor: tensor + 1)
    assert inputs.args[0]["a"][0].item() == 1 and inputs.kwargs["b"] == (torch.ones(1), "text")


def test_kwargs() -> None:
    assert parse_kwargs('{"width": 3, "names": ["a"]}') == {"width": 3, "names": ["a"]}
    for text in ("[1]", "{width: 3}"):
        with pytest.raises(SpecError, match="--kwargs"):
            parse_kwargs(text)
