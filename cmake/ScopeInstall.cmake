# Install rules and the CMake package: another project says
# find_package(Scope CONFIG) and links Scope::ScopeRegisterAll or a part of it.
include(CMakePackageConfigHelpers)

get_property(scope_libraries GLOBAL PROPERTY SCOPE_LIBRARIES)
install(TARGETS ${scope_libraries} EXPORT ScopeTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT ScopeTargets NAMESPACE Scope::
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Scope)
foreach(dir ${PROJECT_SOURCE_DIR}/include/ ${PROJECT_BINARY_DIR}/include/)
  install(DIRECTORY ${dir} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc"
    PATTERN CMakeFiles EXCLUDE)
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
# Schemas of what scope-translate writes, of every version.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/schema
  DESTINATION ${CMAKE_INSTALL_DATADIR}/scope FILES_MATCHING PATTERN "*.json")

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/ScopeConfig.cmake.in
  ${PROJECT_BINARY_DIR}/ScopeConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Scope)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ScopeConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ScopeConfig.cmake
  ${PROJECT_BINARY_DIR}/ScopeConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Scope)
