"""Everything that chatops tells a plugin, and everything that it asks one.

A hook is a plain method of your plugin that has a name from here and the mark `@hookimpl`, without
options. It is given what happened (`event`) and what it needs to act on it (`ctx`), and may leave out the
arguments that it does not use; none of them has a default. What it is told of has been recorded already: a
hook can act on it and cannot veto it.

It returns `None`, a `Link` to what it made, a list of them, or `Skipped("why")`. What it raises is its
own delivery's outcome and nobody else's. A delivery may be tried again, always with the same `ctx.key`:
each hook says what a second call means for it, and `ctx.once` makes a remote object only once.

The events of one incident reach an instance, which is the plugin as one table of the configuration has
it, one at a time and in order. A plugin derives from `Plugin` and implements internal hooks, or from
`PublicPlugin` and implements public ones; both may answer questions.

    Internal hooks: the incident's life                              (lifecycle.py)
        incident_declared            it was declared
        incident_acknowledged        somebody has taken it on
        incident_updated             the responders learned or changed something
        incident_resolved            it is over
        incident_cancelled           it was a false alarm
        incident_reopened            it is not over after all
        incident_restricted          few may know of it, or all may again

    Internal hooks: what is said and kept about it                   (records.py)
        note_added                   a note for the timeline
        role_assigned                a person took a role
        links_changed                another plugin, or a person, added a link
        action_item_added            somebody promised to do something about it
        public_update_published      customers were told something
        public_update_corrected      what customers were told was put right
        postmortem_published         the post-mortem can be read
        event_recorded               any of these, and every other event

    Public hooks: what customers are told                            (public.py)
        public_update                words for customers, from the first to the last
        public_correction            earlier words were put right
        public_postmortem            the public section of the post-mortem

    Questions                                                        (questions.py)
        resolve_link                 which object of yours is this?
        audience                     how many people would a public update reach?
        check                        which of your settings will your remote not take?

    Action items                                                     (tracking.py)
        action_items_pull            how are these tickets?
        action_items_push            file a ticket for each of these, or change it
        action_items_source          which post-mortems do you keep, and what was promised there?
"""

from chatops.hookspecs.lifecycle import Lifecycle
from chatops.hookspecs.markers import hook_names, hookimpl, hookspec
from chatops.hookspecs.public import PublicHooks
from chatops.hookspecs.questions import Questions
from chatops.hookspecs.records import Records
from chatops.hookspecs.tracking import Tracking

#: The version of the hooks. It is raised when a plugin could need what an older chatops does not have.
INTERFACE = 1

__all__ = [
    "ASKED",
    "INTERFACE",
    "Hooks",
    "Lifecycle",
    "PublicHooks",
    "Questions",
    "Records",
    "Tracking",
    "hook_names",
    "hookimpl",
    "hookspec",
]


class Hooks(Lifecycle, Records, Questions, Tracking):
    """What an internal plugin is told, and asked."""


#: Every hook stands in one of these.
GROUPS: dict[str, type] = {
    "Internal hooks: the incident's life": Lifecycle,
    "Internal hooks: what is said and kept about it": Records,
    "Public hooks: what customers are told": PublicHooks,
    "Questions": Questions,
    "Action items": Tracking,
}
#: The hooks by which a plugin is asked; by the others it is told.
ASKED: frozenset[str] = frozenset({*hook_names(Questions), *hook_names(Tracking)})
