# Writes VERSION_FILE, a C++ text in quotes: the version, and which commit it was built from where git
# knows. Run at every build; the file changes only if its content does.
execute_process(COMMAND git describe --always --dirty --tags
  WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
  ERROR_QUIET RESULT_VARIABLE failed)
set(text "${VERSION}")
if(NOT failed)
  string(APPEND text " (${commit})")
endif()
file(CONFIGURE OUTPUT ${VERSION_FILE} CONTENT "\"${text}\"\n")
