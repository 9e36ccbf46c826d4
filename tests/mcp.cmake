# The MCP server, driven by what other projects publish, and its example.
if(NOT SKEP_CLI)
  return()
endif()

set(subjects clients scope stdio)
if(NOT SKEP_SANITIZE MATCHES "thread")
  list(APPEND subjects inspector long_calls)
endif()
skep_add_node_tests(mcp mcp ${subjects})
if(TEST mcp_clients AND EXISTS ${PROJECT_SOURCE_DIR}/examples/mcp_handover/node_modules)
  add_test(NAME example_mcp_handover
    COMMAND ${SKEP_NODE} ${PROJECT_SOURCE_DIR}/examples/mcp_handover/handover.mjs)
  set_tests_properties(example_mcp_handover PROPERTIES
    TIMEOUT 120
    ENVIRONMENT "SKEP_COMMAND=$<TARGET_FILE:skep_cli>"
    PASS_REGULAR_EXPRESSION "saved    19[0-9][0-9][0-9][0-9] characters")
endif()

find_package(rapidcheck REQUIRED)
set(sources mcp/line_pipe_test.cpp)
# The others run on one thread.
if(NOT SKEP_SANITIZE MATCHES "thread")
  list(APPEND sources mcp/messages_test.cpp mcp/words_test.cpp)
endif()
skep_add_test(mcp_test
  SOURCES ${sources}
  LIBRARIES skep_mcp rapidcheck)
