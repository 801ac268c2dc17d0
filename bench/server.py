"""The web server as a deployment runs it, for the benchmarks to call."""

import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Server:
    """config.serving with 2 processes of 4 threads, on a free port of this machine."""

    def __init__(self, environment: Mapping[str, str], app: str = "config.wsgi:application") -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "config.serving", "--bind", f"127.0.0.1:{self.port}", "--application", app]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        sys.exit("The server did not start.")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
