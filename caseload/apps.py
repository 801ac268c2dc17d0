from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"

    def ready(self) -> None:
        from caseload import receivers  # noqa: F401, PLC0415  connects the signals
        from caseload.exchange import register_tables  # noqa: PLC0415  models are there only now

        register_tables()
