"""What chat-service's tests share: a model under their control, a running server, sockets. Never part of the service.

It lies beside `tests/` because a package in there could be imported under no name that is unique in the repository.
"""
