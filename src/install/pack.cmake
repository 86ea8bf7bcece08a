# What Debian asks of files, done to those that CPack is about to pack: manual
# pages and changes are compressed, the same bytes each time.

file(GLOB_RECURSE found "${CPACK_TEMPORARY_DIRECTORY}/*")
list(FILTER found INCLUDE REGEX
	"/usr/share/(man/man[1-9]/[^/]+[.][1-9]|doc/[^/]+/changelog[.]Debian)$")
foreach(path IN LISTS found)
	execute_process(COMMAND gzip -9nf "${path}" COMMAND_ERROR_IS_FATAL ANY)
endforeach()
