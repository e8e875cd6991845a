# cmake -DINPUT=<file> -DOUTPUT=<file> -DSOURCE=<td file> -P ScopeReferencePage.cmake
#
# Makes a page of its own from what mlir-tblgen writes.
file(READ ${INPUT} text)

# The first line says who made it; say how.
string(FIND "${text}" "\n" end)
string(SUBSTRING "${text}" ${end} -1 text)
set(head
  "<!-- Made from include/scope/${SOURCE} by the target update-docs; do not edit. -->\n")

# A list of passes has no title, and its headings begin at the third level.
if(NOT text MATCHES "^\n+# ")
  string(APPEND head "\n# Passes\n\n"
    "For an option that takes a word, `scope-opt --help` lists the words.\n")
  string(REGEX REPLACE "\n#(##+) " "\n\\1 " text "${text}")
  string(REPLACE "\n## `-scope" "\n## `--scope" text "${text}")
endif()

# Nothing that shows these pages knows this word.
string(REPLACE "\n[TOC]\n" "" text "${text}")

# For an attribute, mlir-tblgen lists the parameters as if they were written
# without their names, whatever the real syntax is; the examples show that.
string(REGEX REPLACE "\nSyntax:\n\n```\n#scope[^`]*\n```\n" "" text "${text}")

string(REGEX REPLACE "\n\n\n+" "\n\n" text "${text}")
string(STRIP "${text}" text)
file(WRITE ${OUTPUT} "${head}\n${text}\n")
