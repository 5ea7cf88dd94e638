"""Plugins that are installed on the spot: real entry points, found as those of any other distribution."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4


@dataclass
class Site:
    """A folder for the path, with one installed distribution in it."""

    folder: Path
    distribution: str = "test-plugins"
    version: str = "1.0"
    groups: dict[str, dict[str, str]] = field(default_factory=dict)

    def install(self, source: str, **plugins: str) -> str:
        """Install the module `source`, whose classes are the plugins: `install(code, pager="Pager")`. Its
        name is returned. What a plugin imports most is imported already.
        """
        module = f"plugin_{uuid4().hex}"
        header = "import os, sys, time\nimport msgspec\nfrom chatops import *\n"
        (self.folder / f"{module}.py").write_text(header + textwrap.dedent(source))
        self.point("chatops", {name: f"{module}:{cls}" for name, cls in plugins.items()})
        return module

    def stand_in(self, module: str, **plugins: str) -> None:
        """These classes of an installed module stand in for the remotes of these plugins."""
        self.point("chatops.sandboxes", {name: f"{module}:{cls}" for name, cls in plugins.items()})

    def point(self, group: str, targets: Mapping[str, str]) -> None:
        """Add entry points to a group: `point("chatops", {"pager": "chatops_pager:Pager"})`."""
        self.groups.setdefault(group, {}).update(targets)
        info = self.folder / f"{self.distribution.replace('-', '_')}-{self.version}.dist-info"
        info.mkdir(exist_ok=True)
        about = f"Metadata-Version: 2.1\nName: {self.distribution}\nVersion: {self.version}\n"
        (info / "METADATA").write_text(about)
        lines = [
            line
            for group, points in self.groups.items()
            for line in (f"[{group}]", *(f"{name} = {target}" for name, target in points.items()), "")
        ]
        (info / "entry_points.txt").write_text("\n".join(lines))
