"""Drive Firefox by WebDriver BiDi: enough to open a page, run a script and wait."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import time
from asyncio import new_event_loop, set_event_loop
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

#: Seconds that a busy machine may take to start it.
START = 120


class Firefox:
    """A running Firefox with one tab."""

    def __init__(self, connect: str) -> None:
        self.loop = new_event_loop()
        set_event_loop(self.loop)
        self.sent = 0
        self.socket = self._connected(connect)
        self.send("session.new", capabilities={})
        self.tab = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def _connected(self, address: str) -> WebSocketClientConnection:
        until = time.monotonic() + START
        while True:
            try:
                return self.loop.run_until_complete(_connect(address))
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self.sent += 1
        message = json.dumps({"id": self.sent, "method": method, "params": params})
        return self.loop.run_until_complete(self._answered(message))

    async def _answered(self, message: str) -> dict[str, Any]:
        await self.socket.write_message(message)
        while True:
            answer = json.loads(await self.socket.read_message() or "{}")
            if answer.get("id") == self.sent:
                assert answer["type"] == "success", answer
                return dict(answer["result"])

    def open(self, address: str) -> None:
        self.send("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def evaluate(self, script: str) -> Any:
        target = {"context": self.tab}
        found = self.send("script.evaluate", expression=script, target=target, awaitPromise=True)
        return found["result"].get("value")

    def wait(self, script: str, seconds: float) -> str:
        """Wait until a script gives something."""
        until = time.monotonic() + seconds
        while not (found := self.evaluate(script)):
            assert time.monotonic() < until, script
            time.sleep(0.5)
        return str(found)

    def close(self) -> None:
        self.send("browser.close")
        self.socket.close()
        self.loop.close()


async def _connect(address: str) -> WebSocketClientConnection:
    return await websocket_connect(address)


@contextmanager
def firefox(program: str) -> Iterator[Firefox]:
    """A Firefox with a profile of its own, without a network."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as profile:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        options = ["--headless", "--no-remote", "--profile", profile]
        command = [program, *options, "--remote-debugging-port", str(port)]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=quiet, stderr=quiet) as running:
            try:
                driver = Firefox(f"ws://127.0.0.1:{port}/session")
                yield driver
                driver.close()
                running.wait(START)
            finally:
                running.kill()
