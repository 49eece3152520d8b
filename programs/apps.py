"""The one app."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Programs, their milestones, and what waits for what."""

    name = "programs"
    default_auto_field = "django.db.models.BigAutoField"
