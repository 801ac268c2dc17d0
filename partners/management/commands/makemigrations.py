"""Django's command, with migrations that protect tenant tables by themselves."""

from django.core.management.commands import makemigrations

from partners.platform.tenancy.detecting import WalledAutodetector


class Command(makemigrations.Command):
    autodetector = WalledAutodetector
