"""The groups of the `participation` command: functions that read arguments, call one operation and say what came of it."""
