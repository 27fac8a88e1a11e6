"""The endpoint's three routes: POST /predict, GET /health, GET /ready."""

import asyncio
import hashlib
import random
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from .auth import Keys
from .batcher import Batcher, InferenceFailed
from .decoders import Decoders
from .engine import Model
from .logs import log
from .model_watch import READY, WAITING, ModelWatch
from .names import PATHS
from .refusals import Refused, error_body
from .request_body import instances, is_json, read_body
from .serve_metrics import ServeMetrics
from .settings import Settings
from .threads import cpus


class Service:
    """One endpoint. `draining` is set by the server when the platform asks it to stop."""

    def __init__(self, settings: Settings):
        self.settings, self.keys, self.metrics = settings, Keys(settings.api_key), ServeMetrics()
        self.watch = ModelWatch(settings, self.metrics.model_loaded)
        self.batcher = Batcher(settings.max_batch, settings.batch_wait_ms / 1000, self.metrics.call)
        self.decoders = Decoders(max(2, cpus(settings.cpu_threads)), settings.max_image_pixels)
        self.draining, self.admitted = False, 0

    # /predict

    async def predict(self, request: Request) -> JSONResponse:
        """Every way a request can end is one of names.ERRORS; nothing else leaves this function."""
        started, ticket = time.perf_counter(), Ticket(self)
        try:
            async with asyncio.timeout(self.settings.request_timeout_seconds):
                answer = JSONResponse(await self._answer(request, ticket, started))
        except Refused as refused:
            answer = _refusal(refused)
        except TimeoutError:
            answer = _refusal(Refused("timeout", f"no answer within {self.settings.request_timeout_seconds:g} s"))
        except ClientDisconnect:
            answer = _refusal(Refused("client_closed_request", "the client went away"))
        except InferenceFailed:
            answer = _refusal(Refused("inference_failed", "the model failed on this batch"))
        except Exception as error:
            log("request failed", "ERROR", error=repr(error))
            answer = _refusal(Refused("internal", "internal error"))
        finally:
            ticket.give_back()
        self.metrics.request(answer.status_code, time.perf_counter() - started)
        return answer

    async def _answer(self, request: Request, ticket: "Ticket", started: float) -> dict[str, Any]:
        self.keys.check(request.scope["headers"])
        # The request keeps this model, whatever is published meanwhile.
        model = self.watch.model
        if model is None:
            raise Refused("model_not_ready", f"no model is loaded: {self.watch.phase}")
        ticket.take(1)
        body = await read_body(request, self.settings.max_image_bytes)
        several = is_json(request)
        files = instances(body) if several else [body]
        ticket.take(len(files) - 1)
        scores = await unless_gone(request, self._scores(model, files))
        answers = [model.top(row, self.settings.top_k) for row in scores]
        for data, answer in zip(files, answers, strict=True):
            self._log_prediction(model, data, answer[0], started)
        return {"predictions": answers if several else answers[0], "model": model.describe()}

    async def _scores(self, model: Model, files: list[bytes]) -> list[np.ndarray]:
        images = await asyncio.gather(*(self.decoders.decode(data, model.size) for data in files))
        return await asyncio.gather(*(self.batcher.submit(model, image) for image in images))

    def _log_prediction(self, model: Model, data: bytes, best: dict[str, Any], started: float) -> None:
        if random.random() < self.settings.log_predictions:  # noqa: S311 - a sample, not a secret
            log(
                "prediction",
                label=best["label"],
                score=best["score"],
                run_id=model.run_id,
                latency_ms=round(1000 * (time.perf_counter() - started), 1),
                image_sha256=hashlib.sha256(data).hexdigest()[:16],
            )

    # /health and /ready

    async def health(self, request: Request) -> JSONResponse:
        """200 while the process lives."""
        return JSONResponse({"status": "ok", "phase": self.watch.phase})

    async def ready(self, request: Request) -> JSONResponse:
        """200 when traffic is welcome."""
        # "No model yet" is ready: a platform that kills us for it makes the first deploy fail.
        ok = not self.draining and self.watch.phase in (READY, WAITING)
        answer: dict[str, Any] = {"status": "draining" if self.draining else self.watch.phase}
        if model := self.watch.model:
            answer["model"] = {**model.describe(), "val_accuracy": model.val_accuracy}
        return JSONResponse(answer, 200 if ok else 503)

    # the life of the process

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(job) for job in (self.watch.run(), self._report())]
        self.batcher.start()
        yield
        for task in tasks:
            task.cancel()
        self.batcher.stop()
        self.metrics.flush()

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(self.settings.metrics_seconds)
            self.metrics.flush()


class Ticket:
    """A request's share of ML_MAX_QUEUE, taken before its body is read."""

    def __init__(self, service: Service):
        self.service, self.images = service, 0

    def take(self, images: int) -> None:
        service = self.service
        if service.admitted + images > service.settings.max_queue:
            raise Refused("overloaded", f"{service.admitted} images are in flight already; try again")
        self.images += images
        service.admitted += images
        service.metrics.admitted(service.admitted)

    def give_back(self) -> None:
        self.service.admitted -= self.images
        self.service.metrics.admitted(self.service.admitted)


async def unless_gone(request: Request, work: Coroutine[Any, Any, Any]) -> Any:
    """The result of `work`, given up as soon as the client hangs up: nobody would read it."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        task.cancel()
        gone.cancel()


def _refusal(refused: Refused) -> JSONResponse:
    return JSONResponse(refused.body, refused.status, refused.headers)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "bad_request")
    return JSONResponse(error_body(code, error.detail), error.status_code, error.headers)


def create_app(service: Service) -> Starlette:
    app = Starlette(
        routes=[
            Route(PATHS["predict"], service.predict, methods=["POST"]),
            Route(PATHS["health"], service.health),
            Route(PATHS["ready"], service.ready),
        ],
        lifespan=service.lifespan,
        exception_handlers={HTTPException: _http_error},
    )
    # A path that nobody documented is a 404, not a redirect.
    app.router.redirect_slashes = False
    return app
