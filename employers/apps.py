from django.apps import AppConfig


class EmployersConfig(AppConfig):
    name = "employers"

    def ready(self) -> None:
        from employers.exchange import register_tables  # noqa: PLC0415  models are there only now

        register_tables()
