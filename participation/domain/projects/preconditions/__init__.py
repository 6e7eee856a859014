"""Five things that have to be true before residents are asked; an official signs each with a sentence."""
