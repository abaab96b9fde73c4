"""Hearth: a voice assistant for a whole house that keeps everything in the house."""

__version__ = "0.1.0"
