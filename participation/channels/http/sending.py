"""What a form says, by which it is recognised when it comes again."""

from participation.channels.http.visit import Visit


def sent(visit: Visit) -> list[str]:
    """Its address and everything in it but what proves that it is ours; only ever kept as a keyed hash."""
    content = [visit.request.url.path]
    for name, value in visit.typed.multi_items():
        if name not in ("csrf", "token"):
            content += [name, str(value).encode("utf-8", "replace").decode()]
    return content
