"""LitServe with its own batching. It takes no raw body, so images travel as base64 in JSON."""

import base64

import litserve
import numpy as np
from engine import MAX_BATCH, PORT, answer, open_engine, pixels


class Api(litserve.LitAPI):
    def setup(self, device):
        self.infer = open_engine()

    def decode_request(self, request):
        return pixels(base64.b64decode(request["image"]))

    def batch(self, inputs):
        return np.stack(inputs)

    def predict(self, batch):
        return self.infer(batch)

    def unbatch(self, output):
        return list(output)

    def encode_response(self, output):
        return answer(output)


if __name__ == "__main__":
    api = Api(max_batch_size=MAX_BATCH, batch_timeout=0.005)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=PORT, generate_client_file=False, log_level="warning", num_api_servers=1)
