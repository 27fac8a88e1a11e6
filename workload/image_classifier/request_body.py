"""What a client may send to /predict: one raw image, or JSON with up to 32 of them."""

import base64
import binascii
import json

from starlette.requests import Request

from .refusals import Refused

MAX_INSTANCES = 32
# More than 32 instances with a few members each ever need. Ten megabytes of "{}," would parse to gigabytes.
MAX_JSON_PARTS = 1000
WANTED = 'send {"instances": [{"b64": "<base64 of an image file>"}, …]}'


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, refused as soon as it is known to be too large."""
    too_large = Refused("body_too_large", f"the body may have {limit} bytes")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_large
    return bytes(body)


def is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"


def instances(body: bytes) -> list[bytes]:
    """The image files of a JSON body."""
    if body.count(b"{") + body.count(b"[") + body.count(b",") > MAX_JSON_PARTS:
        raise Refused("bad_request", f"the JSON has too many parts; {WANTED}")
    try:
        given = json.loads(body)["instances"]
        if not isinstance(given, list):
            raise TypeError
        if not 1 <= len(given) <= MAX_INSTANCES:
            raise Refused("bad_request", f"1 to {MAX_INSTANCES} instances are allowed, got {len(given)}")
        return [base64.b64decode(instance["b64"], validate=True) for instance in given]
    except (ValueError, KeyError, TypeError, IndexError, binascii.Error, RecursionError):
        raise Refused("bad_request", f"the body is not what was expected; {WANTED}") from None
