# The command and what it reads and writes.
if(NOT SKEP_CLI)
  return()
endif()

# ThreadSanitizer sees the threads of a command in a server, and in the store that calls one.
if(NOT SKEP_SANITIZE MATCHES "thread")
  skep_add_test(interchange_test
    SOURCES interchange/line_reader_test.cpp interchange/mistakes_test.cpp interchange/ndjson_test.cpp
            interchange/who_and_when_test.cpp
    LIBRARIES skep_interchange)
  target_compile_definitions(interchange_test PRIVATE SKEP_SHARED_DIR="${SKEP_SHARED_DIR}")

  skep_add_test(cli_test
    SOURCES
      cli/care_test.cpp
      cli/cli_fixture.cpp
      cli/diff_test.cpp
      cli/emit_test.cpp
      cli/blob_test.cpp
      cli/errors_test.cpp
      cli/export_import_test.cpp
      cli/lineage_test.cpp
      cli/listing_test.cpp
      cli/search_test.cpp
      cli/server_test.cpp
      cli/show_test.cpp
      cli/slice_test.cpp
      cli/tail_test.cpp
      cli/terminal_test.cpp
      cli/timeline_test.cpp
      cli/token_test.cpp
      cli/who_and_when_test.cpp
      remote/peer.cpp
    LIBRARIES skep_auth ${SKEP_SQLITE_TARGET} Boost::json)
  target_compile_definitions(cli_test PRIVATE
    SKEP_COMMAND="$<TARGET_FILE:skep_cli>" SKEP_SHARED_DIR="${SKEP_SHARED_DIR}")
  add_dependencies(cli_test skep_cli)
endif()

skep_add_test(kill_test SOURCES cli/kill_test.cpp LIBRARIES ${SKEP_SQLITE_TARGET})
