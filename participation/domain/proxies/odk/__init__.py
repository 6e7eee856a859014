"""ODK Collect and its like: a form for each consultation, app users, and submissions, which become entries like any others. Never votes."""
