"""Keeps action items and their tickets in step: what a document says, what the tracker has, and what follows.

`items` is an item as it is compared, whatever it stands in; `compare` says what follows for one item;
`tracker` asks the plugin; `run` goes through the documents.
"""
