"""The converters that bring networks into MLIR, each run in a process of its own.

A converter is a module that answers the request on standard input. It answers on
standard output (see `protocol`), so that a converter that crashes, or prints whatever it
likes to stderr, takes nobody with it.

In its process the folder is a package of its own, `scope_converters`: all of `scope_mcm`
would take as long to load as a small network to convert, and a converter needs nothing of
it. For the same reason `protocol` and the converters load no more of Python's library than
they have to.
"""
