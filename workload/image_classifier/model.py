"""The network, with normalisation inside so that training and serving cannot disagree on it."""

import difflib
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from .errors import ConfigError

# ImageNet's, which torchvision's pretrained weights expect, on the 0..255 scale.
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Classifier(nn.Module):
    """uint8 [N, H, W, 3] -> logits [N, classes]."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, arch: str, classes: int, image_size: int):
        super().__init__()
        self.net = _network(arch, classes, image_size)
        self.register_buffer("mean", torch.tensor(MEAN).mul(255).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(STD).mul(255).view(1, 3, 1, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.net((images.permute(0, 3, 1, 2).to(self.mean.dtype) - self.mean) / self.std)


class Serving(nn.Module):
    """What is exported: uint8 images -> float32 probabilities."""

    def __init__(self, classifier: Classifier):
        super().__init__()
        self.classifier = classifier

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return F.softmax(self.classifier(images).float(), 1)


def _network(arch: str, classes: int, image_size: int) -> nn.Module:
    import torchvision

    known = torchvision.models.list_models(module=torchvision.models)
    if arch not in known:
        close = difflib.get_close_matches(arch, known, 3)
        hint = f"did you mean {' or '.join(close)}?" if close else f"for example {', '.join(known[:3])}"
        raise ConfigError(f"ML_ARCH must be a torchvision classification model, got {arch!r}; {hint}")
    options: dict[str, Any] = {}
    if arch in ("inception_v3", "googlenet"):
        # Their second and third outputs help only when a network of that age is trained from nothing.
        options = {"aux_logits": False, "init_weights": True}
    elif arch.startswith("vit_"):
        options = {"image_size": image_size}
    try:
        return torchvision.models.get_model(arch, weights=None, num_classes=classes, **options)
    except (ValueError, TypeError, RuntimeError, AssertionError) as error:
        raise ConfigError(f"ML_ARCH={arch} cannot be built for ML_IMAGE_SIZE={image_size}: {error}") from None


def check_fits(net: Classifier, arch: str, image_size: int, batch: int) -> None:
    """Refuse a size or batch that the architecture cannot take, before any data moves. Computes shapes only."""
    shapes = {name: torch.empty_like(value, device="meta") for name, value in net.state_dict().items()}
    images = torch.empty(batch, image_size, image_size, 3, dtype=torch.uint8, device="meta")
    try:
        torch.func.functional_call(net.train(), shapes, (images,))
    except (ValueError, RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(
            f"ML_ARCH={arch} cannot train on ML_IMAGE_SIZE={image_size} with {batch} images per "
            f"process ({reason}); raise ML_IMAGE_SIZE or ML_BATCH_SIZE"
        ) from None
