"""``python -m actmath`` is the ``actmath`` command."""

from __future__ import annotations

from .cli._application import app

app(prog_name="actmath")
