"""How a project is made known where there is no screen: a notice to photocopy, a script to read aloud."""
