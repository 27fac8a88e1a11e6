"""Bearer keys."""

import hmac

from .refusals import Refused


class Keys:
    """The accepted keys of ML_API_KEY: several, comma separated, while a key is being rotated. None = open."""

    def __init__(self, setting: str | None):
        self.keys = [key.strip().encode() for key in (setting or "").split(",") if key.strip()]

    @property
    def mode(self) -> str:
        return "bearer" if self.keys else "open"

    def check(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Raises Refused unless a header carries one of the keys. Works on bytes: a header need not be text."""
        if not self.keys:
            return
        given = next((value for name, value in headers if name == b"authorization"), b"")
        scheme, _, key = given.partition(b" ")
        # Compared with every key, in constant time, so that neither order nor prefix shows.
        matches = [hmac.compare_digest(key.strip(), accepted) for accepted in self.keys]
        if scheme.lower() != b"bearer" or not any(matches):
            raise Refused("unauthorized", "send Authorization: Bearer <key>", {"WWW-Authenticate": "Bearer"})
