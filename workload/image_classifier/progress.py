"""How far a run is: JSON lines for machines, a bar for a person at a terminal."""

import sys
import time
from typing import TextIO

from .logs import emit

WIDTH = 28


class Progress:
    """Counts images from the step at which this process began."""

    def __init__(self, first: int, total: int, steps_per_epoch: int, bar: TextIO | None = None):
        self.first, self.total, self.steps_per_epoch = first, total, steps_per_epoch
        self.images, self.started = 0, time.monotonic()
        self.bar = bar or sys.stderr

    def line(self, step: int, loss: float) -> None:
        """One progress report after `step` steps."""
        seconds = max(time.monotonic() - self.started, 1e-9)
        rate, eta = self.images / seconds, seconds / max(step - self.first, 1) * (self.total - step)
        epoch = (step - 1) // self.steps_per_epoch + 1
        if not sys.stdout.isatty():
            emit(
                {"train_loss": round(loss, 4), "train_images_per_second": round(rate, 1)},
                step=step,
                total=self.total,
                epoch=epoch,
                eta_seconds=round(eta),
            )
        if self.bar.isatty():
            done = WIDTH * step // self.total
            self.bar.write(
                f"\r\x1b[K{'█' * done}{'░' * (WIDTH - done)} {100 * step // self.total:3d} %  epoch {epoch}  "
                f"step {step}/{self.total}  loss {loss:.3f}  {rate:.0f} images/s  {duration(eta)} left"
            )
            self.bar.write("\n" if step == self.total else "")
            self.bar.flush()


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
