"""Hold modulint's verdicts on public models against AIMET's, and give each difference a reason or report it.

Each model of ``manifest.json`` is built in a process of its own, where both tools look at the same object: the modules
that run more than once, the operations without a module, and what the architecture checks find. Names are brought to
one form first (AIMET's ``Concat`` is ``cat``). What only one of the two says is sorted by the reasons below, which
``runtime/docs/aimet.md`` explains; what none of them covers is printed.

The environment is that of ``run.py --aimet``, below ``--work``, from the package index that pip is configured for;
modulint is installed beside it from this repository, anew for each run.

Exit status: 0, there is a reason for each difference; 1, there is one without; 2, nothing could be compared.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from run import (
    Entry,
    NothingProven,
    build,
    chosen_entries,
    declare_torchvision_operators,
    install_modulint,
    make_environment,
    read_manifest,
    seed,
)

HERE = Path(__file__).resolve()
CHECKS = {
    "_check_conv_channel_larger_than_32": "MOD501",
    "_check_conv_channel_32_base": "MOD502",
    "_activation_checks": "MOD503",
    "_check_batch_norm_fold": "MOD504",
    "_check_intermediate_padding": "MOD505",
    "_check_foldable_bn_with_split": "MOD506",
}
OPERATIONS = {
    "concat": "cat",
    "convolution": "conv2d",
    "linalg_vector_norm": "norm",
    "native_multi_head_attention": "multi_head_attention_forward",
    "rsub": "sub",
    "upsample_bicubic2d": "interpolate",
    "upsample_bilinear2d": "interpolate",
    "upsample_linear1d": "interpolate",
}
"""AIMET's name of an operation, in lower case, and modulint's, where they differ."""

ARITHMETIC = ("add", "ceil", "clamp", "clamp_min", "div", "floor_divide", "mul", "pow", "remainder", "sub")
PARTS = {"normalize": ("norm", "clamp_min", "div")}
"""A function, and the operations that AIMET lists in its place."""

Verdict = dict[str, Any]
"""``reused``: names; ``missing``: pairs of operation and module; ``architecture``: pairs of code and name."""

Difference = tuple[str, str]
"""The reason, empty if there is none, and what only one of the two says."""


# --- the command -----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--work", type=Path, default=Path(".zoo"), metavar="DIR", help="where all is made (.zoo)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="compare these models, as name or library/name")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="models compared at a time (2)")
    parser.add_argument("--time-limit", type=float, default=1200, metavar="S", help="seconds for each model (1200)")
    given = parser.parse_args(arguments)
    work = given.work.resolve()
    manifest = read_manifest(HERE.with_name("manifest.json"))
    try:
        entries = chosen_entries(manifest.entries, given.only)
        python = make_environment(work, manifest, aimet=True)
        own = install_modulint(python, work / "modulint")
    except NothingProven as reason:
        print(reason, file=sys.stderr)
        return 2

    def judge(entry: Entry) -> dict[str, Verdict]:
        return judged_apart(entry, python, own, given.time_limit)

    reasons: Counter[str] = Counter()
    agreed = unexplained = compared = 0
    with ThreadPoolExecutor(max(1, given.jobs)) as pool:
        for entry, verdicts in zip(entries, pool.map(judge, entries)):
            if "failure" in verdicts:
                unexplained += 1
                print(f"{entry.full_name}: {verdicts['failure']}", flush=True)
                continue
            compared += 1
            differences = list(all_differences(verdicts["aimet"], verdicts["modulint"]))
            agreed += agreements(verdicts["aimet"], verdicts["modulint"])
            reasons.update(reason for reason, _ in differences)
            without = [what for reason, what in differences if not reason]
            unexplained += len(without)
            print(f"{entry.full_name}: {len(differences)} differences, {len(without)} without a reason", flush=True)
            for what in without:
                print(f"    {what}", flush=True)
    print(f"\n{compared} models, {agreed} statements of both, {sum(reasons.values())} of one:")
    for reason, count in reasons.most_common():
        print(f"{count:6}  {reason or 'without a reason'}")
    return 2 if not compared else int(unexplained > 0)


def judged_apart(entry: Entry, python: Path, own: Path, time_limit: float) -> dict[str, Any]:
    """Both verdicts on one model, from a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result.json")
        request = json.dumps({"entry": vars(entry), "result": str(result)})
        environment = os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(own)}
        try:
            ended = subprocess.run(
                [python, HERE, "--judge", request],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=time_limit,
            )
        except subprocess.TimeoutExpired:
            return {"failure": f"not ready after {time_limit:g} s"}
        if not result.is_file():
            return {"failure": f"exit {ended.returncode}: {ended.stderr.strip()[-300:]}"}
        verdicts: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return verdicts


