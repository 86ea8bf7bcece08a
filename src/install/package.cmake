# Debian packages, by CPack: of the program, of the shared library, and of what
# is needed to build with it.  See pack.cmake for what is done to their files.

set(BLACKOUT_MAINTAINER "The blackout authors <blackout@blackout.invalid>" CACHE STRING
	"Maintainer of the packages")
mark_as_advanced(BLACKOUT_MAINTAINER)

configure_file(changelog.Debian.in changelog.Debian @ONLY)
configure_file(copyright.in copyright @ONLY)
foreach(package program library development)
	set(name blackout)
	if(package STREQUAL library)
		set(name libblackout${PROJECT_VERSION_MAJOR})
	elseif(package STREQUAL development)
		set(name libblackout-dev)
	endif()
	string(TOUPPER ${package} PACKAGE)
	set(CPACK_DEBIAN_${PACKAGE}_PACKAGE_NAME ${name})
	set(CPACK_DEBIAN_${PACKAGE}_FILE_NAME DEB-DEFAULT)
	install(FILES "${CMAKE_CURRENT_BINARY_DIR}/changelog.Debian"
		"${CMAKE_CURRENT_BINARY_DIR}/copyright"
		DESTINATION "share/doc/${name}" COMPONENT ${package}
		EXCLUDE_FROM_ALL)
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME blackout)
set(CPACK_PACKAGE_VENDOR "The blackout authors")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_SOURCE_DIR}/pack.cmake")

set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${BLACKOUT_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(library libblackout${PROJECT_VERSION_MAJOR})
file(CONFIGURE OUTPUT shlibs CONTENT
	"libblackout @PROJECT_VERSION_MAJOR@ @library@ (>= @PROJECT_VERSION@)\n"
	@ONLY)
file(CONFIGURE OUTPUT triggers CONTENT "activate-noawait ldconfig\n" @ONLY)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA
	"${CMAKE_CURRENT_BINARY_DIR}/shlibs;${CMAKE_CURRENT_BINARY_DIR}/triggers")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "jq, wget")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
	"${library} (= ${PROJECT_VERSION}-1), libbz2-dev, zlib1g-dev, libcjson-dev")
if(have_isal)
	string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", libisal-dev")
endif()

set(what "Reads archives of MRT files that are already on disk, rebuilds what
every peer of every collector carried, second by second, and tells when a
network was gone from the global routing table.  Session resets, missing or
damaged files and dead peers neither make outages nor hide them.")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
	"find routing outages in archives of RouteViews and RIPE RIS\n${what}")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
	"routing outages in archives of MRT files - shared library\n${what}
.
This is the library that the program is made of.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
	"routing outages in archives of MRT files - development files\n${what}
.
This is what is needed to build programs with the library.")
include(CPack)
