"""The one place that knows accelerators: which device runs the model, and in which precision."""

import torch

from .errors import ConfigError


def device(wanted: str, local_rank: int = 0) -> torch.device:
    """`wanted` is ML_DEVICE."""
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "cpu"
    if wanted == "cuda":
        if not torch.cuda.is_available():
            raise ConfigError(
                f"ML_DEVICE=cuda, but torch {torch.__version__} sees no GPU; check that the machine has "
                "one of compute capability 7.5 or newer and that its driver fits the image's CUDA"
            )
        return torch.device("cuda", local_rank)
    return torch.device("cpu")


def uses_bf16(amp: str, at: torch.device) -> bool:
    """`amp` is ML_AMP. A T4 would emulate bf16, slower than fp32."""
    if amp == "auto":
        return at.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return amp == "bf16"
