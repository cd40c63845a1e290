"""What `/analytics` answers about a range of days. Seconds and US dollars; null where there is nothing to divide by."""

from datetime import date, datetime

from pydantic import BaseModel, Field


class Figures(BaseModel):
    """What happened, in numbers. Thumbs are those on answers of the range, whenever they were given."""

    messages: int = Field(description="Questions and answers.")
    questions: int
    answers: int = Field(description="Answers of the model, whatever their status.")
    failed_answers: int
    failed_share: float | None = Field(description="Failed answers of all answers, 0 to 1.")
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cost_usd: float
    priced_answers: int = Field(description="Answers of models with a price; these, and titles, are in the cost.")
    avg_answer_seconds: float | None
    avg_first_token_seconds: float | None
    requests: int
    requests_4xx: int
    requests_5xx: int
    error_rate: float | None = Field(description="Requests that ended in a 5xx of all requests, 0 to 1.")
    avg_response_seconds: float | None
    registrations: int
    sign_ins: int
    conversations: int = Field(description="Conversations begun.")
    conversations_deleted: int
    thumbs_up: int
    thumbs_down: int


class Quantiles(BaseModel):
    """Durations in seconds, each within 1 % of the exact one; null without any."""

    p50: float | None
    p95: float | None
    p99: float | None


class Durations(BaseModel):
    """How long things took."""

    request: Quantiles
    answer: Quantiles
    first_token: Quantiles


class Period(BaseModel):
    """A range of days in the viewer's time zone, both included, and what happened in it."""

    first_day: date
    last_day: date
    figures: Figures
    durations: Durations
    active_people: int = Field(description="Different people with an event on a UTC day that the range touches.")


class Overview(BaseModel):
    """The range that was asked for, and that of the same length before it, to compare with."""

    timezone: str
    period: Period
    before: Period | None


class Point(BaseModel):
    """One value; null where there is nothing to divide by."""

    starts_at: datetime
    value: float | None


class Series(BaseModel):
    """The values of one subject: a model, a person, …; '' stands for all."""

    subject: str
    points: list[Point]


class TimeSeries(BaseModel):
    """One metric over time."""

    metric: str
    interval: str
    timezone: str
    series: list[Series]


class Ranked(BaseModel):
    """A person, model, conversation, … and its figures."""

    subject: str
    figures: Figures


class Timed(Ranked):
    """The same with how long things took."""

    durations: Durations


class Endpoint(Timed):
    """An endpoint; `subject` names it for further questions."""

    service: str
    method: str
    route: str


class HeatMap(BaseModel):
    """Values by weekday (Monday first) and hour of the day in the viewer's time zone: `values[weekday][hour]`."""

    metric: str
    timezone: str
    values: list[list[float]]


class Cohort(BaseModel):
    """The people who registered in one ISO week (of UTC days), and how many of them were active in the weeks since.

    The first of `active` is the week of registering itself.
    """

    week: date
    registered: int
    active: list[int]


class OwnFigures(BaseModel):
    """What one person used."""

    conversations: int = Field(description="Conversations begun, those deleted since included.")
    messages: int = Field(description="Messages written by the person.")
    answers: int = Field(description="Answers of the model, whatever their status.")
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cost_usd: float = Field(description="Of models that have a price, titles of conversations included.")
    sign_ins: int
    api_requests: int


class OwnDay(OwnFigures):
    """The same on one day of the person's time zone."""

    day: date


class OwnRange(OwnFigures):
    """The same in a range of days, and on each of them, the first one first."""

    timezone: str
    first_day: date
    last_day: date
    days: list[OwnDay]


class Forecast(BaseModel):
    """What the current month will have cost if it goes on as it went: the cost so far by the share that is over."""

    month: date = Field(description="Its first day, in the viewer's time zone.")
    cost_usd: float
    share_over: float = Field(description="How much of the month is over, 0 to 1.")
    forecast_usd: float | None = Field(description="Null within the first hour of a month.")
