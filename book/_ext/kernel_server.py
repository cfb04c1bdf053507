"""Kernels as forks of one process that has imported what most pages import.

A kernel takes three seconds of the processor to import SymPy, SciPy, PyTorch and Matplotlib, and
each page has one. So one process imports them once and then forks for every page. This file is a
program, run without any package: ``serve ADDRESS MODULE...`` is that process, and
``start ADDRESS FILE`` stands for one kernel, with the connection file of Jupyter: it hands over its
standard files, its environment and its folder, passes an interruption on, and ends with the kernel,
as the kernel ends with it.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import select
import signal
import socket
import sys
import threading

_READ = 1 << 16


def serve(address: str, modules: list[str]) -> None:
    """Import the modules, and fork for everybody who calls until standard input is closed."""
    # Whoever calls meanwhile waits in the queue.
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(128)
        for name in ["ipykernel.kernelapp", *modules]:
            # Where one is not there, the page that wants it says so.
            with contextlib.suppress(ImportError):
                __import__(name)
        signal.signal(signal.SIGCHLD, _bury)
        while listener in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            if os.fork():
                connection.close()
            else:
                listener.close()
                _become_kernel(connection)


def _bury(*_signal: object) -> None:
    """Wait for all that have ended: their time counts as the build's."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become_kernel(connection: socket.socket) -> None:
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        file = _take_over(connection)
        threading.Thread(target=_end_with, args=[connection], daemon=True).start()
        from ipykernel.kernelapp import IPKernelApp

        # A kernel ends with the process of this number, and says nothing of how to reach it.
        parent = f"--IPKernelApp.parent_handle={os.getppid()}"
        IPKernelApp.launch_instance(argv=["-f", file, parent])
        code = 0
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        # The server's own way out is not the fork's.
        os._exit(code)


def _take_over(connection: socket.socket) -> str:
    """The caller's standard files, environment and folder; the connection file is returned."""
    descriptors = array.array("i")
    message = b""
    while not message.endswith(b"\n"):
        part, sent, *_ = socket.recv_fds(connection, _READ, 3)
        if not part:
            raise SystemExit(1)
        descriptors.extend(sent)
        message += part
    for own, given in enumerate(descriptors):
        os.dup2(given, own)
        os.close(given)
    told = json.loads(message)
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    connection.sendall(f"{os.getpid()}\n".encode())
    return str(told["file"])


def _end_with(connection: socket.socket) -> None:
    connection.recv(1)
    os._exit(1)


def start(address: str, file: str) -> None:
    """Have a kernel forked, and last as long as it does."""
    told = {"environment": dict(os.environ), "folder": os.getcwd(), "file": file}
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        message = json.dumps(told).encode() + b"\n"
        sent = socket.send_fds(connection, [message[:1024]], [0, 1, 2])
        connection.sendall(message[sent:])
        number = int(connection.makefile().readline())
        signal.signal(signal.SIGINT, lambda *_: os.kill(number, signal.SIGINT))
        connection.recv(1)


if __name__ == "__main__":
    {"serve": lambda a, *names: serve(a, list(names)), "start": start}[sys.argv[1]](*sys.argv[2:])
