"""Turns an official table document into a finished publication: HTML, PDF and data, in several languages."""

__version__ = "0.1.0"
