"""Runs executions of workflows, each in a process of its own.

A line of standard input is one execution as JSON: `id`, `source` (the text of the workflow), `argument`, `env`, `now` (seconds
since 1970) and `control`, the address that it posts to: `{"id", "sleep": seconds}`, answered with the time once it has passed,
and last `{"id", "result"}`, `{"id", "error"}` of a run that failed, or `{"id", "crash"}` of the emulator itself.
Ends when standard input does.
"""

import json
import logging
import os
import signal
import sys
import traceback

import patches
import requests
from jsonschema import validate
from workflows_emulator import main
from workflows_emulator.lib import sys_utils

logging.disable(logging.CRITICAL)


class Execution:
    def __init__(self, id, source, argument, env, now, control):
        self.id, self.source, self.argument, self.env, self.control = id, source, argument, env, control
        self.time = now
        self.steps = 0
        self.logged = []
        self.session = requests.Session()
        self.session.trust_env = False

    def post(self, **message):
        answer = self.session.post(self.control, json={"id": self.id, **message})
        answer.raise_for_status()
        return answer.json()

    def sleep(self, seconds):
        self.time = self.post(sleep=seconds)

    def log(self, severity="DEFAULT", json=None):
        self.logged.append({"severity": severity, **json})

    def count_steps(self):
        execute = main.execute_step

        def counted(step_id, config, context):
            self.steps += 1
            if self.steps > patches.MOST_STEPS:
                raise OverflowError(f"{self.steps} steps")
            return execute(step_id, config, context)

        main.execute_step = counted

    def run(self):
        patches.apply(self.sleep, lambda: self.time)
        sys_utils.log = self.log
        self.count_steps()
        os.environ.clear()
        os.environ.update(self.env)
        workflow = json.loads(self.source)
        validate(workflow, main.WORKFLOW_SCHEMA)
        # The argument is one value; the emulator's own callers pass a map of parameters
        (parameter,) = workflow["main"]["params"]
        try:
            outcome = {"result": main.execute_workflow(workflow, {parameter: self.argument})}
        except main.WorkflowError as error:
            outcome = {"error": error.payload}
        self.post(**outcome, steps=self.steps, logged=self.logged)


def serve():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if os.fork() != 0:
            continue
        execution = Execution(**json.loads(line))
        try:
            execution.run()
        except Exception:  # noqa: BLE001 -- whatever it is, the test that waits must hear of it
            execution.post(crash=traceback.format_exc())
        finally:
            os._exit(0)


if __name__ == "__main__":
    serve()
