"""One training process. Exit status: 0 done, 75 interrupted with progress saved, 64 will never work."""

import math
import signal
import threading
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from . import checkpoint, storage
from .device import device, uses_bf16
from .errors import DONE, INTERRUPTED, ConfigError
from .evaluation import evaluate
from .loader import Images, batches
from .logs import emit, log
from .model import Classifier, check_fits
from .pace import Pace
from .progress import Progress
from .publish import Publication, finish_promotion, publish
from .sampling import Plan
from .settings import Settings
from .shards import Dataset
from .threads import cpus
from .toy_dataset import write_toy_dataset
from .weights import initialise
from .world import World

# A run that continues must continue with these; another value needs another run id.
IDENTITY = ("arch", "image_size", "epochs", "batch_size", "lr", "seed", "max_steps", "pretrained")
# Steps between progress reports; a look at the loss makes a GPU wait.
REPORT_EVERY = 10

_stop = threading.Event()


def run(settings: Settings) -> int:
    """Train, or continue, or find that nothing is left to do."""
    models = storage.uri(settings.model_uri, "ML_MODEL_URI")
    directory = storage.uri(settings.output_uri, "ML_OUTPUT_URI") / "runs" / settings.run_id
    publication = Publication(models, settings.run_id, directory)
    if publication.exists():
        finish_promotion(publication, settings.promote_min_accuracy)
        log("run is already complete", uri=str(publication.location))
        return DONE
    world = World.from_environment()
    if settings.batch_size % world.size:
        raise ConfigError(
            f"ML_BATCH_SIZE must be divisible by the {world.size} processes, got {settings.batch_size}; "
            f"try {settings.batch_size // world.size * world.size or world.size}"
        )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop.set())
    at = device(settings.device, world.local_rank)
    if at.type == "cuda":
        torch.cuda.set_device(at)
        torch.backends.cudnn.benchmark = True
    else:
        torch.set_num_threads(max(1, cpus(settings.cpu_threads) // world.local_size))
    world.join(at)
    try:
        return Training(settings, world, at, directory, publication).run()
    finally:
        world.leave()


class Training:
    """The state of one run in one process."""

    def __init__(self, settings: Settings, world: World, at: torch.device, directory: Any, publication: Publication):
        self.settings, self.world, self.at, self.publication = settings, world, at, publication
        self.directory, self.checkpoints = directory, directory / "checkpoints"
        self.scratch = Path(settings.scratch)
        self.dataset = self._dataset()
        self.plan = Plan(self.dataset.count("train"), settings.batch_size, settings.seed)
        if self.plan.steps_per_epoch == 0:
            raise ConfigError(
                f"ML_BATCH_SIZE must be at most the {self.plan.images} training images, got {settings.batch_size}"
            )
        all_epochs = self.plan.steps_per_epoch * settings.epochs
        self.total = min(settings.max_steps or all_epochs, all_epochs)
        self.identity = {
            "dataset": self.dataset.digest,
            **{name: getattr(settings, name) for name in IDENTITY},
        }
        self.step = 0

    def run(self) -> int:
        self._prepare()
        local = self._sync()
        train_images = self._images(local, "train", self.settings.seed)
        if self.step < self.total and not self._fit(train_images):
            return INTERRUPTED
        result = evaluate(
            self.net,
            self._images(local, "val", None),
            len(self.dataset.classes),
            self.world,
            self.at,
            self.settings.workers,
        )
        if self.world.leads:
            emit({"val_accuracy": round(result.top1, 4)}, step=self.step, val_top5=round(result.top5, 4))
            publish(
                self.net.cpu(),
                self.settings,
                self.dataset.classes,
                self.publication,
                result,
                self._images(local, "val", None),
                {"dataset_sha256": self.dataset.digest, "steps": self.step, "world_size": self.world.size},
            )
        return DONE

    def _dataset(self) -> Dataset:
        location = storage.uri(self.settings.dataset_uri, "ML_DATASET_URI")
        if self.world.leads and self.settings.seed_dataset and not (location / "dataset.json").exists():
            write_toy_dataset(location, self.scratch)
        self.world.wait()
        return Dataset.read(location)

    def _sync(self) -> Path:
        if self.world.local_rank == 0:
            self.dataset.sync(self.scratch)
        self.world.wait()
        return self.scratch / "data" / self.dataset.digest[:16]

    def _images(self, local: Path, split: str, seed: int | None) -> Images:
        members = self.dataset.members(local, split)
        return Images(members, self.settings.image_size, self.settings.max_image_pixels, seed)

    def _prepare(self) -> None:
        """Network, optimizer and schedule as they were when the newest usable checkpoint was written."""
        s = self.settings
        torch.manual_seed(s.seed)
        self.net = Classifier(s.arch, len(self.dataset.classes), s.image_size)
        check_fits(self.net, s.arch, s.image_size, s.batch_size // self.world.size)
        # One process chooses: two that fell back differently would train different steps.
        entry = self.world.told_by_leader(
            checkpoint.choose(self.checkpoints, self.scratch) if self.world.leads else None
        )
        state = checkpoint.load(self.checkpoints, entry, self.scratch) if entry else None
        if state is None:
            initialise(self.net, s.arch, s.pretrained, self.scratch)
        elif state["identity"] != self.identity:
            changed = [
                f"{name} was {state['identity'].get(name)!r} and is {value!r}"
                for name, value in self.identity.items()
                if state["identity"].get(name) != value
            ]
            raise ConfigError(
                f"ML_RUN_ID={s.run_id} was started with other settings ({'; '.join(changed)}); use a new "
                "ML_RUN_ID, or the old settings"
            )
        self.net = self.net.to(self.at, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = torch.optim.AdamW(self.net.parameters(), s.lr, weight_decay=0.05, fused=True)
        # One step more than there are: at the last one OneCycle's rate would be zero.
        self.scheduler = torch.optim.lr_scheduler.OneCycleLR(self.optimizer, s.lr, total_steps=self.total + 1)
        if state is not None:
            self.net.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.scheduler.load_state_dict(state["scheduler"])
            self.step = state["step"]
            emit({"resumed": 1}, step=self.step)
        elif self.world.leads:
            config = {**self.identity, "amp": s.amp, "world_size": self.world.size}
            config["dataset_sha256"] = config.pop("dataset")
            storage.put_json(config, self.directory / "config.json")

    def _save(self) -> None:
        """Optimizer and schedule go with the weights; the data order and all randomness are functions of the step."""
        if self.world.leads:
            state = {
                "model": self.net.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "scheduler": self.scheduler.state_dict(),
                "step": self.step,
                "identity": self.identity,
            }
            checkpoint.save(self.checkpoints, state, self.scratch)

    def _fit(self, images: Images) -> bool:
        """Train to the last step and save it. False: asked to stop, progress saved."""
        s, world, at = self.settings, self.world, self.at
        model: nn.Module = self.net
        if world.size > 1:
            model = nn.parallel.DistributedDataParallel(self.net, [world.local_rank] if at.type == "cuda" else None)
        model.train()
        amp = uses_bf16(s.amp, at)
        keys = self.plan.steps(self.step, self.total, world.rank, world.size)
        progress = Progress(self.step, self.total, self.plan.steps_per_epoch)
        if world.leads:
            log("training", step=self.step, total=self.total, device=str(at), bf16=amp, processes=world.size)
        pace = Pace(s.checkpoint_seconds)
        for x, y in batches(images, keys, s.workers, at.type == "cuda"):
            # Dropout too must not depend on where a run was interrupted, nor be the same on every process.
            torch.manual_seed((s.seed * 1_000_003 + self.step) * 1009 + world.rank)
            x, y = x.to(at, non_blocking=True), y.to(at, non_blocking=True)
            with torch.autocast(at.type, torch.bfloat16, enabled=amp):
                loss = F.cross_entropy(model(x), y, label_smoothing=0.1)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            self.scheduler.step()
            self.step += 1
            progress.images += s.batch_size
            reports = self.step % REPORT_EVERY == 0 or self.step == self.total
            value = loss.item() if reports else 0.0
            # Every process must leave at the same step, whichever got the signal.
            stop, due, broken = world.any_of([_stop.is_set(), pace.due(), not math.isfinite(value)], at)
            if broken:
                # A resume is bit-identical, so it would reach the same step with the same loss.
                raise ConfigError(f"the loss is no finite number at step {self.step}; lower ML_LR, which is {s.lr}")
            if reports and world.leads:
                progress.line(self.step, value)
            # The last step is always saved: evaluation and export take minutes, a kill there must not cost them.
            if stop or due or self.step == self.total:
                with pace.save():
                    self._save()
            if stop and self.step < self.total:
                log("interrupted, progress saved", "WARNING", step=self.step)
                return False
        return True
