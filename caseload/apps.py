from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"

    def ready(self) -> None:
        from caseload import receivers  # noqa: F401, PLC0415  connects the signals
