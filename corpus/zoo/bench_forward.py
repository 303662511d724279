"""Measure how much slower a model runs after ``modulint check --fix``: each op module is one more call.

Each model is built twice, as it was published and as it was rewritten, each in a process of its own with one thread.
The two run in turn, so that what else the machine does meets both alike, and what counts is the processor's time. Of
the ratios of such pairs the median is given, and the quartiles, which tell how far it is to be trusted; beside them,
the ratio of the least times, which other work disturbs least.

Everything is made below the folder ``--work``, as ``run.py`` beside this program makes it. Exit status: 0, or 2 where
nothing could be measured.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from run import (
    MANIFEST,
    Entry,
    NothingProven,
    Options,
    Rewriting,
    ask,
    build,
    child_environment,
    declare_torchvision_operators,
    find_modulint,
    make_environment,
    read_manifest,
    rewrite,
)

MODELS = ("torchvision/resnet50", "torchvision/vit_b_16", "timm/vit_base_patch16_224")


@dataclass(frozen=True)
class Timing:
    """What both versions of a model took for each pair of forward passes, in seconds of the processor."""

    model: str
    batch: int
    pairs: Sequence[tuple[float, float]]


class Side:
    """One version of a model, in a process that runs a forward pass whenever it is asked to."""

    def __init__(self, python: Path, model: str, batch: int, tree: Path | None) -> None:
        request = json.dumps({"model": model, "batch": batch, "tree": str(tree) if tree else None})
        self.process = subprocess.Popen(
            [python, __file__, "--serve", request],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=child_environment(),
        )

    def seconds(self) -> float:
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            print(file=self.process.stdin, flush=True)
        except BrokenPipeError:
            raise NothingProven("a model could not be built or run, see above") from None
        answer = self.process.stdout.readline()
        if not answer:
            raise NothingProven("a model could not be built or run, see above")
        return float(answer)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--work", type=Path, default=Path(".zoo"), metavar="DIR", help="where all is made (.zoo)")
    parser.add_argument("--modulint", metavar="PATH", help="the modulint to run (the one beside this Python)")
    parser.add_argument("--select", metavar="CODES", default="ALL", help="passed on to modulint (ALL)")
    parser.add_argument("--tree", type=Path, metavar="DIR", help="measure this rewritten timm and torchvision instead")
    parser.add_argument("--models", nargs="+", default=MODELS, metavar="NAME", help="as library/name")
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 8], metavar="N", help="sizes of batches (1 8)")
    parser.add_argument("--runs", type=int, default=30, metavar="N", help="pairs of forward passes (30)")
    given = parser.parse_args(arguments)
    if any(name.partition("/")[0] not in ("timm", "torchvision") for name in given.models):
        parser.error("name models as timm/NAME or torchvision/NAME")
    options = Options(
        work=given.work.resolve(),
        entries=(),
        manifest=read_manifest(MANIFEST),
        modulint=find_modulint(given.modulint),
        check_options=["--select", given.select],
        rewritten_tree=given.tree.resolve() if given.tree else None,
        evidence=False,
        aimet=False,
        jobs=1,
        time_limit=0,
    )
    try:
        python = make_environment(options.work, options.manifest, aimet=False)
        rewriting = rewrite(options, python, Path(ask(python, "import sysconfig; print(sysconfig.get_path('purelib'))")))
        print(f"{'processor seconds, medians':30}{'batch':>6}{'before':>9}{'after':>9}{'slower by':>11}  {'quartiles':18}{'least times':>12}")
        for model in given.models:
            for batch in given.batches:
                print(described(timed(python, model, batch, rewriting, given.runs)), flush=True)
    except NothingProven as reason:
        print(f"nothing measured: {reason}", file=sys.stderr)
        return 2
    return 0


def timed(python: Path, model: str, batch: int, rewriting: Rewriting, runs: int) -> Timing:
    """Pairs of forward passes; which version goes first changes from pair to pair."""
    before, after = sides = Side(python, model, batch, None), Side(python, model, batch, rewriting.tree)
    try:
        for side in (*sides, *sides):  # the first passes allocate memory and choose algorithms
            side.seconds()
        pairs = []
        for number in range(runs):
            if number % 2:
                pairs.append((before.seconds(), after.seconds()))
            else:
                second = after.seconds()
                pairs.append((before.seconds(), second))
    finally:
        for side in sides:
            side.close()
    return Timing(model, batch, pairs)


def described(timing: Timing) -> str:
    before, after = (statistics.median(times) for times in zip(*timing.pairs))
    slower = [after / before - 1 for before, after in timing.pairs]
    low, middle, high = statistics.quantiles(slower, n=4, method="inclusive") if len(slower) > 1 else slower * 3
    row = f"{timing.model:30}{timing.batch:6}{before:9.4f}{after:9.4f}{middle:10.1%}"
    least_before, least_after = map(min, zip(*timing.pairs))
    return f"{row}  {f'{low:+.1%} to {high:+.1%}':18}{least_after / least_before - 1:12.1%}"


# --- in the process of one version -----------------------------------------------------------------------------------


def serve(request: str) -> None:
    """Run a forward pass for each line of the input, and write what the processor took for it."""
    asked = json.loads(request)
    if asked["tree"]:
        sys.path.insert(1, asked["tree"])
    torch = import_module("torch")
    torch.set_num_threads(1)
    declare_torchvision_operators(torch)
    library, _, name = asked["model"].partition("/")
    model = build(Entry(library, name, "", [], 0)).eval()
    inputs = torch.randn(asked["batch"], 3, 224, 224)
    with torch.inference_mode():
        for _ in lines():
            started = time.process_time()
            model(inputs)
            print(time.process_time() - started, flush=True)


def lines() -> Iterator[str]:
    yield from sys.stdin


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
