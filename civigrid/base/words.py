"""What the foundations refuse, in words; `%(facts)s` are filled in."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civigrid.base.ledger import Wrong

REFUSALS: dict[str, str | Promise] = {
    "file_empty": _("The file is empty."),
    "file_type": _(
        "Only photos (JPEG, PNG, WebP), videos (MP4, MOV, 3GP, WebM), sound (MP3, M4A, AAC, WAV, OGG, AMR) and documents "
        "(PDF, DOCX, XLSX, OFD) are taken."
    ),
    "file_type_differs": _("The file is not what it is called. Send it under its right name."),
    "file_too_large": _("The file is too large: at most %(limit)s bytes are taken."),
    "file_broken": _("The file is cut off or damaged. Send it again."),
    "file_two_faced": _("The file is also something else than it seems and is not taken."),
    "file_acts": _(
        "The file contains a program, another file, or something that loads by itself, and is not taken. A document can "
        "be printed to a new PDF and sent as that."
    ),
    "file_locked": _("The document is locked with a password. Send it without one."),
    "file_swells": _("Unpacked, the document would be many times larger than it seems. It is not taken."),
    "file_tells_place": _(
        "The video records places between its pictures, and they cannot be taken out. Record it without them, or send it "
        "through another program."
    ),
    "file_missing": _("There is no such file."),
    "photo_too_many_pixels": _("The photo is too large: at most %(limit)s pixels are taken."),
    "photo_moves": _("Moving pictures are not taken. Send a still photo."),
    "photo_broken": _("The photo is cut off or damaged. Send it again."),
    "upload_gone": _("There is no such upload, or it is over. Begin again."),
    "upload_offset": _("The upload goes on at byte %(offset)s."),
    "upload_too_long": _("More was sent than the %(size)s bytes that were said at the beginning."),
    "upload_unfinished": _("The file has not arrived whole yet. Wait until it has, or take it out."),
    "upload_too_many": _("You have %(limit)s uploads already that no form took. Send the form, or take one out first."),
    "upload_too_much": _(
        "Your uploads that no form took would have more than %(limit)s bytes together. Send the form, or take one out first."
    ),
    "upload_bad": _("The upload must say how many bytes it has, and go on with bytes."),
    "too_often": _("This was done too often in a short time. Try again after %(until)s."),
    "storage_full": _("The disk of the server is full: nothing was kept. Tell the operator, then send it again."),
    "storage_closed": _("The server cannot write to its storage: nothing was kept. Tell the operator."),
    "repeat_running": _("The same request is still being worked on. Try again in a moment."),
    "repeat_differs": _("This request was already sent with other content."),
    "identity_changed": _("The code %(of)s already belongs to another thing: give the new one a code of its own."),
    "bad_json": _("This is no JSON in UTF-8."),
    "wrong_type": _("The value has the wrong type."),
    "unknown_field": _("There is no such field."),
    "bad_form": _("The value does not have the form it must have."),
    "bad_time": _("The time is not written as in 2026-11-23T08:30:00+08:00."),
    "out_of_range": _("The number is too small or too large."),
    "too_many": _("There are too many of these."),
    "keys_differ": _("The key in the body is not the one in the header."),
    "not_kept": _("It could not be stored: this is our mistake, and it was recorded. Tell the operator."),
    "repeat_bad_key": _("The Idempotency-Key must have 8 to 128 printable signs."),
}

LEDGER_FAULTS: dict[Wrong, str | Promise] = {
    Wrong.MISSING: _("lines before it are missing"),
    Wrong.CHANGED: _("its text or its hash was changed"),
    Wrong.COLUMNS: _("its number, time or place differs from what was hashed"),
    Wrong.FORMAT: _("it has an unknown format"),
    Wrong.TEXT: _("its words were changed"),
    Wrong.TEXT_GONE: _("its words were deleted and no line says so"),
    Wrong.TEXT_ADDED: _("words were added to it"),
    Wrong.NO_HEAD: _("the head of its stream is missing"),
    Wrong.HEAD: _("the head of its stream was changed"),
    Wrong.TAIL: _("the lines after it are missing"),
    Wrong.BEYOND: _("the head of its stream was set back"),
    Wrong.NO_LINES: _("all lines of its stream are missing"),
}
