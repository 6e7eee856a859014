"""What entries of the record say of the city itself: its roles, codes, elections, settings, and the record."""

from participation.channels.http.entries.words import Sentence, day, of_batch, of_kiosk, place, role
from participation.kit import i18n
from participation.kit.i18n import _

CITY: dict[str, Sentence] = {
    "city_founded": lambda reader, facts: _(
        "%(city)s, a city of %(population)s people, was set up here.",
        city=place(reader, facts["city"]),
        population=int(facts["population"]),
    ),
    "city_host": lambda reader, facts: _(
        "The host name %(host)s leads to this city.", host=i18n.isolated(str(facts["host"]))
    ),
    "archive_made": lambda reader, facts: _(
        "An archive of everything that is public here was made and can be checked."
    ),
    "record_started": lambda reader, facts: _("The record was started, and its key published."),
    "record_key": lambda reader, facts: _(
        "The key that signs the record was changed; the old and the new key both signed this."
    ),
    "erasure": lambda reader, facts: _("What entry %(number)s said was erased.", number=int(facts["entry"])),
    "role_granted": lambda reader, facts: _(
        "The role of %(role)s was given for %(place)s, until %(day)s.",
        role=role(facts["role"]),
        place=place(reader, facts["place"]),
        day=day(reader, facts["ends"]),
    ),
    "role_taken": lambda reader, facts: _(
        "The role of %(role)s for %(place)s was removed.", role=role(facts["role"]), place=place(reader, facts["place"])
    ),
    "election_declared": lambda reader, facts: _(
        "An election period was declared, from %(from)s to %(until)s: no step opens and nothing is decided then.",
        **{"from": day(reader, facts["from"]), "until": day(reader, facts["until"])},
    ),
    "election_removed": lambda reader, facts: _(
        "The election period from %(from)s to %(until)s was removed before it began.",
        **{"from": day(reader, facts["from"]), "until": day(reader, facts["until"])},
    ),
    "role_invited": lambda reader, facts: _(
        "Somebody was invited to take the role of %(role)s for %(place)s.",
        role=role(facts["role"]),
        place=place(reader, facts["place"]),
    ),
    "invitation_withdrawn": lambda reader, facts: _(
        "An invitation to take the role of %(role)s for %(place)s was withdrawn.",
        role=role(facts["role"]),
        place=place(reader, facts["place"]),
    ),
    "batch_issued": of_batch(_("Batch %(number)s of access codes was printed for %(district)s.")),
    "batch_activated": of_batch(
        _("Batch %(number)s of access codes for %(district)s was activated by a second person.")
    ),
    "batch_stopped": of_batch(_("Batch %(number)s of access codes for %(district)s was stopped.")),
    "batch_used": of_batch(_("Batch %(number)s of access codes for %(district)s: used slips were counted.")),
    "batch_reported": of_batch(_("Batch %(number)s of access codes for %(district)s: slips were counted.")),
    "code_void": of_batch(_("A code of batch %(number)s for %(district)s was declared void.")),
    "kiosk_set_up": of_kiosk(_("Kiosk %(number)s was set up in %(district)s.")),
    "kiosk_described": of_kiosk(_("Where kiosk %(number)s, %(district)s, stands was said in other words.")),
    "kiosk_code_made": of_kiosk(_("A code was made with which one screen can become kiosk %(number)s, %(district)s.")),
    "kiosk_enrolled": of_kiosk(_("A screen was enrolled as kiosk %(number)s, %(district)s.")),
    "kiosk_ended": of_kiosk(_("Kiosk %(number)s, %(district)s, was ended.")),
    "gates_set": lambda reader, facts: _("What each step owes in this city was changed."),
    "holidays_listed": lambda reader, facts: _("Holidays were put on the list of days that do not count."),
    "holidays_unlisted": lambda reader, facts: _("Holidays were taken off the list of days that do not count."),
    "questionnaire_imported": lambda reader, facts: _(
        "The questionnaire %(kind)s was brought in: version %(version)s.",
        kind=i18n.isolated(str(facts["kind"])),
        version=int(facts["version"]),
    ),
    "synthesis_set": lambda reader, facts: (
        _("From now on a machine reads aloud what nobody has recorded.")
        if facts["on"]
        else _("From now on no machine reads texts aloud.")
    ),
    "phones_set": lambda reader, facts: (
        _("From now on a phone may comment and react by itself.")
        if facts["phones"] == "number"
        else _("From now on whoever comments or reacts by phone needs an access code.")
    ),
    "language_added": lambda reader, facts: _(
        "The city added a language that is heard and not read: %(language)s.",
        language=i18n.isolated(str(facts["own"])),
    ),
    "language_removed": lambda reader, facts: _(
        "The city removed a language that was heard and not read, with its recordings: %(language)s.",
        language=i18n.isolated(str(facts["own"])),
    ),
    "boundaries_set": lambda reader, facts: _(
        "The boundaries of %(count)s districts were put on the map.", count=len(facts["districts"])
    ),
    "names_listed": lambda reader, facts: _("Names of city workers were added to those that no comment is to name."),
    "names_unlisted": lambda reader, facts: _("Names of city workers were taken off those that no comment is to name."),
    "code_replaced": of_batch(_("A lost code of batch %(number)s for %(district)s was replaced.")),
    "person_erased": lambda reader, facts: _("Somebody had everything about them erased."),
}
