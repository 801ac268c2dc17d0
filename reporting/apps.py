from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        from reporting.exchange import register_tables  # noqa: PLC0415  models are there only now

        register_tables()
