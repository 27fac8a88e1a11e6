"""How a command ends, and the one exception that a user's mistake becomes."""

DONE = 0
FAILED = 1
MISCONFIGURED = 64
INTERRUPTED = 75

# What a platform must do with each status; a retry of anything but 64 is safe.
EXIT_STATUSES = {
    DONE: "done, or the run was already complete",
    FAILED: "crashed or lost a peer: retry, bounded",
    MISCONFIGURED: "will never work: do not retry",
    INTERRUPTED: "interrupted with the progress saved: retry",
}


class ConfigError(Exception):
    """A mistake that no retry mends. Its text is one sentence: what, the value got, what is allowed, the fix."""
