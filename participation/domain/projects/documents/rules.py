"""What may be done with a document, what its kinds and formats are called, and why a file cannot be taken."""

import re
from collections.abc import Mapping, Sequence

from participation.domain.projects.documents.models import DocumentKind, DocumentState, Format
from participation.kit.errors import Conflict, Invalid, Refusal
from participation.kit.i18n import AUTONYMS, Message, _
from participation.kit.marks import Texts, counted
from participation.kit.text import folded

WORDS = ("titles", "alternatives")
"""Its fields with text per language, beside why it was withdrawn."""
LARGEST_TITLE = 150
LARGEST_ALTERNATIVE = 2_500
MOST_DOCUMENTS = 200
"""Of one project."""

KINDS: Mapping[DocumentKind, Message] = {
    DocumentKind.NEEDS: _("Study of needs"),
    DocumentKind.FEASIBILITY: _("Feasibility study"),
    DocumentKind.PLAN: _("Project plan"),
    DocumentKind.BUDGET: _("Approval of the budget"),
    DocumentKind.ENVIRONMENT: _("Environmental impact"),
    DocumentKind.SOCIAL: _("Social impact"),
    DocumentKind.LAND: _("Impact on land and settlements"),
    DocumentKind.RESETTLEMENT: _("Resettlement plan"),
    DocumentKind.RISK: _("Risks and who bears them"),
    DocumentKind.HEARING_NOTICE: _("Notice of a hearing"),
    DocumentKind.HEARING_INVITATION: _("Invitation to a meeting"),
    DocumentKind.MINUTES: _("Minutes of a meeting"),
    DocumentKind.TENDER: _("Call for tenders"),
    DocumentKind.BIDS: _("Evaluation of the tenders"),
    DocumentKind.AWARD: _("Notice of the award"),
    DocumentKind.CONTRACT: _("Signed contract"),
    DocumentKind.CONTRACT_CHANGE: _("Change of a contract"),
    DocumentKind.SPECIFICATION: _("Technical specification"),
    DocumentKind.PROGRESS: _("Progress report"),
    DocumentKind.AUDIT: _("Audit report"),
    DocumentKind.COMPLAINTS: _("Complaints and what became of them"),
    DocumentKind.OPINION: _("Opinion from outside"),
    DocumentKind.DATA: _("Data"),
    DocumentKind.MAP: _("Map"),
    DocumentKind.PICTURE: _("Picture"),
    DocumentKind.OTHER: _("Another document"),
}

CODES: Mapping[DocumentKind, str] = {
    DocumentKind.NEEDS: "needsAssessment",
    DocumentKind.FEASIBILITY: "feasibilityStudy",
    DocumentKind.PLAN: "projectPlan",
    DocumentKind.BUDGET: "budgetApproval",
    DocumentKind.ENVIRONMENT: "environmentalImpact",
    DocumentKind.SOCIAL: "socialImpact",
    DocumentKind.LAND: "landAndSettlementImpact",
    DocumentKind.RESETTLEMENT: "resettlementPlan",
    DocumentKind.RISK: "riskProvisions",
    DocumentKind.HEARING_NOTICE: "hearingNotice",
    DocumentKind.HEARING_INVITATION: "consultationMeetingInvitation",
    DocumentKind.MINUTES: "minutes.consultationMeeting",
    DocumentKind.TENDER: "tenderNotice",
    DocumentKind.BIDS: "evaluationReports",
    DocumentKind.AWARD: "awardNotice",
    DocumentKind.CONTRACT: "contractSigned",
    DocumentKind.CONTRACT_CHANGE: "contractAnnexe",
    DocumentKind.SPECIFICATION: "technicalSpecifications",
    DocumentKind.PROGRESS: "physicalProgressReport",
    DocumentKind.AUDIT: "finalAudit",
    DocumentKind.COMPLAINTS: "complaints",
    DocumentKind.OPINION: "x_opinion",
    DocumentKind.DATA: "x_data",
    DocumentKind.MAP: "x_map",
    DocumentKind.PICTURE: "illustration",
    DocumentKind.OTHER: "x_other",
}
"""`documentType` as OC4IDS and OCDS name it; both lists are open, and what they lack begins with `x_`."""

