"""Say how to sign in as each demo persona."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.text import slugify

from programs.actions.demo import PASSWORD, PERSONAS
from programs.models import Person

WHO = {"tpm": "program manager", "engineer": "engineer", "viewer": "leader"}


class Command(BaseCommand):
    """`manage.py demo_personas`: prints nothing when the demo is not loaded."""

    help = "Print the demo people and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, role in PERSONAS.items():
            email = f"{slugify(name)}@demo.example"
            if Person.objects.filter(email=email).exists():
                self.stdout.write(f"{WHO[role]:16} {email:34} {PASSWORD}")
