"""Addresses of the API, below /api/v1."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from programs.api import views

urlpatterns = [
    path("programs/<slug:slug>", views.program, name="api-program"),
    path("programs/<slug:slug>/milestones", views.milestones, name="api-milestones"),
    path("programs/<slug:slug>/milestones/<str:key>", views.milestone, name="api-milestone"),
    re_path("", csrf_exempt(login_not_required(views.nothing)), name="api-nothing"),
]
