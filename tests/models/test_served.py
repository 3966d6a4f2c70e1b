"""What a server behind an address may do wrong, played by a small server of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from assistant.errors import ModelError, ModelSpecError, ModelUnavailable, PromptTooLong
from assistant.models import open_llm

CHUNK = {
    "id": "1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "delta": {"role": "assistant", "content": "half an"}, "finish_reason": None}],
}
VLLM_TOO_LONG = (
    "This model's maximum context length is 4096 tokens. However, you requested 512 output tokens and your prompt "
    "contains at least 3585 input tokens, for a total of at least 4097 tokens."
)


class Faulty(ThreadingHTTPServer):
    """Answers every call with ``answer``: (status, body), or half a stream and then a broken connection."""

    answer: tuple[int, dict[str, Any]] | None = None
    requests: int = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Faulty)
        server.requests += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        self.close_connection = True
        if server.answer is None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            data = f"data: {json.dumps(CHUNK)}\n\n".encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            return
        status, body = server.answer
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Faulty]:
    with Faulty(("127.0.0.1", 0), Handler) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def spec(server: Faulty) -> str:
    return f"vllm:m@http://127.0.0.1:{server.server_port}/v1"


@pytest.mark.parametrize(
    ("status", "message", "error", "says"),
    [
        (404, "The model `m` does not exist.", ModelSpecError, r"has no model 'm'\. .*/v1/models` lists"),
        (401, "Unauthorized", ModelUnavailable, "wants a key.*OPENAI_BASE_URL"),
        (500, "engine died", ModelUnavailable, "refused the call: .*engine died"),
        (503, "loading", ModelUnavailable, "refused the call: .*loading"),
        (400, VLLM_TOO_LONG, PromptTooLong, r"has at least 3585 tokens and the model at .* takes 4096"),
        (400, "grammar unknown", ModelUnavailable, "grammar unknown"),
    ],
)
def test_a_refusal_becomes_our_error_at_once(
    server: Faulty, status: int, message: str, error: type[ModelError], says: str
) -> None:
    server.answer = status, {"error": {"message": message, "type": "x", "code": status}}
    with pytest.raises(error, match=says):
        open_llm(spec(server)).invoke("hi")
    with pytest.raises(error, match=says):
        list(open_llm(spec(server)).stream("hi"))
    assert server.requests == 2, "nothing is tried again behind the caller's back"


def test_a_stream_that_breaks_off_is_an_error_and_no_short_answer(server: Faulty) -> None:
    pieces = open_llm(spec(server)).stream("hi")
    assert next(pieces).text == "half an"
    with pytest.raises(ModelUnavailable, match="peer closed connection"):
        list(pieces)
