"""Our training loop against the bare model's forward and backward on one batch: `python3 workload/bench/train.py`.

The bare model decodes nothing, steps no optimizer and reports nothing: what our loop reaches of its images/s is what
the rest costs. Both take turns, and each figure is the best of the rounds. Checkpoints are left out: how often they
are written is ML_CHECKPOINT_SECONDS.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]


class Case(NamedTuple):
    """What is trained on; `picture` is the width of the JPEGs in pixels."""

    name: str
    arch: str
    image_size: int
    batch: int
    picture: int
    steps: int


CASES = [
    Case("defaults, 500 px JPEGs", "resnet18", 224, 64, 500, 3),
    Case("first day, 96 px JPEGs", "resnet18", 64, 25, 96, 30),
]


def measure(case: Case, rounds: int) -> dict:
    """Runs in the test environment."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch
    import torch.nn.functional as F

    from image_classifier.publish import Publication
    from image_classifier.settings import Settings
    from image_classifier.storage import use_scratch
    from image_classifier.threads import cpus
    from image_classifier.toy_dataset import write_toy_dataset
    from image_classifier.training import Training
    from image_classifier.world import World

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        use_scratch(name)
        torch.set_num_threads(cpus(None))
        write_toy_dataset(folder / "data", folder, count=400, size=case.picture)
        settings = Settings.read({
            "ML_DATASET_URI": f"{name}/data", "ML_ARCH": case.arch, "ML_IMAGE_SIZE": str(case.image_size),
            "ML_BATCH_SIZE": str(case.batch), "ML_EPOCHS": "1000", "ML_SCRATCH": name,
        })  # fmt: skip
        training = Training(settings, World(), torch.device("cpu"), folder / "run", Publication(folder / "models", "x"))
        training._prepare()
        training._save = lambda: None  # type: ignore[method-assign]
        images = training._images(training._sync(), "train", 0)
        net = training.net
        x = torch.randint(0, 255, (case.batch, case.image_size, case.image_size, 3), dtype=torch.uint8)
        y = torch.randint(0, 5, (case.batch,))

        # Steady state: from the end of the first step to the end of the last. Filling the queue happens once a run.
        stamps: list[float] = []
        training.optimizer.register_step_post_hook(lambda *_: stamps.append(time.perf_counter()))

        def ours(optimizer: bool) -> None:
            training.total = training.step + case.steps + 1
            training._fit(images)

        def bare(optimizer: bool) -> None:
            net.train()
            for _ in range(case.steps + 1):
                net.zero_grad(set_to_none=True)
                F.cross_entropy(net(x), y, label_smoothing=0.1).backward()
                if optimizer:
                    training.optimizer.step()
                else:
                    stamps.append(time.perf_counter())

        variants = {"bare": (bare, False), "bare with optimizer": (bare, True), "ours": (ours, True)}
        rates: dict[str, list[float]] = {label: [] for label in variants}
        for number in range(rounds + 1):
            for label, (run, optimizer) in variants.items():
                stamps.clear()
                run(optimizer)
                # The first round warms up.
                if number:
                    rates[label].append(case.steps * case.batch / (stamps[-1] - stamps[0]))
        return {label: max(values) for label, values in rates.items()}


def main() -> int:
    from environment import ensure

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--case", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case is not None:
        print(json.dumps(measure(CASES[options.case], options.rounds)))
        return 0
    python, low = ensure("test"), False
    print(f"{os.cpu_count()} CPUs, best of {options.rounds} rounds, load {os.getloadavg()[0]:.1f}")
    for number, case in enumerate(CASES):
        command = [python, __file__, "--case", str(number), "--rounds", str(options.rounds)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rates = json.loads(done.stdout.splitlines()[-1])
        shares = {label: rates["ours"] / rate for label, rate in rates.items()}
        # The goal is for the defaults: a batch of 25 small images pays for the same optimizer step as 64 large ones.
        low |= number == 0 and shares["bare"] < 0.9
        print(f"{case.name}: {case.arch} at {case.image_size} px, batch {case.batch}, load {os.getloadavg()[0]:.1f}")
        for label, rate in rates.items():
            print(f"    {label:20} {rate:7.1f} images/s, ours is {shares[label]:.2f} of it", flush=True)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
