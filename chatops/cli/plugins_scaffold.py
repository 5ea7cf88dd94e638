"""The files of a plugin that is begun, from templates."""

import keyword
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chatops import __version__, hookspecs
from chatops.cli.hooks import hooks
from chatops.cli.pruning import docs, only

_TEMPLATES: Final = Path(__file__).with_name("templates") / "plugin"
#: What the modules of a plugin call their own, beside the public names.
_TAKEN: Final = frozenset(
    {"Any", "Case", "Document", "FakeRemote", "Item", "PluginConformance", "Sequence", "Settings", "TypeVar"}
)


def hooks_for(*, public: bool) -> list[str]:
    """The hooks that a plugin may have which faces customers, or does not; in the order of the specs."""
    spec = hookspecs.PublicHooks if public else hookspecs.Hooks
    return [name for group in hookspecs.GROUPS.values() if issubclass(spec, group) for name in hooks(group)]


@dataclass(frozen=True)
class Scaffold:
    """A distribution with one plugin. `chosen` are the hooks that it has, of `hooks_for`."""

    name: str
    chosen: Sequence[str]
    public: bool = False

    @property
    def distribution(self) -> str:
        """What it is installed as, and its folder."""
        return f"chatops-{self.name.replace('_', '-')}"

    @property
    def identifier(self) -> str:
        """The name as a part of Python's names."""
        return self.name.replace("-", "_")

    @property
    def module(self) -> str:
        """What it is imported as."""
        return f"chatops_{self.identifier}"

    @property
    def cls(self) -> str:
        """The plugin's class, whose name is nothing else's."""
        from chatops import api

        camel = "".join(part[:1].upper() + part[1:] for part in self.identifier.split("_"))
        return f"{camel}Plugin" if camel in _TAKEN.union(api.__all__, keyword.kwlist) else camel

    def files(self) -> dict[str, str]:
        """The text of each file, by its path."""
        module = only(self._rendered("module.py.j2"), self.cls, set(self.chosen))
        does = {name: text for name, text in docs(module, self.cls).items() if name in self.chosen}
        return {
            "README.md": self._rendered("README.md.j2", does=does),
            "pyproject.toml": self._rendered("pyproject.toml.j2"),
            f"{self.module}/__init__.py": module,
            f"{self.module}/sandbox.py": self._rendered("sandbox.py.j2"),
            f"{self.module}/py.typed": "",
            f"tests/test_{self.identifier}.py": self._rendered("test.py.j2"),
            ".github/workflows/ci.yml": self._rendered("ci.yml.j2"),
            ".gitignore": self._rendered("gitignore.j2"),
        }

    def _rendered(self, template: str, **more: Any) -> str:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(  # noqa: S701  (nothing here is read by a browser)
            loader=FileSystemLoader(_TEMPLATES),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        return environment.get_template(template).render(
            name=self.name,
            distribution=self.distribution,
            module=self.module,
            cls=self.cls,
            public=self.public,
            about=f"Tells {'customers' if self.public else self.name} of incidents.",
            version=__version__,
            **more,
        )
