"""The load generator: clients in a closed loop over kept-alive connections, each sending its next image at once.

One asyncio process that only moves bytes, so that on a small machine it takes little from the server under test.
"""

import asyncio
import time
from typing import NamedTuple


class Load(NamedTuple):
    """What `clients` clients saw. Latencies in seconds, in the order of arrival."""

    clients: int
    seconds: float
    latencies: list[float]
    failures: int

    @property
    def images_per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def http_request(path: str, content_type: str, body: bytes) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    if "content-length:" in head:
        await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
    else:
        while (size := int((await reader.readline()).strip(), 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head.split(" ", 2)[1])


async def _client(port: int, requests: list[bytes], first: int, until: float, latencies: list[float]) -> int:
    failures, number = 0, first
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (started := time.perf_counter()) < until:
        writer.write(requests[number % len(requests)])
        if await _answer(reader) == 200:
            latencies.append(time.perf_counter() - started)
        else:
            failures += 1
        number += 1
    writer.close()
    return failures


def load(port: int, requests: list[bytes], clients: int, seconds: float) -> Load:
    """Send `requests` in turn for `seconds`; a request that began in time is waited for and counted."""

    async def run() -> Load:
        latencies: list[float] = []
        started = time.perf_counter()
        jobs = (_client(port, requests, first, started + seconds, latencies) for first in range(clients))
        failures = sum(await asyncio.gather(*jobs))
        return Load(clients, time.perf_counter() - started, latencies, failures)

    return asyncio.run(run())
