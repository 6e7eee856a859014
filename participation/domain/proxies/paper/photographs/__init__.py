"""The photograph of a sheet: masked before it is kept, seen by staff alone, erased 84 days after the consultation."""
