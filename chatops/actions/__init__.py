"""The action items of Markdown post-mortems: what is one, how it is known again, how it is stamped.

Nothing here knows a store or a network. `document.read` turns bytes into a `Document`, `stamp.stamped` gives
new items their ids, `files` finds, reads and replaces the files. What is read as an item, and every spelling
of a field, stands in docs/action-items.md.
"""
