"""Which file system a path is on, where the system says so."""

from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/mounts")
#: As Linux names them in /proc/mounts. 9p is how a virtual machine shows its host's folders.
NETWORK: Final = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.ceph",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)


def network_of(path: Path, mounts: Path = MOUNTS) -> str:
    """The kind of network file system that the path is on; empty for none, and where nobody says."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    place, found = path.absolute().resolve(), (0, "")
    for fields in (line.split(" ") for line in lines):
        mounted = Path(_unescaped(fields[1]))
        # Of two on the same place the later one hides the earlier.
        if place.is_relative_to(mounted) and len(mounted.parts) >= found[0]:
            found = (len(mounted.parts), fields[2])
    return found[1] if found[1] in NETWORK else ""


def _unescaped(name: str) -> str:
    """The kernel writes a blank, a tab, a line break and a backslash in octal (man 5 fstab)."""
    for octal, character in (("040", " "), ("011", "\t"), ("012", "\n"), ("134", "\\")):
        name = name.replace(f"\\{octal}", character)
    return name
