"""What can be refused: each refusal has a status, a code, a reason and a next step, and every channel says it in its own way."""

from participation.kit.i18n import Message, _


class Refusal(Exception):
    """An expected no. `message` is the reason, `next_step` what the person can do now: nobody is left without one."""

    status = 409

    def __init__(self, code: str, message: Message, next_step: Message) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.next_step = next_step


class NotFound(Refusal):
    status = 404

    def __init__(
        self, code: str = "not_found", message: Message | None = None, next_step: Message | None = None
    ) -> None:
        super().__init__(
            code,
            message or _("There is no such page."),
            next_step or _("Please check the address, or begin again at the home page."),
        )


class NotAllowed(Refusal):
    status = 403


class SignInNeeded(Refusal):
    status = 401


class Conflict(Refusal):
    status = 409


class Closed(Refusal):
    """The moment for this has passed, or has not come yet."""

    status = 409


class Gone(Refusal):
    status = 410


class TooMany(Refusal):
    status = 429


class Unavailable(Refusal):
    """It failed on our side, and the same again may succeed."""

    status = 503


class Invalid(Refusal):
    """Something typed cannot be taken: a message for each field, and what was typed is kept by the channel.

    `next` among the fields is what to do now, where the messages do not say it.
    """

    status = 422

    def __init__(self, errors: dict[str, Message]) -> None:
        super().__init__(
            "invalid",
            _("Something needs to be put right before this can be sent."),
            errors.get("next") or _("Go back, put it right and send it once more."),
        )
        self.errors = errors
