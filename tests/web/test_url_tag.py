"""`{% url %}` remembers what it wrote, and writes what Django's own tag writes."""

import pytest
from django.template import Context, Engine
from django.urls import NoReverseMatch

DJANGO = Engine()
OURS = Engine(builtins=["programs.templatetags.addresses"])
SAID = [
    "{% url 'overview' slug %}",
    "{% url 'overview' slug=slug %}",
    "{% url page slug key %}",
    "{% url 'overview' slug as here %}[{{ here }}]",
    "{% url 'no-such-page' as here %}[{{ here }}]",
    "{% autoescape off %}{% url 'overview' slug %}{% endautoescape %}",
]


@pytest.mark.parametrize("text", SAID)
def test_it_is_what_django_writes(text):
    ours, theirs = (engine.from_string(text) for engine in (OURS, DJANGO))
    for slug, key in (("a", "K-1"), ("b-2", "K-2"), ("a", "K-1")):
        values = {"slug": slug, "key": key, "page": "milestone"}
        assert ours.render(Context(values)) == theirs.render(Context(values))


def test_an_address_that_does_not_exist_is_an_error_each_time():
    text = OURS.from_string("{% url 'no-such-page' %}")
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            text.render(Context())
