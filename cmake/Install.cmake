# What `cmake --install` lays down: the library with its headers and CMake package (component
# `skep_development`), and the command (component `skep_command`).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(skep_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/skep)
set(skep_installed_targets skep)
set(skep_bundles_sqlite OFF)
if(TARGET skep_sqlite3)
  # A static skep needs the SQLite it was built with; the two travel together.
  list(APPEND skep_installed_targets skep_sqlite3)
  set(skep_bundles_sqlite ON)
endif()

install(TARGETS ${skep_installed_targets} EXPORT skepTargets
  COMPONENT skep_development
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT skepTargets NAMESPACE skep:: DESTINATION ${skep_package_dir}
  COMPONENT skep_development)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/skepConfig.cmake.in
  ${PROJECT_BINARY_DIR}/skepConfig.cmake INSTALL_DESTINATION ${skep_package_dir}
  NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may change the API.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/skepConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/skepConfig.cmake ${PROJECT_BINARY_DIR}/skepConfigVersion.cmake
  DESTINATION ${skep_package_dir} COMPONENT skep_development)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/NOTICE
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/skep COMPONENT skep_development)

if(TARGET skep_cli)
  install(TARGETS skep_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT skep_command)
endif()
