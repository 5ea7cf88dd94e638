"""The post-mortem: its document, what is written into it, and what is read from it.

Nothing here knows a store or a network. `front` reads and writes the keys at the top, `sections` finds a part
of the text, `blocks` are the parts that are computed, `refresh` brings them up to date.
"""
