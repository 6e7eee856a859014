"""Copies of everything that a city has made public: an archive for programs, a site for people without a network."""
