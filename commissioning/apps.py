from django.apps import AppConfig


class CommissioningConfig(AppConfig):
    name = "commissioning"

    def ready(self) -> None:
        from commissioning.exchange import register_tables  # noqa: PLC0415  models are there only now

        register_tables()
