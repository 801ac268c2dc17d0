"""Uploads that go straight to disk, however large, and stop where they are too large."""

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler


class LimitedToDisk(TemporaryFileUploadHandler):
    """Stream a file to disk and break off, closing the connection, after ``most`` bytes."""

    def __init__(self, request: Any, most: int) -> None:
        super().__init__(request)
        self.most = most

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > self.most:
            self.request.is_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)
