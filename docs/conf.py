"""The documentation as a site: sphinx-build docs site, with the extra [docs]."""

project = "Scope"
author = "the Scope project"
html_theme = "furo"
html_title = "Scope"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
exclude_patterns = ["CMakeLists.txt", "schema"]
root_doc = "index"

# The notebook is run by the tests.
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence"]
# Headings can be linked to as on GitHub.
myst_heading_anchors = 4
# Blocks that the tests run begin with a word of theirs; `...` stands for anything.
# Pages link to files of the repository, which are not part of the site; pages that
# index.md does not list are in the table of README.md.
suppress_warnings = ["toc.not_included", "misc.highlighting_failure", "myst.xref_missing", "ref.python"]

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "exclude-members": "model_config"}
autodoc_typehints = "description"
