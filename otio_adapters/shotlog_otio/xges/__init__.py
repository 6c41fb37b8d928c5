"""Projects of GStreamer Editing Services, as Pitivi saves them."""

from shotlog_otio.xges.structure import escaped_value, fields_of, quoted, structures_in
from shotlog_otio.xges.xges_format import XgesFormat

__all__ = ["XgesFormat", "escaped_value", "fields_of", "quoted", "structures_in"]
