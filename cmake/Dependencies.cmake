# What the library needs. Debian 12's default Boost is 1.74: 1.81 is asked for by name.
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(simdjson 3 REQUIRED)
# Debian's RE2 brings no CMake package. It is linked by name, so that an installed skep names no path.
find_path(SKEP_RE2_INCLUDE_DIR re2/re2.h REQUIRED)
find_library(SKEP_RE2_LIBRARY re2 REQUIRED)
mark_as_advanced(SKEP_RE2_INCLUDE_DIR SKEP_RE2_LIBRARY)

if(SKEP_CLI)
  find_package(Boost 1.81 REQUIRED COMPONENTS json url)
  find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto SSL)
  find_package(prometheus-cpp REQUIRED)
  find_package(spdlog REQUIRED)
  # Its pkg-config file asks for jansson's, which Debian does not install with it.
  find_path(SKEP_JWT_INCLUDE_DIR jwt.h REQUIRED)
  find_library(SKEP_JWT_LIBRARY jwt REQUIRED)
  mark_as_advanced(SKEP_JWT_INCLUDE_DIR SKEP_JWT_LIBRARY)
endif()

if(SKEP_SQLITE_SOURCE_DIR)
  add_library(skep_sqlite3 STATIC ${SKEP_SQLITE_SOURCE_DIR}/sqlite3.c)
  target_include_directories(skep_sqlite3 SYSTEM PUBLIC $<BUILD_INTERFACE:${SKEP_SQLITE_SOURCE_DIR}>)
  target_compile_definitions(skep_sqlite3 PRIVATE SQLITE_THREADSAFE=2 SQLITE_DQS=0
    SQLITE_ENABLE_FTS5 SQLITE_ENABLE_COLUMN_METADATA)
  target_link_libraries(skep_sqlite3 PRIVATE ${CMAKE_DL_LIBS})
  set(SKEP_SQLITE_TARGET skep_sqlite3)
else()
  find_package(SQLite3 3.40 REQUIRED)
  set(SKEP_SQLITE_TARGET SQLite::SQLite3)
endif()