# --- differences -----------------------------------------------------------------------------------------------------


def agreements(aimet: Verdict, own: Verdict) -> int:
    both = (set(aimet["reused"]) & set(own["reused"])), (pairs(aimet, "architecture") & pairs(own, "architecture"))
    return sum(map(len, both)) + (operations(aimet) & operations(own)).total()


def all_differences(aimet: Verdict, own: Verdict) -> Iterator[Difference]:
    if aimet["refused"]:
        yield "AIMET refuses the model", aimet["refused"]
        return
    yield from reuse_differences(aimet, own)
    yield from operation_differences(aimet, own)
    yield from architecture_differences(aimet, own)


def reuse_differences(aimet: Verdict, own: Verdict) -> Iterator[Difference]:
    for name in sorted(set(aimet["reused"]) - set(own["reused"])):
        yield "", f"AIMET alone: {name} is reused"
    for name in sorted(set(own["reused"]) - set(aimet["reused"])):
        yield "modules that hold others count as reused too" * (name in own["containers"]), f"{name} is reused"


def operation_differences(aimet: Verdict, own: Verdict) -> Iterator[Difference]:
    theirs, ours = operations(aimet), operations(own)
    for (name, module), count in sorted((theirs - ours).items()):
        whole = [whole for whole, parts in PARTS.items() if name in parts and (whole, module) in ours]
        if name in own["movement"]:
            reason = "moves data or makes some: needs no module"
        elif whole:
            reason = "one function, listed as its parts"
        elif name in ARITHMETIC:
            reason = "arithmetic on sizes, which are numbers: no tensor is computed"
        elif name == "sequential":
            reason = "an empty nn.Sequential does nothing"
        else:
            reason = ""
        yield from [(reason, f"AIMET alone: {name} in {module or 'the model'}")] * count
    for (name, module), count in sorted((ours - theirs).items()):
        if name in own["tolerated"]:
            reason = "computes or selects values, and AIMET lets it run bare"
        elif module in own["repeated"]:
            reason = "in a module that runs more than once: each of its runs counts"
        elif name in PARTS:
            reason = "one function, listed as its parts"
        else:
            reason = ""
        yield from [(reason, f"modulint alone: {name} in {module or 'the model'}")] * count


def architecture_differences(aimet: Verdict, own: Verdict) -> Iterator[Difference]:
    theirs, ours = pairs(aimet, "architecture"), pairs(own, "architecture")
    facts = {(code, name): (kind, through) for code, name, kind, through in own["facts"]}
    for code, name in sorted(theirs - ours):
        folds = code == "MOD504" and name in own["batch_norms"]
        reason = "folds, across what does nothing in eval or into a subclass of a convolution" if folds else ""
        yield reason, f"AIMET alone: {code} {name}"
    for code, name in sorted(ours - theirs):
        kind, through = facts[code, name]
        if code in ("MOD501", "MOD502") and kind != "Conv2d":
            reason = "a convolution of another class than Conv2d itself"
        elif "Conv3d" in through or "Conv1d" in through:
            reason = "a convolution of another class than Conv2d itself"
        elif any(each in own["normalizing"] for each in (kind, *through)):
            reason = "a batch norm that holds its activation"
        else:
            reason = ""
        yield reason, f"modulint alone: {code} {name}"


def operations(verdict: Verdict) -> Counter[tuple[str, str]]:
    return Counter((OPERATIONS.get(name, name), module) for name, module in verdict["missing"])


