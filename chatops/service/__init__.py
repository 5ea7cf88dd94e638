"""The use cases: what the command line, a web page or a test calls. Each writes first and asks later."""

from chatops.service.act import Act, Recorded, actor_name
from chatops.service.incidents import Incidents
from chatops.service.service import Service

__all__ = ["Act", "Incidents", "Recorded", "Service", "actor_name"]
