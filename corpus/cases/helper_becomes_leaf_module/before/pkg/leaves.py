"""What the project's own tracer does not look into."""

modules = set()
functions = set()


def register_notrace_module(module):
    """Also as a decorator."""
    modules.add(module)
    return module


def register_notrace_function(name_or_fn):
    functions.add(name_or_fn)
    return name_or_fn
