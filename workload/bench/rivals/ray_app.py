"""Ray Serve with its own batching, one replica."""

import time

import numpy as np
import ray
from engine import MAX_BATCH, PORT, answer, open_engine, pixels
from ray import serve
from starlette.requests import Request


@serve.deployment(max_ongoing_requests=256, ray_actor_options={"num_cpus": 1})
class Classifier:
    def __init__(self):
        self.infer = open_engine()

    @serve.batch(max_batch_size=MAX_BATCH, batch_wait_timeout_s=0.005)
    async def classify(self, images: list):
        return [answer(scores) for scores in self.infer(np.stack(images))]

    async def __call__(self, request: Request) -> dict:
        if request.method == "GET":
            return {"status": "ready"}
        return await self.classify(pixels(await request.body()))


ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
serve.start(http_options={"host": "127.0.0.1", "port": PORT})
serve.run(Classifier.bind(), route_prefix="/")
while True:
    time.sleep(3600)
