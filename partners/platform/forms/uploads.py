"""Uploads that go straight to disk, however large, and stop where they are too large."""

from typing import Any

from django.core.files.uploadhandler import SkipFile, StopUpload, TemporaryFileUploadHandler


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


class SeveralToDisk(TemporaryFileUploadHandler):
    """Stream several files to disk; of one that is too large, or one too many, nothing stays but its name.

    The names stand in ``request.too_large`` and ``request.too_many``, so that the page can say so beside the others.
    """

    def __init__(self, request: Any, *, most: int, most_files: int, most_in_all: int) -> None:
        super().__init__(request)
        self.most, self.most_files, self.most_in_all = most, most_files, most_in_all
        self.files = self.in_all = 0
        request.too_large, request.too_many = [], []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.files > self.most_files:
            self._leave_out(self.request.too_many)  # type: ignore[union-attr]

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.in_all += len(raw_data)
        if start + len(raw_data) > self.most:
            self._leave_out(self.request.too_large)  # type: ignore[union-attr]
        if self.in_all > self.most_in_all:
            self._leave_out(self.request.too_many)  # type: ignore[union-attr]
        super().receive_data_chunk(raw_data, start)

    def _leave_out(self, names: list[str]) -> None:
        names.append(self.file_name or "")
        raise SkipFile
