"""By what figures are cut, which figures there are, and which durations. A further cut or figure is a line here."""

from enum import IntEnum


class Cut(IntEnum):
    """What a row of figures is about. The numbers are those of the database; `ALL` has the subject ''."""

    ALL = 0
    PERSON = 1  # a user's id; '' for anonymous requests and for people who were erased
    MODEL = 2
    ROLE = 3  # of messages: user, assistant
    ENDPOINT = 4  # service, method and route template: `endpoint_subject`
    CONVERSATION = 5  # its id; '' for those of people who were erased
    PROVIDER = 6


NOBODY = ""
LONGEST_SUBJECT = 800  # an endpoint's: three names of the contract, of 255 characters each

# Whole numbers that are added up, so that no order of events can change them. Time is in microseconds, because sums of
# fractions depend on their order, money in billionths of a US dollar.
FIGURES = (
    "questions",
    "answers",
    "answers_complete",
    "answers_stopped",
    "answers_interrupted",
    "answers_failed",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "cost_nano_usd",
    "priced_answers",
    "answer_us",
    "timed_answers",
    "first_token_us",
    "timed_first_tokens",
    "requests",
    "requests_4xx",
    "requests_5xx",
    "request_us",
    "registrations",
    "sign_ins",
    "conversations_created",
    "conversations_deleted",
    "thumbs_up",
    "thumbs_down",
)


class Measure(IntEnum):
    """Which durations a sketch holds. The numbers are those of the database."""

    REQUEST = 0  # until the answer to an API request was complete
    ANSWER = 1  # until the model's answer was complete
    FIRST_TOKEN = 2


# Where durations are kept: a person's or a conversation's are too few to say anything by quantiles.
TIMED_CUTS = frozenset({Cut.ALL, Cut.MODEL, Cut.ENDPOINT, Cut.PROVIDER})

# What is added up by the minute as well, for alerts: few subjects, or the rows would be many.
MINUTE_CUTS = frozenset({Cut.ALL, Cut.MODEL, Cut.PROVIDER})


def endpoint_subject(source: str, method: str, route: str) -> str:
    """The subject of an endpoint: services have routes of the same name."""
    return f"{source} {method} {route}"


def endpoint_of(subject: str) -> tuple[str, str, str]:
    """Service, method and route template of a subject."""
    source, method, route = subject.split(" ", 2)
    return source, method, route
