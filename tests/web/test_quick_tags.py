"""`url` and `translate` remember what they wrote, and write what Django's own tags write."""

import pytest
from django.template import Context, Engine
from django.urls import NoReverseMatch
from django.utils.translation import override

DJANGO = Engine(libraries={"i18n": "django.templatetags.i18n"})
OURS = Engine(builtins=["programs.templatetags.quick"], libraries={"i18n": "programs.templatetags.quick"})
SAID = [
    "{% url 'overview' slug %}",
    "{% url 'overview' slug=slug %}",
    "{% url page slug key %}",
    "{% url 'overview' slug as here %}[{{ here }}]",
    "{% url 'no-such-page' as here %}[{{ here }}]",
    "{% autoescape off %}{% url 'overview' slug %}{% endautoescape %}",
    "{% translate 'Overview' %}",
    "{% trans 'Overview' %}{% translate 'Overview' as word %}[{{ word }}]",
    "{% translate 'Overview' noop %}",
    "{% translate '100%% sure <b>' %}",
    "{% translate word %}",
    "{% translate 'Overview'|upper %}",
    "{% blocktranslate %}Overview{% endblocktranslate %}",
]


@pytest.mark.parametrize("text", SAID)
def test_it_is_what_django_writes(text):
    ours, theirs = (engine.from_string("{% load i18n %}" + text) for engine in (OURS, DJANGO))
    for slug, key, word in (("a", "K-1", "Overview"), ("b-2", "K-2", "Milestones"), ("a", "K-1", "Overview")):
        for language in ("en", "de", "en"):
            values = {"slug": slug, "key": key, "word": word, "page": "milestone"}
            with override(language):
                assert ours.render(Context(values)) == theirs.render(Context(values))


def test_an_address_that_does_not_exist_is_an_error_each_time():
    text = OURS.from_string("{% url 'no-such-page' %}")
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            text.render(Context())
