"""FastAPI, one image after the other: what most people write first."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import uvicorn
from engine import PORT, answer, open_engine, pixels
from fastapi import FastAPI, Request

infer = open_engine()
thread = ThreadPoolExecutor(1)
app = FastAPI()


@app.get("/ready")
async def ready() -> dict:
    return {"status": "ready"}


@app.post("/predict")
async def predict(request: Request) -> dict:
    body = await request.body()
    return await asyncio.get_running_loop().run_in_executor(thread, lambda: answer(infer(pixels(body)[None])[0]))


uvicorn.run(app, port=PORT, access_log=False, log_level="warning")
