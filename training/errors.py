"""The error of training: the data that a run reads is missing, incomplete or damaged."""


class DataError(Exception):
    """Data is missing, incomplete or damaged; the message says what to do."""


class ProcessLost(Exception):
    """Another process that trains the same network has ended."""
