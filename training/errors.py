"""The one thing that can be wrong with what a run reads: its data."""


class DataError(Exception):
    """Data is missing, incomplete or damaged; the message says what to do."""
