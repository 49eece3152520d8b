"""How sure the dates are: what the simulation said of each program and milestone, and the spread learned from slips."""

from __future__ import annotations

from datetime import date

from django.db import models

PERCENTS = (10, 20, 30, 40, 50, 60, 70, 80, 90, 95)


class Spreading(models.Model):
    """Ten dates by how sure they are: `p80` is the day by whose end it is done in 80% of the runs."""

    p10 = models.DateField(null=True, blank=True)
    p20 = models.DateField(null=True, blank=True)
    p30 = models.DateField(null=True, blank=True)
    p40 = models.DateField(null=True, blank=True)
    p50 = models.DateField(null=True, blank=True)
    p60 = models.DateField(null=True, blank=True)
    p70 = models.DateField(null=True, blank=True)
    p80 = models.DateField(null=True, blank=True)
    p90 = models.DateField(null=True, blank=True)
    p95 = models.DateField(null=True, blank=True)
    target = models.DateField(null=True, blank=True)  # the date the chance is of
    chance = models.FloatField(null=True, blank=True)  # share of runs that meet the target, 0 to 1

    class Meta:
        abstract = True

    @property
    def dates(self) -> dict[int, date]:
        """The dates by percent, as far as there are any."""
        found = {percent: getattr(self, f"p{percent}") for percent in PERCENTS}
        return {percent: day for percent, day in found.items() if day is not None}


class ProgramForecast(Spreading):
    """A program's finish with its odds, simulated from one revision of its plan. `about` says what the spreads came from."""

    program = models.OneToOneField("programs.Program", on_delete=models.CASCADE, primary_key=True, related_name="odds")
    revision = models.PositiveBigIntegerField()
    as_of = models.DateField()
    finish = models.DateField(null=True, blank=True)  # the forecast finish of that revision
    computed_at = models.DateTimeField()
    runs = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    ground = models.CharField(max_length=32, default="", blank=True)  # a digest of everything the runs were drawn from
    about = models.JSONField(default=dict)  # how many estimates, words, learned spreads, risks, … went in
    days = models.JSONField(default=list)  # [[finishing day, runs], …] in order
    drivers = models.JSONField(default=list)  # [{lever, id, days, date}, …]: what moves the 80% date most
    drivers_revision = models.PositiveBigIntegerField(default=0)  # they are worked out after the dates


class ForecastPart(models.Model):
    """Some of the runs of a large forecast, done by one worker. Those of one ground add up to the whole, and then they go."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="forecast_parts")
    ground = models.CharField(max_length=32)  # a digest of everything the runs are drawn from
    first = models.PositiveIntegerField()  # the number of the first run
    runs = models.PositiveIntegerField()
    of = models.PositiveIntegerField()  # runs of all parts
    asked_at = models.DateTimeField(null=True, blank=True)  # when the queue was last asked
    tally = models.TextField(blank=True, default="")  # what the runs came to, packed; empty until they are done

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "ground", "first"], name="one_forecast_part")]


class Odds(Spreading):
    """One open milestone's finish with its odds. `source` says where its spread came from: {how, own, team, kind, all}."""

    milestone = models.OneToOneField("programs.Milestone", on_delete=models.CASCADE, primary_key=True, related_name="odds")
    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="milestone_odds")
    criticality = models.FloatField(default=0)  # share of runs in which it drives the finish of a program
    source = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["program", "chance"])]


class LearnedSpreads(models.Model):
    """What the history of the whole installation says of how long one team's work takes, renewed each day; team "" is anybody."""

    team = models.CharField(max_length=20, unique=True)
    as_of = models.DateField()
    slips = models.PositiveIntegerField()  # finished milestones of that team it was learned from
    spreads = models.JSONField(default=list)  # [[step of length, kind, own, team, kind, all, quantiles], …]: see `Spreads`
