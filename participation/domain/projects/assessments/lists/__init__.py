"""Published assessments of many projects, one after another."""