MEDIA_TYPES: Mapping[Format, tuple[str, str]] = {
    Format.PDF: ("application/pdf", "pdf"),
    Format.ODT: ("application/vnd.oasis.opendocument.text", "odt"),
    Format.DOCX: ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    Format.CSV: ("text/csv", "csv"),
    Format.GEOJSON: ("application/geo+json", "geojson"),
}
"""Format -> media type and ending. Images have those of their pictures."""
ENDINGS = {media_type: ending for media_type, ending in MEDIA_TYPES.values()} | {
    "image/jpeg": "jpg",
    "image/png": "png",
}
FORMAT_NAMES = {"jpg": "JPEG", "geojson": "GeoJSON"}

SPECIAL_LANGUAGES: Mapping[str, Message] = {
    "mul": _("Several languages"),
    "und": _("Another language"),
    "zxx": _("No words"),
}
FILE_LANGUAGES = (*AUTONYMS, *SPECIAL_LANGUAGES)

_TWO_THINGS = _("This file can be read as two different things. Save the document anew and send that.")
_DAMAGED = _("This file is damaged or made so that opening it fails. Open it yourself, save it anew, and send that.")
REFUSED: Mapping[str, Message] = {
    "empty": _("This file is empty."),
    "too_large": _("This file is larger than 20 MB. Make its pictures smaller, or send it in parts."),
    "unknown": _("This is none of the kinds of file that are taken, whatever its name says: %(taken)s."),
    "program": _("This is a program, not a document."),
    "archive": _("This is an archive of files. Send each document by itself."),
    "markup": _("This is a web page or a drawing made of code. Save it as PDF and send that."),
    "encrypted": _("This file is protected with a password. Take the protection off, so that everybody can read it."),
    "cut_off": _("The end of this file is missing. Send it again; if that does not help, save it anew."),
    "breaks": _DAMAGED,
    "two_in_one": _TWO_THINGS,
    "too_much": _("Unpacked, this file is far larger than it looks. It is not opened."),
    "no_pages": _("This PDF has no pages."),
    "active": _("This file holds a program or a script that would run when somebody opens it. Save it as a plain PDF."),
    "files_inside": _("This PDF has other files inside it. Send them one by one."),
    "macros": _("This document holds macros. Save it without them."),
    "fetches": _(
        "This document fetches something from elsewhere when it is opened: %(where)s. Put it into the document."
    ),
    "entities": _("This document declares entities, which no writing program does. Save it anew."),
    "other_office": _(
        "This is a spreadsheet, slides or another kind of office file. Save it as PDF, or a table as CSV."
    ),
    "old_office": _("This is a file of an old office program. Save it as PDF, ODT or DOCX."),
    "breaks_image": _("This picture is damaged or not whole. Send it again, or take it anew."),
    "too_many_pixels": _("This picture has more than 50 million pixels. Make it smaller."),
    "moves": _("This picture moves. Only still pictures are taken."),
    "too_long": _("This picture is a strip, far longer than wide. Cut it into parts."),
    "not_a_table": _("This is text, but not a table: it needs two columns and two lines at least."),
    "not_utf8": _("This text is not in UTF-8 (line %(where)s). Save it as UTF-8."),
    "uneven": _(
        "This table has another number of columns in line %(where)s than in the first, or a quotation mark is wrong there."
    ),
    "formula": _("In line %(where)s a cell begins like a formula, which a spreadsheet would run. Send values only."),
    "not_json": _("This is not whole JSON. It goes wrong at %(where)s (line and column)."),
    "map_object": _("This is not GeoJSON: an object is needed here: %(where)s"),
    "map_type": _("This is not GeoJSON: the type is missing or unknown here: %(where)s"),
    "map_list": _("This is not GeoJSON: a list is needed here: %(where)s"),
    "map_number": _("This map has a number that is none: %(where)s"),
    "map_position": _("This map has a position that is not longitude and latitude: %(where)s"),
    "map_range": _(
        "This map has a position that is not on the earth: longitude goes from -180 to 180, latitude from -90 to 90: %(where)s"
    ),
    "map_ring": _("This map has an area that is not closed or has no inside: %(where)s"),
    "map_short": _("This map has a line with fewer than two positions: %(where)s"),
    "map_deep": _("This map is nested too deeply: %(where)s"),
    "map_too_much": _("This map has too many parts to be drawn: %(where)s"),
    "map_empty": _("There is nothing on this map."),
    "not_a_map": _("A map has to be GeoJSON; this is another kind of file."),
    "not_a_picture": _("A picture has to be JPEG, PNG, WebP or GIF; this is another kind of file."),
}
"""Why a file is not taken, each in a sentence of its own."""
TAKEN = "PDF, ODT, DOCX, JPEG, PNG, WebP, GIF, CSV, GeoJSON"


