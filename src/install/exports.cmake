# Which functions the public headers declare, so that the libraries offer these
# and no others: a linker's version script, and a list of names.
#
#     cmake -DHEADERS=DIR -DSCRIPT=FILE -DNAMES=FILE -DVERSION=0.1 -P ...
#
# It relies on the form of the headers: a declaration begins in the first
# column, and its name stands before the first parenthesis.

file(GLOB headers "${HEADERS}/*.h")
set(names)
foreach(header IN LISTS headers)
	file(READ "${header}" text)
	string(REPLACE ";" "\n" text "${text}")
	string(REPLACE "[" "(" text "${text}")
	string(REPLACE "]" ")" text "${text}")
	string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" text "${text}")
	string(REGEX MATCHALL "\n[a-z][a-z0-9_ \n*]*[ *][a-z0-9_]+\\(" found
		"${text}")
	foreach(declaration IN LISTS found)
		if(NOT declaration MATCHES "\n(static|typedef) ")
			string(REGEX REPLACE ".*[ *]([a-z0-9_]+)\\($" "\\1" name
				"${declaration}")
			list(APPEND names "${name}")
		endif()
	endforeach()
endforeach()
list(REMOVE_DUPLICATES names)
list(SORT names)
list(JOIN names ";\n\t" script)
list(JOIN names "\n" lines)
file(WRITE "${SCRIPT}"
	"BLACKOUT_${VERSION} {\nglobal:\n\t${script};\nlocal:\n\t*;\n};\n")
file(WRITE "${NAMES}" "${lines}\n")
