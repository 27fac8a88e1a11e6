"""What the endpoint does when much happens at once."""

import json
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import tiny_model
from pictures import encode
from PIL import Image
from processes import Endpoint, free_port, lines, run, wait_until

RED = encode(Image.fromarray(tiny_model.picture("red")), "PNG")


def test_overload_is_503_and_nothing_else(tmp_path):
    tiny_model.publish(tmp_path / "models", "v1", delay=600)
    with Endpoint(tmp_path, ML_MODEL_URI=tmp_path / "models", ML_MAX_QUEUE=8, ML_MAX_BATCH=2) as endpoint:
        with ThreadPoolExecutor(64) as clients:
            answers = list(clients.map(lambda _: endpoint.post(RED), range(400)))
        statuses = Counter(status for status, _, _ in answers)
        assert set(statuses) == {200, 503}, statuses
        refused = next(answer for answer in answers if answer[0] == 503)
        assert refused[1]["error"]["code"] == "overloaded"
        assert refused[2]["Retry-After"] == "2"
        # What was admitted is given back: the queue is empty again.
        assert "queue_depth 0.0" in endpoint.prometheus()
        assert endpoint.post(RED)[0] == 200


def test_one_bad_image_in_a_batch_fails_alone(tmp_path):
    tiny_model.publish(tmp_path / "models", "v1", delay=400)
    with Endpoint(tmp_path, ML_MODEL_URI=tmp_path / "models") as endpoint:
        bodies = [b"no image" if i % 16 == 7 else RED for i in range(160)]
        with ThreadPoolExecutor(16) as clients:
            statuses = list(clients.map(lambda body: endpoint.post(body)[0], bodies))
        assert statuses == [422 if body != RED else 200 for body in bodies]
        batches = [
            float(row.split()[1])
            for row in endpoint.prometheus().splitlines()
            if row.startswith("batch_size_") and ("_sum" in row or "_count" in row)
        ]
        assert max(batches) > min(batches), "no batch held two images: the test proves nothing"


def test_a_slow_model_is_504_and_the_queue_recovers(tmp_path):
    tiny_model.publish(tmp_path / "models", "v1", delay=2500)
    with Endpoint(
        tmp_path, ML_MODEL_URI=tmp_path / "models", ML_REQUEST_TIMEOUT_SECONDS=0.05, ML_MAX_BATCH=1
    ) as endpoint:
        with ThreadPoolExecutor(8) as clients:
            statuses = {
                endpoint_status for endpoint_status, _, _ in clients.map(lambda _: endpoint.post(RED), range(16))
            }
        assert statuses == {504}
        wait_until(lambda: "queue_depth 0.0" in endpoint.prometheus(), 5, "an empty queue")


class Traffic:
    """Good requests without pause from eight threads; counts the statuses and the models that answered."""

    def __init__(self, endpoint: Endpoint):
        self.endpoint, self.statuses, self.models, self.running = endpoint, Counter(), Counter(), True
        self.threads = [threading.Thread(target=self._send) for _ in range(8)]

    def _send(self) -> None:
        while self.running:
            try:
                request = urllib.request.Request(self.endpoint.url + "/predict", RED)
                with urllib.request.urlopen(request, timeout=20) as answer:
                    self.models[json.load(answer)["model"]["run_id"]] += 1
                    self.statuses[200] += 1
            except urllib.error.HTTPError as error:
                self.statuses[error.code] += 1
            except OSError as error:
                self.statuses[type(getattr(error, "reason", error)).__name__] += 1
                time.sleep(0.02)

    def __enter__(self) -> "Traffic":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.running = False
        for thread in self.threads:
            thread.join()


def test_a_hot_swap_under_load_loses_no_request(tmp_path):
    models = tmp_path / "models"
    tiny_model.publish(models, "v1")
    with Endpoint(tmp_path, ML_MODEL_URI=models) as endpoint:
        with Traffic(endpoint) as traffic:
            wait_until(lambda: traffic.models["v1"] > 50, 20, "answers of v1")
            tiny_model.publish(models, "v2", scale=0.04)
            wait_until(lambda: traffic.models["v2"] > 50, 20, "answers of v2")
        assert set(traffic.statuses) == {200}, traffic.statuses
        assert traffic.statuses.total() > 100


