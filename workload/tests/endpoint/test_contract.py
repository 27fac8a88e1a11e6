"""The HTTP contract, against a real `serve` process: each status with its exact code."""

import base64
import hashlib
import json
import socket
import time

import pytest
import tiny_model
from pictures import BAD, GOOD, HUGE, encode, jpeg
from PIL import Image
from processes import Endpoint

from image_classifier.names import PREDICTION_FIELDS, PROMETHEUS, SERVE_METRICS

KEY = "correct horse"
BEARER = {"Authorization": f"Bearer {KEY}"}
JSON = {**BEARER, "Content-Type": "application/json"}
RED = encode(Image.fromarray(tiny_model.picture("red")), "PNG")


def b64(data: bytes) -> dict[str, str]:
    return {"b64": base64.b64encode(data).decode()}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("endpoint")
    tiny_model.publish(folder / "models", "v1")
    with Endpoint(
        folder,
        ML_MODEL_URI=folder / "models",
        ML_API_KEY=f" old , {KEY}",
        ML_TOP_K=2,
        ML_REQUEST_TIMEOUT_SECONDS=2,
        ML_METRICS_SECONDS=3600,
    ) as started:
        yield started


def test_a_raw_image_is_answered_with_the_best_labels(endpoint):
    status, answer, _ = endpoint.post(RED, {**BEARER, "Content-Type": "image/png"})
    assert status == 200
    assert answer["model"] == {"run_id": "v1", "arch": "tiny"}
    assert [p["label"] for p in answer["predictions"]] == ["red", "green"]
    assert answer["predictions"][0]["score"] > 0.99
    assert answer.keys() == {"predictions", "model"}


@pytest.mark.parametrize("name", GOOD)
def test_every_good_image_is_200_whatever_its_declared_type(endpoint, name):
    for content_type in ("image/jpeg", "text/plain", ""):
        assert endpoint.post(GOOD[name], {**BEARER, "Content-Type": content_type})[0] == 200


def test_json_is_answered_in_order(endpoint):
    pictures = [encode(Image.fromarray(tiny_model.picture(colour)), "PNG") for colour in tiny_model.CLASSES]
    status, answer, _ = endpoint.post(json.dumps({"instances": [b64(p) for p in pictures]}).encode(), JSON)
    assert status == 200
    assert [best[0]["label"] for best in answer["predictions"]] == tiny_model.CLASSES


@pytest.mark.parametrize("count", [1, 32])
def test_one_to_32_instances_are_allowed(endpoint, count):
    status, answer, _ = endpoint.post(json.dumps({"instances": [b64(RED)] * count}).encode(), JSON)
    assert status == 200
    assert len(answer["predictions"]) == count


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"1", b'"x"', b"{}", b'{"instances": null}', b'{"instances": []}',
        b'{"instances": {}}',
        b'{"instances": {"b64": "aaaa"}}', b'{"instances": "aaaa"}', b'{"instances": [1]}', b'{"instances": ["aaaa"]}',
        b'{"instances": [{}]}', b'{"instances": [{"b64": 1}]}', b'{"instances": [{"b64": null}]}',
        b'{"instances": [{"b64": "not base64!"}]}', '{"instances": [{"b64": "\u00fc"}]}'.encode(), b"\xff\xfe", b"\x00",
        json.dumps({"instances": [b64(RED)] * 33}).encode(),
        # Python's own parser raises RecursionError, which is no ValueError.
        b'{"instances": ' + b"[" * 5000, b"[" * 900,
        # Ten megabytes that would become gigabytes.
        b'{"instances": [' + b"{}," * 3_000_000 + b"{}]}",
    ],
)  # fmt: skip
def test_json_of_another_shape_is_400(endpoint, body):
    status, answer, _ = endpoint.post(body, JSON)
    assert (status, answer["error"]["code"]) == (400, "bad_request")
    assert "instances" in answer["error"]["message"]


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_image_is_422(endpoint, name):
    status, answer, _ = endpoint.post(BAD[name], BEARER)
    assert (status, answer["error"]["code"]) == (422, "bad_image")


@pytest.mark.parametrize("name", HUGE)
def test_an_image_that_declares_too_many_pixels_is_413(endpoint, name):
    started = time.monotonic()
    status, answer, _ = endpoint.post(HUGE[name], BEARER)
    assert (status, answer["error"]["code"]) == (413, "image_too_large")
    assert time.monotonic() - started < 1, "the header alone must decide"


def test_one_bad_instance_fails_its_request_only(endpoint):
    body = json.dumps({"instances": [b64(RED), b64(b"text")]}).encode()
    status, answer, _ = endpoint.post(body, JSON)
    assert (status, answer["error"]["code"]) == (422, "bad_image")
    assert endpoint.post(RED, BEARER)[0] == 200


