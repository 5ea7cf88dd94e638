"""What we have made of the components of a page, and what they were before."""

import msgspec

from chatops.store.database import Database
from chatops.store.rows import ComponentRow


class Components:
    """The components that an instance has changed and not yet put back."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, instance: str) -> dict[str, ComponentRow]:
        """Every component that the instance has changed, by its public id."""
        rows = self._db.all("components", "all", instance=instance)
        return {row["component"]: msgspec.convert(row, ComponentRow) for row in rows}

    def put(self, instance: str, component: str, row: ComponentRow) -> None:
        """Remember what we are about to make, or have made, of a component."""
        self._db.run(
            "components", "put", instance=instance, component=component, **msgspec.structs.asdict(row)
        )

    def forget(self, instance: str, component: str) -> None:
        """The component is as it was before us, or a person's."""
        self._db.run("components", "forget", instance=instance, component=component)