def pairs(verdict: Verdict, key: str) -> set[tuple[str, str]]:
    return {(code, name) for code, name, *_ in verdict[key]}


# --- in a process of its own -----------------------------------------------------------------------------------------


def judge_and_write(request: Mapping[str, Any]) -> None:
    """Let both judge one model, and write down what they say."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    torch = import_module("torch")
    torch.set_num_threads(1)
    entry = Entry(**request["entry"])
    operators = declare_torchvision_operators(torch)
    seed(torch, 0)
    model, inputs = build(entry).eval(), torch.randn(entry.shape)
    verdicts = {"aimet": aimet_verdict(model, inputs), "modulint": own_verdict(torch, model, inputs)}
    Path(request["result"]).write_text(json.dumps(verdicts), "utf-8")
    del operators  # the declarations last as long as this object


def aimet_verdict(model: Any, inputs: Any) -> Verdict:
    utilities = import_module("aimet_torch.utils")
    validation = import_module("aimet_torch.model_validator.validation_checks")
    checker = import_module("aimet_torch.arch_checker.arch_checker").ArchChecker
    import_module("aimet_torch.arch_checker.arch_checker_utils").ArchCheckerReport.export_to_html = lambda report: None
    names = {module: name for name, module in model.named_modules()}
    verdict: Verdict = {"refused": "", "reused": [], "missing": [], "architecture": []}
    try:
        verdict["reused"] = [name for name, _ in utilities.get_reused_modules(model, inputs)]
        missing = validation._get_filtered_ops_with_missing_modules(model, inputs, [])
        verdict["missing"] = [(each.type.lower(), names.get(each.residing_module, "")) for each in missing]
        checker.check_model_arch(model, inputs)
    except Exception as error:
        verdict["refused"] = f"{type(error).__name__}: {error}"[:200]
        return verdict
    for layers, report in checker._arch_checker_report.raw_report.items():
        for check in report.failed_checks:
            name = layers.split("-> ")[-1].partition(".")[2]  # of a structure, its batch norm
            verdict["architecture"].append((CHECKS[check], name))
    return verdict


def own_verdict(torch: Any, model: Any, inputs: Any) -> Verdict:
    aimet_names = import_module("modulint.runtime.aimet")
    architecture = import_module("modulint.runtime.architecture")
    validate = import_module("modulint.runtime.validate")
    validation = validate.validate_model(model, inputs)
    report = architecture.check_model_arch(model, inputs)
    modules = dict(model.named_modules())
    calls = Counter(call.name for call in validation.record.calls.values())
    norms = torch.nn.modules.batchnorm._BatchNorm
    return {
        "reused": [each.name for each in validation.reused],
        "containers": [each.name for each in validation.reused if any(each.module.children())],
        "missing": [(short(each.operation.name), each.module) for each in validation.missing],
        "architecture": [(each.code, each.name) for each in report.findings],
        "facts": [
            (each.code, each.name, type(modules.get(each.name)).__name__, kinds(each.issue, modules))
            for each in report.findings
        ],
        "repeated": [name for name, count in calls.items() if count > 1],
        "movement": sorted({short(name) for name in validate.DATA_MOVEMENT}),
        "tolerated": sorted({short(name) for name in aimet_names.DATA_MOVEMENT_OF_AIMET - validate.DATA_MOVEMENT}),
        "batch_norms": [name for name, module in modules.items() if isinstance(module, norms)],
        "normalizing": sorted(
            {type(each).__name__ for each in modules.values() if isinstance(each, norms) and any(each.children())}
        ),
    }


def kinds(issue: str, modules: Mapping[str, Any]) -> list[str]:
    """The classes of the modules that an issue names."""
    words = issue.replace(",", " ").replace("(", " ").replace(")", " ").split()
    return [type(modules[word]).__name__ for word in words if word in modules]


def short(name: str) -> str:
    """``relu`` of ``torch.Tensor.relu_``."""
    return name.rsplit(".", 1)[-1].rstrip("_")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--judge"]:
        judge_and_write(json.loads(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1:]))
