"""Every address: signing in, then the product."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("programs.web.urls")),
]
