"""SIGKILL a training run at ten random moments and compare with the run that nobody disturbed.

`python3 workload/tools/kills.py`: fails if the final weights differ by a bit, or if a kill cost more time than
ML_CHECKPOINT_SECONDS: what lies between it and the last line that reports a checkpoint, a save in progress included.
"""

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from environment import ROOT, ensure

SECONDS = 5.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    python = ensure("test")
    if Path(sys.prefix) != python.parent.parent:
        return subprocess.run([python, __file__, *sys.argv[1:]], check=False).returncode
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    from processes import lines
    from trainer import Trainer

    class Files:
        def __init__(self, folder: str):
            self.prefix, self.variables = folder, {}

        def at(self, *parts: str) -> Path:
            return Path(self.prefix, *parts)

    settings = {"ML_ARCH": "mobilenet_v3_small", "ML_SEED_DATASET": 1, "ML_MAX_STEPS": 120}
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        whole = Trainer(Files(name), Path(name), "whole", **settings)
        started = time.monotonic()
        assert whole.finish() == 0, whole.output
        duration = time.monotonic() - started
        print(f"undisturbed: {duration:.1f} s")
        killed = Trainer(Files(name), Path(name), "killed", ML_CHECKPOINT_SECONDS=SECONDS, **settings)
        worst, longest, done = 0.0, 0.0, 0
        while done < options.kills:
            moment = rng.uniform(0.05, 0.4) * duration
            process = killed.start()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(moment)
            if process.poll() is not None:
                print(f"complete before kill {done + 1}, weights compared: beginning another run", flush=True)
                assert process.returncode == 0, killed.output
                assert killed.weights() == whole.weights()
                killed = Trainer(Files(name), Path(name), f"killed-{done}", ML_CHECKPOINT_SECONDS=SECONDS, **settings)
                continue
            at = time.time()
            killed.kill(process)
            log = lines(killed.output)
            begun = [line["ts"] for line in log if line["message"] == "training"]
            saves = [line for line in log if "checkpoint_seconds" in line.get("metrics", {})]
            # Evaluation and export follow the last checkpoint: there is nothing left to lose.
            trained = bool(saves) and saves[-1]["step"] == settings["ML_MAX_STEPS"]
            if trained:
                print("killed after the last step, where nothing is left to lose: beginning another run", flush=True)
                killed = Trainer(Files(name), Path(name), f"killed-{at}", ML_CHECKPOINT_SECONDS=SECONDS, **settings)
                continue
            done += 1
            safe = max([*begun, *(line["ts"] for line in saves)], default=at)
            lost = at - safe
            worst = max(worst, lost)
            longest = max([longest, *(line["metrics"]["checkpoint_seconds"] for line in saves)])
            print(
                f"kill {done:2} after {moment:5.1f} s: newest checkpoint step {killed.step()}, {lost:.2f} s lost",
                flush=True,
            )
        assert killed.finish() == 0, killed.output
        same = killed.weights() == whole.weights()
        print(
            f"most lost: {worst:.2f} s of {SECONDS} s allowed, a save takes up to {longest:.2f} s; "
            f"final weights {'identical' if same else 'DIFFER'}; load {os.getloadavg()[0]:.1f}"
        )
        return 0 if same and worst <= SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