def refused(code: str, where: str = "") -> Invalid:
    sentence = REFUSED.get(code, _DAMAGED)
    return Invalid({"file": Message(sentence.text, values=(("where", where or "–"), ("taken", TAKEN)))})


def fits(kind: DocumentKind, format_: Format) -> Refusal | None:
    """A map and a picture are what they say."""
    if kind is DocumentKind.MAP and format_ is not Format.GEOJSON:
        return refused("not_a_map")
    if kind is DocumentKind.PICTURE and format_ is not Format.IMAGE:
        return refused("not_a_picture")
    return None


def may_change(state: str) -> Refusal | None:
    if state == DocumentState.WITHDRAWN:
        return Conflict(
            "withdrawn",
            _("This document has been withdrawn; it stays as it was."),
            _("Add a new document in its place."),
        )
    return None


def wanting(titles: Mapping[str, str], alternatives: Mapping[str, str], required: Sequence[str]) -> dict[str, Message]:
    """What is public needs these words in every required language; by the name of the field."""
    missing = _("This is needed in every required language before it can be published.")
    return {
        f"{field}.{language}": missing
        for field, texts in (("title", titles), ("alternative", alternatives))
        for language in required
        if not texts.get(language)
    }


_STALE = _(
    "What this was translated from has changed since, and a machine's words do not count. Put it right here, or save it as it is in the project's list of languages."
)


def may_publish(
    *,
    project_public: bool,
    titles: Texts,
    alternatives: Texts,
    required: Sequence[str],
) -> Refusal | None:
    """Once the project itself is public, and its title and its words count in every required language."""
    errors = wanting(titles, alternatives, required) or {
        f"{field}.{language}": _STALE
        for field, texts in (("title", titles), ("alternative", alternatives))
        for language in required
        if language not in counted(texts)
    }
    if errors:
        return Invalid(errors)
    if not project_public:
        return Conflict(
            "project_draft",
            _("The project itself is not published yet. Until then this document waits as a draft."),
            _("Publish the project, then come back to this document."),
        )
    return None


def may_withdraw(state: str) -> Refusal | None:
    if state != DocumentState.PUBLISHED:
        return Conflict(
            "not_published",
            _("Only what has been published can be withdrawn."),
            _("A draft can be deleted on its own page."),
        )
    return None


def name_of(titles: Mapping[str, str], kind: str, number: int) -> str:
    """A file's name, without its ending: from its title, in letters that every system takes."""
    title = titles.get("en") or next((text for text in titles.values() if text), "")
    name = "-".join(re.findall(r"[a-z0-9]+", folded(title)))[:60].strip("-")
    return name or f"{kind.replace('_', '-')}-{number}"
