"""Why a file is not taken at all: one sentence and a stable code each."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from orders.errors import DeskError

SENTENCES = {
    "empty_file": _("“{file}” is empty."),
    "no_such_file": _("There is no file “{file}”."),
    "file_too_big": _("“{file}” has more than {limit} MB. Export a shorter period."),
    "too_many_rows": _("“{file}” has more than {limit} rows. Export a shorter period, or delete the empty rows."),
    "too_many_columns": _("“{file}” has more than {limit} columns. This is not an export of the platform."),
    "cell_too_long": _("“{file}” has a cell that is too long near row {line}; a quotation mark is probably missing there."),
    "web_page": _("“{file}” is a web page, whatever its name says. Export it again from the platform, or open it and save it as .xlsx."),
    "xml_file": _("“{file}” is an XML file, not a workbook. Open it and save it as .xlsx or CSV."),
    "old_workbook": _("“{file}” is a workbook of the old kind (.xls). Open it and save it as .xlsx or CSV."),
    "binary_workbook": _("“{file}” is a binary workbook (.xlsb). Open it and save it as .xlsx or CSV."),
    "open_document": _("“{file}” is an OpenDocument file. Open it and save it as .xlsx or CSV."),
    "password": _("“{file}” is protected by a password. Open it, remove the password, save it and import it again."),
    "macros": _("“{file}” holds macros. Open it and save it as .xlsx without macros."),
    "text_named_workbook": _("“{file}” is named like a workbook but holds plain text. Rename it to .csv and import it again."),
    "archive": _("“{file}” is an archive. Unpack it and import the files inside."),
    "pdf": _("“{file}” is a PDF. Import the file that the platform exported."),
    "picture": _("“{file}” is a picture. Import the file that the platform exported."),
    "not_a_table": _("“{file}” is neither a workbook nor a CSV file."),
    "damaged_workbook": _("“{file}” is damaged and cannot be opened. Export it again."),
    "unpacks_too_large": _("“{file}” unpacks to far more than an export holds and was not opened."),
    "unsafe_workbook": _("“{file}” holds parts that no export has (embedded files or XML entities) and was not opened."),
    "workbook_too_hard": _("“{file}” takes too much time or memory to read. Save it as CSV and import that."),
    "unreadable_encoding": _("The characters of “{file}” are neither UTF-8, UTF-16 nor GB18030. Export it again."),
    "broken_characters": _("“{file}” is UTF-8, but row {line} holds bytes that are not. Export it again."),
    "unknown_list": _("“{file}” is none of the lists that can be imported: the column names are not known."),
    "other_list": _("“{file}” is recognised as another list ({list}) than the one that is to be imported here."),
    "missing_column": _("“{file}” has no column “{column}”, which is needed. Choose it in the export and import again."),
    "bad_json": _("“{file}” begins like JSON but cannot be read as such. Fetch it again."),
    "unknown_json": _("“{file}” is JSON, but no answer of the open platform with refunds."),
    "platform_session": _(
        "“{file}” holds no refunds: the shop's authorisation at the open platform has run out (error {number}). Renew it and fetch them again."
    ),
    "platform_limit": _("“{file}” holds no refunds: the open platform had too many calls (error {number}). Fetch them again later."),
    "platform_refused": _("“{file}” holds no refunds: the open platform refused the call (error {number}: {message})."),
    "duplicated_column": _("“{file}” has the column “{column}” twice. Delete one and import again."),
}


class BadFile(DeskError):
    """A file that is refused whole. `code` is a key of SENTENCES."""

    def __init__(self, code: str, file: str, **params: object) -> None:
        self.params = {"file": file, **params}
        super().__init__(format_lazy(SENTENCES[code], **self.params), code=code, field="file")
