"""The reasons for which the service refuses a request, one exception each; app/errors.py gives each its status."""


class RequestRefused(Exception):
    """The base of all refusals; the message says what is wrong and what would be right.

    Attributes:
        retry_after_seconds: when the same request may succeed, if it may.
    """

    def __init__(self, message: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class NoClip(RequestRefused):
    """The request holds no sound file, or an empty one."""


class BadForm(RequestRefused):
    """The form can't be read, or holds more than is answered."""


class MissingKey(RequestRefused):
    """The service asks for an API key, and the request has none."""


class UnknownKey(RequestRefused):
    """The request's API key is not among those of the service."""


class ForeignOrigin(RequestRefused):
    """A page of another site sent the request."""


class UnknownHost(RequestRefused):
    """The request is for a host name that is not the service's."""


class NotFound(RequestRefused):
    """There is nothing of this name."""


class UnknownModel(RequestRefused):
    """The service has no model of this name."""


class UploadTooSlow(RequestRefused):
    """The body did not arrive in time."""


class BodyTooLarge(RequestRefused):
    """The body, or a clip in it, has too many bytes."""


class UnsupportedContentType(RequestRefused):
    """The body is sent as something other than sound or a form."""


class TooManyRequests(RequestRefused):
    """The client sends more requests than it may, or has too many open."""


class Busy(RequestRefused):
    """Too much waits already."""


class NotReady(RequestRefused):
    """The service is still warming up, or stops."""


class TeachingOff(RequestRefused):
    """The service is not to be taught words, or lacks what it would hear them with."""


class NotTaught(RequestRefused):
    """There is no taught word of this name."""


class NoRecording(RequestRefused):
    """The word has no recording of this id."""


class NothingToLearn(RequestRefused):
    """The request holds neither a recording nor a text."""


class TooManyRecordings(RequestRefused):
    """The word would have more recordings than are kept."""


class LastRecording(RequestRefused):
    """The word would have no recording left."""


class TooManyWords(RequestRefused):
    """There would be more taught words than are kept."""


class WordExists(RequestRefused):
    """Another taught word has the name."""


class BadArchive(RequestRefused):
    """The file is no archive of taught words, or a damaged one."""


class WordChanged(RequestRefused):
    """The word was changed or forgotten while the request was worked on."""


class WordsUnavailable(RequestRefused):
    """The database of taught words can't be used."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry_after_seconds=5)
