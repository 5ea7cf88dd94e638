"""Where the configuration is."""

import os
from pathlib import Path

FILE_NAME = "chatops.toml"


def find(path: Path | None) -> Path | None:
    """The configuration file in force, or None for the embedded defaults."""
    named = path or (Path(value) if (value := os.environ.get("CHATOPS_CONFIG")) else None)
    try:
        here = Path.cwd()
    except FileNotFoundError:  # somebody has deleted the folder that the shell stands in
        here = Path("/")
    if named is not None:
        return (here / at_home(named)).resolve()
    nearest = next((f for folder in (here, *here.parents) if (f := folder / FILE_NAME).is_file()), None)
    return nearest or (own if (own := users_own()).is_file() else None)


def at_home(path: Path) -> Path:
    """The path with its `~` replaced, where there is such a home."""
    try:
        return path.expanduser()
    except RuntimeError:  # "~somebody" who is not known here; it is not found, and that is said
        return path


def users_own() -> Path:
    """The file in the user's configuration directory, whether or not it is there."""
    import platformdirs

    return platformdirs.user_config_path("chatops") / FILE_NAME
