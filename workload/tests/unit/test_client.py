"""`predict` against a server that misbehaves as proxies and platforms do."""

import http.server
import json
import threading

import pytest

from image_classifier import client
from image_classifier.client import predict, retry_after


class Script(http.server.BaseHTTPRequestHandler):
    """Answers from a list, and keeps what it was asked."""

    answers: list
    asked: list

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.headers, body))
        status, headers, text = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


OK = (200, {}, b'{"predictions": [{"label": "ring", "score": 1.0}], "model": {"run_id": "a", "arch": "b"}}')


@pytest.fixture
def server(monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(client.time, "sleep", slept.append)
    handler = type("Handler", (Script,), {"answers": [], "asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        handler.url, handler.slept = f"http://127.0.0.1:{listener.server_address[1]}", slept
        yield handler
        listener.shutdown()


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_file_is_one_line_and_the_key_travels(server, tmp_path, capsys):
    server.answers = [OK]
    for name in ("a.png", "b.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    assert predict(server.url + "/", [str(tmp_path / "a.png"), str(tmp_path / "b.jpg")], " new , old ") == 0
    assert [line["predictions"][0]["label"] for line in lines(capsys)] == ["ring", "ring"]
    assert [headers["Content-Type"] for headers, _ in server.asked] == ["image/png", "image/jpeg"]
    assert server.asked[0][0]["Authorization"] == "Bearer new"
    assert server.asked[1][1] == b"b.jpg"


def test_a_503_is_waited_for_as_long_as_it_asks(server, tmp_path, capsys):
    server.answers = [
        (503, {"Retry-After": "3"}, b"{}"),
        (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, b""),
        OK,
    ]
    (tmp_path / "a.jpg").write_bytes(b"x")
    assert predict(server.url, [str(tmp_path / "a.jpg")], None) == 0
    assert server.slept == [3.0, 2.0]


@pytest.mark.parametrize(
    ("answer", "requests"), [((401, {}, b'{"error": {}}'), 1), ((503, {}, b"{}"), 5), ((200, {}, b"<html>"), 1)]
)
def test_a_failure_is_told_per_file_and_ends_with_status_1(server, tmp_path, capsys, answer, requests):
    server.answers = [answer]
    (tmp_path / "a.jpg").write_bytes(b"x")
    assert predict(server.url, [str(tmp_path / "a.jpg"), str(tmp_path / "absent.jpg")], None) == 1
    told = lines(capsys)
    assert len(told) == 2
    assert told[0].get("status", 200) == answer[0]
    assert "No such file" in told[1]["error"]
    assert len(server.asked) == requests


def test_nobody_listening_is_waited_for_and_then_a_line_too(tmp_path, capsys, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(client.time, "sleep", slept.append)
    (tmp_path / "a.jpg").write_bytes(b"x")
    assert predict("http://127.0.0.1:9", [str(tmp_path / "a.jpg")], None) == 1
    assert "refused" in lines(capsys)[0]["error"]
    assert slept == [2.0] * 4, "an endpoint that was started a second ago"


@pytest.mark.parametrize(("header", "seconds"), [(None, 2), ("", 2), ("7", 7), ("9999", 30), ("-1", 2), ("soon", 2)])
def test_retry_after_of_any_kind_is_a_wait_of_reason(header, seconds):
    assert retry_after(header) == seconds
