"""Weights that were trained elsewhere: torchvision's or a safetensors file. Never a pickle."""

import os
from pathlib import Path
from urllib.error import URLError

import torch

from . import storage
from .errors import ConfigError
from .logs import log
from .model import Classifier

# Weight and bias of a classifier with one hidden layer; anything more is another architecture.
MAX_NEW_TENSORS = 4


def load_safetensors(source: str, given_as: str, scratch: Path) -> dict[str, torch.Tensor]:
    """The tensors of a file in a bucket; `given_as` is the variable or argument that named it."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    remote = storage.uri(source, given_as)
    if not remote.exists():
        raise ConfigError(f"{given_as} must be a safetensors file, got {source!r}, which does not exist")
    local = storage.temporary(scratch, ".safetensors")
    try:
        storage.get(remote, local)
        return load_file(local)
    except SafetensorError as error:
        raise ConfigError(
            f"{given_as} must be a safetensors file, got {source!r} ({error}); a .pt or .pth file is a "
            "pickle and is not loaded: save its state_dict with safetensors.torch.save_file"
        ) from None
    finally:
        local.unlink(missing_ok=True)


def torchvision_weights(arch: str, scratch: Path) -> dict[str, torch.Tensor]:
    """The default pretrained weights of an architecture, downloaded."""
    import torchvision

    if arch not in torchvision.models.list_models(module=torchvision.models):
        raise ConfigError(f"torchvision has no pretrained weights for {arch!r}")
    os.environ.setdefault("TORCH_HOME", str(scratch / "torch"))
    weights = torchvision.models.get_model_weights(arch).DEFAULT
    try:
        return weights.get_state_dict(progress=False, check_hash=True)
    except (URLError, OSError) as error:
        raise ConfigError(
            f"ML_PRETRAINED=torchvision could not download {weights.url} ({error}); this job has no way out to the "
            f"internet: run `fetch-weights {arch} <uri>` where there is one and set ML_PRETRAINED to the URI it prints"
        ) from None


def initialise(classifier: Classifier, arch: str, source: str, scratch: Path) -> None:
    """Start from ML_PRETRAINED: everything whose shape fits; only the head may differ."""
    if source == "none":
        return
    if source == "torchvision":
        given = torchvision_weights(arch, scratch)
    else:
        given = load_safetensors(source, "ML_PRETRAINED", scratch)
    given = bare(given)
    own = classifier.net.state_dict()
    fitting = {name: value for name, value in given.items() if name in own and own[name].shape == value.shape}
    anew = sorted(set(own) - set(fitting))
    if len(anew) > MAX_NEW_TENSORS:
        raise ConfigError(
            f"ML_PRETRAINED={source} does not fit ML_ARCH={arch}: {len(anew)} of {len(own)} tensors are "
            f"absent or of another shape, first {', '.join(anew[:3])}; only the last layers may differ"
        )
    classifier.net.load_state_dict(fitting, strict=False)
    log("pretrained weights loaded", source=source, loaded=len(fitting), initialised_anew=anew)


def bare(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Torchvision's names. A model that we published has the prefix `net.` and two buffers beside it."""
    return {name.removeprefix("net."): value for name, value in state.items() if name not in ("mean", "std")}
