"""What others take from here."""
from .leaves import register_notrace_function, register_notrace_module
