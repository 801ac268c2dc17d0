# ruff: noqa: INP001 -- run by its path inside the container
"""Asks the web server in this container for a page and fails unless it answers 200."""

import os
import sys
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
request = urllib.request.Request(
    f"http://127.0.0.1:8000{sys.argv[1]}", headers={"Host": host, "X-Forwarded-Proto": "https"}
)
with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=4) as answer:
    sys.exit(answer.status != 200)
