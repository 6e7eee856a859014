"""The days of all projects in one order: what opens and closes, meetings, reviews, promises."""