@pytest.mark.parametrize(
    "given", [None, "Bearer wrong", "Bearer ", "Bearer", "Basic " + KEY, KEY, "Bearer " + KEY[:-1], f"Bearer {KEY}x",
              "Bearer clé"],
)  # fmt: skip
def test_without_the_key_it_is_401_before_the_body_is_read(endpoint, given):
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: {9 << 20}\r\n"
    head += f"Authorization: {given}\r\n" if given is not None else ""
    # No byte of the body is ever sent: an answer can only come from the head.
    answer = endpoint.raw(head.encode() + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 401 "), answer
    assert b"www-authenticate: bearer" in answer.lower()
    assert json.loads(answer.split(b"\r\n\r\n")[1])["error"]["code"] == "unauthorized"


@pytest.mark.parametrize("given", [f"Bearer {KEY}", f"bearer {KEY}", "BEARER old", f"Bearer  {KEY} "])
def test_each_accepted_key_passes(endpoint, given):
    assert endpoint.post(RED, {"Authorization": given})[0] == 200


def test_health_and_ready_need_no_key(endpoint):
    for path in ("/health", "/ready"):
        status, answer, _ = endpoint.post(None, path=path)
        assert status == 200
        assert answer["status"] in ("ok", "ready")


def test_an_unknown_path_is_404_and_another_method_405(endpoint):
    for path in ("/", "/predict/", "/healthz", "/v1/predict", "/%2e%2e/etc", "/metrics"):
        status, answer, _ = endpoint.post(RED, BEARER, path)
        assert (status, answer["error"]["code"]) == (404, "not_found")
    status, answer, _ = endpoint.post(None)
    assert (status, answer["error"]["code"]) == (405, "method_not_allowed")


def test_a_body_that_is_too_large_is_413(endpoint):
    status, answer, _ = endpoint.post(b"x" * (11 << 20), BEARER)
    assert (status, answer["error"]["code"]) == (413, "body_too_large")
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(b"%x\r\n" % (1 << 20) + b"x" * (1 << 20) + b"\r\n" for _ in range(30))
    answer = endpoint.raw(head.encode() + chunks + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"body_too_large" in answer


def test_a_body_that_stops_half_way_is_504(endpoint):
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 1000\r\n\r\n"
    answer = endpoint.raw(head.encode() + b"x" * 500)
    assert answer.startswith(b"HTTP/1.1 504 ")
    assert b'"code":"timeout"' in answer


def test_a_client_that_hangs_up_is_counted_as_499(endpoint):
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", endpoint.port)) as connection:
        connection.sendall(head.encode() + b"x" * 10)
        time.sleep(0.2)
    time.sleep(0.3)
    assert 'http_request_seconds_count{code="499"}' in endpoint.prometheus()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),  # TLS spoken to a plain port
        (b"GET\r\n\r\n", 400),
        (b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 300_000, 431),
        (b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 50_000, 431),
        (b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /ready HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 200),
    ],
)
def test_garbage_on_the_wire_is_answered_in_the_same_json(endpoint, data, status):
    answer = endpoint.raw(data)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer[:200]
    if status != 200:
        assert json.loads(answer.split(b"\r\n\r\n")[1])["error"].keys() == {"code", "message"}


def test_a_head_that_never_ends_is_given_up(tmp_path):
    tiny_model.publish(tmp_path / "models", "v1")
    with Endpoint(tmp_path, ML_MODEL_URI=tmp_path / "models", ML_REQUEST_TIMEOUT_SECONDS=1) as other:
        started = time.monotonic()
        other.raw(b"POST /predict HTTP/1.1\r\nHost: x\r\n", seconds=15)
        assert 0.9 < time.monotonic() - started < 5


def test_answered_images_are_logged_and_secrets_and_pictures_are_not(endpoint):
    endpoint.post(RED, BEARER)
    line = [entry for entry in endpoint.log() if entry["message"] == "prediction"][-1]
    assert set(PREDICTION_FIELDS) <= line.keys()
    assert line["run_id"] == "v1"
    assert line["label"] == "red"
    assert line["image_sha256"] == hashlib.sha256(RED).hexdigest()[:16]
    text = endpoint.log_file.read_text()
    assert KEY not in text
    assert "127.0.0.1" not in json.dumps(line)
    assert "Traceback" not in text


def test_prometheus_has_the_names_of_the_contract_and_is_not_on_the_public_port(endpoint):
    text = endpoint.prometheus()
    for name in PROMETHEUS:
        assert f"# HELP {name.removesuffix('_total')}" in text, name
    assert "model_ready 1.0" in text
    assert endpoint.post(None, path="/metrics")[0] == 404


def test_no_line_of_the_log_is_anything_but_json(endpoint):
    for line in endpoint.log_file.read_text().splitlines():
        json.loads(line)


def test_the_last_metrics_line_comes_at_exit_with_all_names(tmp_path):
    tiny_model.publish(tmp_path / "models", "v1")
    with Endpoint(tmp_path, ML_MODEL_URI=tmp_path / "models", ML_CLOUD="aws", ML_METRICS_SECONDS=3600) as other:
        assert other.post(RED)[0] == 200
        assert other.post(b"x")[0] == 422
        assert other.stop() == 0
        line = next(entry for entry in other.log() if entry["message"] == "metrics")
        assert set(line["metrics"]) == set(SERVE_METRICS)
        assert (line["metrics"]["requests"], line["metrics"]["errors_4xx"]) == (2, 1)
        # EMF: values at the top, one dimension, and it is not empty.
        assert line["requests"] == 2
        definition = line["_aws"]["CloudWatchMetrics"][0]
        assert definition["Dimensions"] == [["role"]]
        assert line["role"] == "serve"
        assert {metric["Name"] for metric in definition["Metrics"]} == set(SERVE_METRICS)
        assert jpeg()[:2] not in other.log_file.read_bytes()
