"""What an analysis hands back: one frozen document, and writers that turn it into files, byte for byte the same.

`report` is what a document says, `outline` its reading order, `tables` its data. Each writer takes one of them and
returns bytes: no clock, no chance, no network, no file.
"""
