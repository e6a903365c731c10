"""The text of posted files (pdf, docx, xlsx), read in a process of its own within caps.

What belongs here: from the bytes of a file to its text, or to why there is none. What does not: which files are
fetched (`pipeline.navigation`), what a text means for a programme (`pipeline.classification`).
"""

from pipeline.attachments.model import AttachmentText, Caps, Problem
from pipeline.attachments.process import read_attachment

__all__ = ["AttachmentText", "Caps", "Problem", "read_attachment"]
