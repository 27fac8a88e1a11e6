import { CONTAINER_PORT, EXIT_STATUS, HEALTH_PATH, READY_PATH } from "./workload-contract";

/** What a placeholder answers to `/predict`. */
export const WAITING_ERROR = { error: { code: "waiting_for_image", message: "push an image and set imageTag" } };

/**
 * What an endpoint runs before the first image was pushed, on any public Python image: 200 on `/health` and `/ready`, so
 * that the platform takes it for healthy, and 503 on everything else.
 *
 * Free of `$`, and of single quotes but for its own strings: it travels through Terraform as it is.
 */
export const PLACEHOLDER_SERVER = `import http.server as h
class H(h.BaseHTTPRequestHandler):
    def reply(self, code, body):
        self.send_response(code)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        ok = self.path in ('${HEALTH_PATH}', '${READY_PATH}')
        self.reply(200 if ok else 404, b'{"status":"waiting_for_image"}')
    def do_POST(self):
        self.rfile.read(int(self.headers.get('Content-Length') or 0))
        self.reply(503, b'${JSON.stringify(WAITING_ERROR)}')
    def log_message(self, *a): pass
h.ThreadingHTTPServer(('0.0.0.0', ${CONTAINER_PORT}), H).serve_forever()
`;

/** The command of a training container before the first image was pushed: it says what to do and is not retried. */
export function placeholderTraining(repositoryUrl: string): string {
  return `import sys; print('no image: push one to ${repositoryUrl} and set imageTag'); sys.exit(${EXIT_STATUS.invalid})`;
}
