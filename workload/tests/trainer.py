"""A training run as a platform would do it: started, killed, given a new disk, started again."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from processes import command, environment, lines, wait_until

# Small and with dropout, so that a resume that forgot the randomness would show.
SMALL = {
    "ML_CPU_THREADS": 1,
    "ML_ARCH": "squeezenet1_1",
    "ML_IMAGE_SIZE": 48,
    "ML_BATCH_SIZE": 24,
    "ML_MAX_STEPS": 24,
    "ML_AMP": "off",
}


class Trainer:
    """One run id in one bucket. `store` has `at` and `variables`."""

    def __init__(self, store, folder: Path, run_id: str, **variables: object):
        self.store, self.run_id, self.folder = store, run_id, folder / run_id
        self.scratch = self.folder / "scratch"
        self.variables = {
            "ML_DATASET_URI": f"{store.prefix}/datasets/toy",
            "ML_OUTPUT_URI": store.prefix,
            "ML_MODEL_URI": f"{store.prefix}/models/toy",
            "ML_RUN_ID": run_id,
            "ML_SCRATCH": self.scratch,
            "ML_CHECKPOINT_SECONDS": 3600,
            **SMALL,
            **store.variables,
            **variables,
        }
        self.outputs: list[str] = []

    @property
    def model(self):
        return self.store.at("models", "toy", self.run_id)

    @property
    def checkpoints(self):
        return self.store.at("runs", self.run_id, "checkpoints")

    def start(self, **variables: object) -> subprocess.Popen:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.output_file = self.folder / f"output-{len(list(self.folder.glob('output-*')))}.log"
        with self.output_file.open("w") as output:
            return subprocess.Popen(
                command("train"), env=environment(**{**self.variables, **variables}), stdout=output, stderr=output
            )

    def finish(self, **variables: object) -> int:
        return self.start(**variables).wait(240)

    @property
    def output(self) -> str:
        return self.output_file.read_text()

    def messages(self) -> list[str]:
        return [line["message"] for line in lines(self.output)]

    def step(self) -> int:
        """Of the newest checkpoint."""
        from image_classifier.checkpoint import history

        entries = history(self.checkpoints)
        return entries[0].step if entries else 0

    def until_step(self, process: subprocess.Popen, step: int) -> None:
        wait_until(lambda: self.step() >= step or process.poll() is not None, 120, f"step {step}")
        assert process.poll() is None, self.output

    def kill(self, process: subprocess.Popen) -> None:
        """SIGKILL, and the disk is gone too."""
        process.send_signal(signal.SIGKILL)
        process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def weights(self) -> bytes:
        return (self.model / "model.safetensors").read_bytes()


def children(pid: int) -> list[int]:
    """The worker processes that torchrun started below `pid`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == pid and b"worker" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return sorted(found)


def kill_process(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
