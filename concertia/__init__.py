"""Concertia, l'espace commun des concertations territoriales de l'IA."""

__version__ = "0.1.0"
