"""The commands. Each imports what it needs itself: `contract` runs without a package, `serve` without torch."""

import argparse
import json
from pathlib import Path

from .errors import DONE, ConfigError
from .settings import Settings


def train(settings: Settings, args: argparse.Namespace) -> int:
    """train a model and publish it"""
    from .launch import train as launch

    return launch(settings)


def worker(settings: Settings, args: argparse.Namespace) -> int:
    """one training process; what torchrun starts"""
    from .training import run

    return run(settings)


def serve(settings: Settings, args: argparse.Namespace) -> int:
    """answer HTTP requests with the published model"""
    from .server import serve as run

    return run(settings)


def seed(settings: Settings, args: argparse.Namespace) -> int:
    """write the toy data set to ML_DATASET_URI unless a data set is there"""
    from . import storage
    from .logs import log
    from .shards import Dataset, summary
    from .toy_dataset import write_toy_dataset

    location = storage.uri(settings.dataset_uri, "ML_DATASET_URI")
    present = (location / "dataset.json").exists()
    if not present:
        write_toy_dataset(location, Path(settings.scratch))
    log(
        "data set was there already" if present else "data set written",
        uri=str(location),
        **summary(Dataset.read(location)),
    )
    return DONE


def import_folder(settings: Settings, args: argparse.Namespace) -> int:
    """make a data set of DIR/<class>/* or DIR/{train,val}/<class>/* at ML_DATASET_URI"""
    from . import storage
    from .import_folder import import_folder as run

    dest = storage.uri(settings.dataset_uri, "ML_DATASET_URI")
    print(json.dumps(run(Path(args.dir), dest, Path(settings.scratch), args.val_fraction, settings.max_image_pixels)))
    return DONE


def export(settings: Settings, args: argparse.Namespace) -> int:
    """publish weights that were trained elsewhere as ML_RUN_ID, with ML_ARCH and ML_IMAGE_SIZE"""
    from . import storage
    from .import_weights import import_weights

    labels = read_labels(Path(args.labels))
    import_weights(args.weights_uri, labels, settings, storage.uri(settings.model_uri, "ML_MODEL_URI"))
    return DONE


def fetch_weights(settings: Settings, args: argparse.Namespace) -> int:
    """download torchvision's weights of ARCH to TO_URI and print the ML_PRETRAINED= line"""
    from safetensors.torch import save_file

    from . import storage
    from .weights import torchvision_weights

    dest, scratch = storage.uri(args.to_uri, "TO_URI"), Path(settings.scratch)
    local = storage.temporary(scratch, ".safetensors")
    try:
        state = torchvision_weights(args.arch, scratch)
        save_file({name: value.contiguous() for name, value in state.items()}, local)
        storage.put(local, dest / f"{args.arch}.safetensors")
    finally:
        local.unlink()
    print(f"ML_PRETRAINED={args.to_uri.rstrip('/')}/{args.arch}.safetensors")
    return DONE


def predict(settings: Settings, args: argparse.Namespace) -> int:
    """send image files to the endpoint at URL; the bearer key comes from ML_API_KEY"""
    from .client import predict as run

    return run(args.url, args.files, settings.api_key)


def read_labels(path: Path) -> list[str]:
    """The class names of a JSON list, as `labels.json` of a published model holds them."""
    wanted = f"--labels must be a JSON file with a list of class names, got {str(path)!r}"
    try:
        labels = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{wanted}: {error}") from None
    if not isinstance(labels, list) or len(labels) < 2 or not all(isinstance(label, str) for label in labels):
        raise ConfigError(f"{wanted}, which holds something else; it must be a list of at least 2 texts")
    return labels
