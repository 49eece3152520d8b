"""Every address: signing in, then the product."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/", include("programs.api.urls")),
    path("", include("programs.web.urls")),
]

handler400 = "programs.web.errors.bad_request"
handler403 = "programs.web.errors.forbidden"
handler404 = "programs.web.errors.not_found"
handler429 = "programs.web.accounts.too_many_tries"
