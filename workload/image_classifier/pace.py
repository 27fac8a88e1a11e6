"""When the next checkpoint is due, so that a kill never costs more than ML_CHECKPOINT_SECONDS."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Pace:
    """Ask `due` once after each step, wrap each save in `save`."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic):
        self.seconds, self.clock = seconds, clock
        self.safe_at = self.stepped_at = clock()
        self.longest_step = 0.0
        # Nobody knows yet how long a save takes.
        self.longest_save = seconds / 10

    def due(self) -> bool:
        """Whether one more step, and the save behind it, could come too late: a kill may hit the end of the save."""
        now = self.clock()
        self.longest_step = max(self.longest_step, now - self.stepped_at)
        self.stepped_at = now
        return now - self.safe_at + self.longest_step + self.longest_save >= self.seconds

    @contextmanager
    def save(self) -> Iterator[None]:
        """What was trained before it is safe after it."""
        begun = self.clock()
        yield
        self.safe_at = self.stepped_at = self.clock()
        self.longest_save = max(self.longest_save, self.safe_at - begun)
