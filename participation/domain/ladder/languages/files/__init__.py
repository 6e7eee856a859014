"""The texts of a project as translators' files: out, and in again."""
