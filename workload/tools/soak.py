"""Ten minutes of good and hostile requests: `python3 workload/tools/soak.py [--minutes 10]`.

Fails unless the process lives, its memory ends within 15 % of where it was after the first minute, every good request
was answered, and no answer was a 5xx but 503 and 504.
"""

import argparse
import base64
import io
import json
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from environment import ROOT, ensure

KEY = "soak-key"
MAKE_MODEL = """
import torch
from pathlib import Path
from image_classifier.model import Classifier
from image_classifier.publish import Publication, publish
from image_classifier.settings import Settings
settings = Settings.read({"ML_SCRATCH": FOLDER, "ML_IMAGE_SIZE": "64"})
publish(Classifier("resnet18", 5, 64).eval(), settings, list("abcde"), Publication(Path(FOLDER) / "models", "soak"))
"""


def traffic(pictures) -> tuple[list[tuple[dict, bytes]], list[bytes]]:
    """(good requests as headers and body, hostile bytes for the wire)."""
    from PIL import Image

    auth = {"Authorization": f"Bearer {KEY}"}
    as_json = {**auth, "Content-Type": "application/json"}
    large = io.BytesIO()
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(large, "JPEG", quality=70)
    progressive = io.BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(progressive, "JPEG", quality=60, progressive=True)
    flat = io.BytesIO()
    Image.new("RGB", (7000, 7000), "red").save(flat, "PNG")
    good = [(auth, data) for data in pictures.GOOD.values()] * 4
    good += [(auth, stream.getvalue()) for stream in (large, progressive, flat)]
    b64 = [{"b64": base64.b64encode(pictures.jpeg(seed=i)).decode()} for i in range(8)]
    good += [(as_json, json.dumps({"instances": b64}).encode())]

    def request(headers: dict, body: bytes, length: int | None = None) -> bytes:
        head = [f"{name}: {value}" for name, value in {**headers, "Host": "x"}.items()]
        head.append(f"Content-Length: {len(body) if length is None else length}")
        return ("POST /predict HTTP/1.1\r\n" + "\r\n".join(head) + "\r\n\r\n").encode() + body

    hostile = [request(auth, data) for data in [*pictures.BAD.values(), *pictures.HUGE.values()]]
    hostile += [
        request({"Authorization": value}, pictures.jpeg()) for value in ("", "Bearer x", "Basic \x80", "Bearer " * 99)
    ]
    hostile += [request(as_json, body) for body in (
        b"{", b"[" * 100_000, b'{"instances": [' + b"{}," * 500_000 + b"{}]}",
        b'{"instances": [{"b64": "' + b"A" * 9_000_000,
        json.dumps({"instances": b64 * 5}).encode(), b"\xff" * 1000, b'{"a": 1' + b"0" * 100_000 + b"}",
    )]  # fmt: skip
    hostile += [
        request(auth, b"x" * (11 << 20)),
        # Never completed: 504, or the client hangs up.
        request(auth, b"x" * 100, length=1000),
        request(auth, b"", length=-5),
        # A chunk whose size is no number, after one that is a megabyte long.
        b"POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        + b"Authorization: Bearer %b\r\n\r\n100000\r\n%b\r\nzz\r\n" % (KEY.encode(), b"x" * 0x100000),
        b"GET /health HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 200_000,
        b"GET /health HTTP/1.1\r\n" * 3,
        b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n" * 50,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /%00%ff/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc",
        bytes(random.Random(0).randbytes(5000)),
    ]  # fmt: skip
    return good, hostile


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    python = ensure("test")
    if Path(sys.prefix) != python.parent.parent:
        return subprocess.run([python, __file__, *sys.argv[1:]], check=False).returncode
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    import pictures
    from processes import Endpoint, environment

    with tempfile.TemporaryDirectory() as name:
        code = MAKE_MODEL.replace("FOLDER", repr(name))
        subprocess.run([python, "-c", code], env=environment(), check=True, stdout=subprocess.DEVNULL)
        good, hostile = traffic(pictures)
        answered, seen, until = Counter(), Counter(), time.monotonic() + 60 * options.minutes
        with Endpoint(
            Path(name), ML_MODEL_URI=f"{name}/models", ML_API_KEY=KEY, ML_REQUEST_TIMEOUT_SECONDS=5
        ) as endpoint:

            def behave(seed: int) -> None:
                rng = random.Random(seed)
                while time.monotonic() < until:
                    try:
                        headers, body = rng.choice(good)
                        answered[endpoint.post(body, headers)[0]] += 1
                    except OSError as error:
                        answered[type(error).__name__] += 1

            def attack(seed: int) -> None:
                rng = random.Random(1000 + seed)
                while time.monotonic() < until:
                    data, patience = rng.choice(hostile), rng.choice((0.0, 0.05, 0.5, 7.0))
                    try:
                        with socket.create_connection(
                            ("127.0.0.1", endpoint.port), timeout=max(patience, 0.01)
                        ) as wire:
                            wire.sendall(data)
                            answer = wire.recv(4096)
                            seen[int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else "closed"] += 1
                    except (OSError, ValueError):
                        seen["hung up"] += 1

            threads = [threading.Thread(target=behave, args=(i,)) for i in range(4)]
            threads += [threading.Thread(target=attack, args=(i,)) for i in range(4)]
            for thread in threads:
                thread.start()
            memory, began = [], time.monotonic()
            while time.monotonic() < until and endpoint.process.poll() is None:
                time.sleep(5)
                memory.append((time.monotonic() - began, endpoint.rss_mib()))
                if len(memory) % 12 == 0:
                    print(
                        f"{memory[-1][0]:5.0f} s  {memory[-1][1]:6.0f} MiB  good {dict(answered)}  "
                        f"hostile {dict(seen)}",
                        flush=True,
                    )
            for thread in threads:
                thread.join()
            alive = endpoint.process.poll() is None
            time.sleep(2)
            after_first_minute = next((mib for at, mib in memory if at >= 60), memory[-1][1])
            end, peak = endpoint.rss_mib() if alive else 0.0, max(mib for _, mib in memory)
            ready, status = endpoint.status(), endpoint.stop()
            stray = [line for line in endpoint.log_file.read_text().splitlines() if not line.startswith("{")]
        forbidden = {s for s in (*answered, *seen) if isinstance(s, int) and s >= 500} - {503, 504}
        print(f"alive {alive}, ready {ready}, exit {status}; memory after a minute {after_first_minute:.0f} MiB, at "
              f"the end {end:.0f} MiB ({end / after_first_minute - 1:+.1%}), peak {peak:.0f} MiB; "
              f"good {dict(answered)}; hostile {dict(seen)}; stray lines {len(stray)}")  # fmt: skip
        ok = alive and ready == "ready" and status == 0 and not forbidden and not stray
        ok &= end <= 1.15 * after_first_minute and set(answered) <= {200, 503, 504}
        return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