def test_a_corrupted_model_is_refused_and_the_old_one_keeps_serving(tmp_path):
    models = tmp_path / "models"
    tiny_model.publish(models, "v1")
    with Endpoint(tmp_path, ML_MODEL_URI=models) as endpoint:
        flipped = tiny_model.publish(models, "flipped", promote=False) / "model.onnx"
        flipped.write_bytes(flipped.read_bytes()[:-1] + b"\0")
        # Its bytes are right, its answers are not: another model under the old probe.
        other = tiny_model.publish(models, "other", promote=False, scale=0.01)
        (other / "probe.json").write_bytes((models / "v1" / "probe.json").read_bytes())
        manifest = json.loads((other / "manifest.json").read_text())
        manifest["files"]["probe.json"] = json.loads((models / "v1" / "manifest.json").read_text())["files"][
            "probe.json"
        ]
        (other / "manifest.json").write_text(json.dumps(manifest))
        for run_id, reason in (
            ("flipped", "ChecksumError"),
            ("other", "off by"),
            ("absent", "no manifest.json"),
            ("../v1", "the model version must be"),
        ):
            tiny_model.current(models, run_id)
            wait_until(
                lambda reason=reason: any(reason in str(line.get("error")) for line in endpoint.log()), 10, reason
            )
            status, answer, _ = endpoint.post(RED)
            assert (status, answer["model"]["run_id"]) == (200, "v1")
            assert endpoint.status() == "ready"
        assert not list((tmp_path / "scratch").iterdir()), "refused models must not fill the disk"


def test_a_first_model_that_is_damaged_counts_as_no_model(tmp_path):
    models = tmp_path / "models"
    broken = tiny_model.publish(models, "v1") / "model.onnx"
    broken.write_bytes(b"damaged")
    with Endpoint(tmp_path, ready=False, ML_MODEL_URI=models) as endpoint:
        status, answer, headers = endpoint.post(RED)
        assert (status, answer["error"]["code"], headers["Retry-After"]) == (503, "model_not_ready", "2")
        assert any("ChecksumError" in str(line.get("error")) for line in endpoint.log())
        tiny_model.publish(models, "v2")
        wait_until(lambda: endpoint.post(RED)[0] == 200, 10, "the repaired model")


def test_without_a_model_the_server_stays_up_and_takes_the_first_one(tmp_path):
    with Endpoint(tmp_path, ready=False, ML_MODEL_URI=tmp_path / "models") as endpoint:
        assert endpoint.post(RED)[0] == 503
        assert endpoint.post(None, path="/ready")[0] == 200
        tiny_model.publish(tmp_path / "models", "v1")
        wait_until(lambda: endpoint.post(RED)[0] == 200, 10, "the first model")


def test_a_pinned_version_ignores_the_pointer(tmp_path):
    models = tmp_path / "models"
    tiny_model.publish(models, "v1")
    tiny_model.publish(models, "v2")
    with Endpoint(tmp_path, ML_MODEL_URI=models, ML_MODEL_VERSION="v1") as endpoint:
        assert endpoint.post(RED)[1]["model"]["run_id"] == "v1"


def test_sigterm_drains_then_refuses_then_exits_0(tmp_path):
    tiny_model.publish(tmp_path / "models", "v1", delay=400)
    with (
        Endpoint(tmp_path, ML_MODEL_URI=tmp_path / "models", ML_DRAIN_SECONDS=1.5) as endpoint,
        Traffic(endpoint) as traffic,
    ):
        wait_until(lambda: traffic.statuses[200] > 20, 20, "traffic")
        endpoint.process.send_signal(signal.SIGTERM)
        wait_until(lambda: endpoint.status() == "draining", 5, "draining")
        assert endpoint.post(None, path="/ready")[0] == 503
        assert endpoint.post(None, path="/health")[0] == 200
        before = traffic.statuses[200]
        time.sleep(0.5)
        assert traffic.statuses[200] > before, "a draining endpoint still answers"
        assert endpoint.process.wait(10) == 0
    # Nobody who was let in got anything but an answer; later ones found the port closed.
    assert not {status for status in traffic.statuses if isinstance(status, int)} - {200}
    assert traffic.statuses["ConnectionRefusedError"] > 0


def test_a_port_in_use_is_one_sentence_and_exit_64(tmp_path):
    tiny_model.publish(tmp_path / "models", "v1")
    with Endpoint(tmp_path, ML_MODEL_URI=tmp_path / "models") as endpoint:
        done = run("serve", PORT=endpoint.port, ML_MODEL_URI=tmp_path / "models", ML_METRICS_PORT=0)
        assert done.returncode == 64
        assert f"PORT={endpoint.port} cannot be listened on" in lines(done.stdout)[-1]["error"]
        done = run("serve", PORT=free_port(), ML_MODEL_URI=tmp_path / "models", ML_METRICS_PORT=endpoint.metrics_port)
        assert done.returncode == 64
        assert f"ML_METRICS_PORT={endpoint.metrics_port} cannot be listened on" in lines(done.stdout)[-1]["error"]
