"""The converters that bring networks into MLIR, each run in a process of its own.

A converter is a module NAME that is run as `python FOLDER/_converters NAME` with a
request on standard input. It answers on standard output (see `protocol`), so that a
converter that crashes, or prints whatever it likes to stderr, takes nobody with it.
"""
