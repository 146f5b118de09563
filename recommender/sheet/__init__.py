"""The sheet: one result on paper, for the floor beside the mat, as HTML or PDF.

`render_html` needs the extra `sheet`, `render_pdf` the extra `pdf`; both are imported when they are called.
"""

from recommender.sheet.html import render_html
from recommender.sheet.pdf import render_pdf

__all__ = ["render_html", "render_pdf"]
