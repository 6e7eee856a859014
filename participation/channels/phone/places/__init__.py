"""The whole menu: each file has the places of one subject. Another kind of question is one more file, and one more line here."""

from participation.channels.phone.menu import Menu
from participation.channels.phone.places import (
    comments,
    home,
    numbers,
    outcomes,
    own_words,
    projects,
    proving,
    receipts,
    votes,
)

MENU = Menu(
    {
        **home.NODES,
        **projects.NODES,
        **comments.NODES,
        **votes.NODES,
        **outcomes.NODES,
        **receipts.NODES,
        **numbers.NODES,
        **own_words.NODES,
        **proving.NODES,
    }
)
