"""Publishes a model: files first, manifest next, the current.json switch last."""

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

from . import storage
from .engine import probe_images, run_onnx
from .evaluation import Evaluation
from .export_onnx import export_onnx
from .loader import Images
from .logs import log
from .model import Classifier, Serving
from .quantize import quantize
from .settings import Settings
from .storage import Location

PROBE_SEED = 1
CONFIG = ("arch", "image_size", "epochs", "batch_size", "lr", "seed", "max_steps", "pretrained", "amp")


class Publication:
    """Where a run's model goes. `run` is the run's own folder, None for weights that were trained elsewhere."""

    def __init__(self, models: Location, run_id: str, run: Location | None = None):
        self.models, self.run_id, self.run = models, run_id, run
        self.location = models / run_id

    def exists(self) -> bool:
        return (self.location / "manifest.json").exists()


def publish(
    net: Classifier,
    settings: Settings,
    classes: list[str],
    to: Publication,
    evaluation: Evaluation | None = None,
    val_images: Images | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write the model's files and manifest, then move current.json if the model is good enough."""
    out = Path(tempfile.mkdtemp(dir=settings.scratch))
    try:
        _write_files(out, net, settings, classes, evaluation, val_images)
        files = {
            path.name: {"sha256": storage.sha256(path), "bytes": path.stat().st_size} for path in sorted(out.iterdir())
        }
        manifest = {
            "version": 1,
            "run_id": to.run_id,
            "arch": settings.arch,
            "image_size": settings.image_size,
            "classes": classes,
            "files": files,
            "config": {name: getattr(settings, name) for name in CONFIG},
            "git_sha": settings.git_sha,
            "image": settings.image_digest,
            "torch": torch.__version__,
            "created": time.time(),
            **(facts or {}),
        }
        if evaluation:
            manifest |= {"val_accuracy": evaluation.top1, "val_top5": evaluation.top5}
        for name in files:
            storage.put(out / name, to.location / name)
        storage.put_json(manifest, to.location / "manifest.json")
    finally:
        shutil.rmtree(out)
    _promote(to, manifest, settings.promote_min_accuracy)


def finish_promotion(to: Publication, min_accuracy: float) -> None:
    """A kill between manifest and switch must not leave a model that nobody serves.

    Only then: a run that is asked for again months later must not take the switch back to its old model.
    """
    if to.run is not None and not (to.run / "published.json").exists():
        _promote(to, storage.get_json(to.location / "manifest.json"), min_accuracy)


def _promote(to: Publication, manifest: dict[str, Any], min_accuracy: float) -> None:
    accuracy = manifest.get("val_accuracy")
    promoted = accuracy is None or accuracy >= min_accuracy
    if promoted:
        storage.put_json({"run_id": to.run_id}, to.models / "current.json")
    if to.run is not None:
        storage.put_json({"promoted": promoted}, to.run / "published.json")
    log(
        "published",
        "INFO" if promoted else "WARNING",
        uri=str(to.location),
        val_accuracy=accuracy,
        promoted=promoted,
    )


def _write_files(
    out: Path,
    net: Classifier,
    settings: Settings,
    classes: list[str],
    evaluation: Evaluation | None,
    val_images: Images | None,
) -> None:
    from safetensors.torch import save_file

    save_file({name: value.contiguous() for name, value in net.state_dict().items()}, out / "model.safetensors")
    serving, example = Serving(net).eval(), probe_images(PROBE_SEED, settings.image_size)
    export_onnx(serving, example, out / "model.onnx")
    with torch.inference_mode():
        expected = {"float": serving(torch.from_numpy(example)).tolist()}
    if (
        settings.int8_max_drop is not None
        and val_images is not None
        and quantize(out, val_images, settings.int8_max_drop)
    ):
        expected["int8"] = run_onnx(out / "model.int8.onnx", example).tolist()
    (out / "labels.json").write_text(json.dumps(classes))
    (out / "probe.json").write_text(json.dumps({"seed": PROBE_SEED, "expected": expected}))
    if evaluation:
        (out / "evaluation.json").write_text(json.dumps({"classes": classes, **evaluation._asdict()}))
