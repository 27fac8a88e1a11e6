"""Publishes weights that were trained elsewhere."""

from pathlib import Path

from .errors import ConfigError
from .model import Classifier
from .publish import Publication, publish
from .settings import Settings
from .storage import Location
from .weights import bare, load_safetensors


def import_weights(source: str, labels: list[str], settings: Settings, models: Location) -> None:
    """`source` is the URI of a safetensors file with torchvision's names or ours."""
    net = Classifier(settings.arch, len(labels), settings.image_size)
    state = bare(load_safetensors(source, "WEIGHTS_URI", Path(settings.scratch)))
    try:
        net.net.load_state_dict(state)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise ConfigError(
            f"{source} is not a {settings.arch} with {len(labels)} classes ({reason}); set ML_ARCH to its "
            "architecture and give --labels one name per class"
        ) from None
    publish(net.eval(), settings, labels, Publication(models, settings.run_id))
