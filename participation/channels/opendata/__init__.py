"""Open data: all that is public of projects as JSON and CSV; Atom, iCalendar and a map of the site. Reads only."""

from participation.channels.opendata.routes import ROUTES

__all__ = ["ROUTES"]
