# The MCP server, driven by what other projects publish: scripts/setup.sh test installs it.
if(NOT SKEP_CLI)
  return()
endif()

find_program(SKEP_NODE NAMES node)
if(NOT SKEP_NODE OR NOT EXISTS ${CMAKE_CURRENT_LIST_DIR}/mcp/node_modules)
  if(DEFINED ENV{CI})
    message(FATAL_ERROR "The MCP tests need node and 'npm ci' in tests/mcp")
  endif()
  message(NOTICE "mcp_* will be left out: no node, or no 'npm ci' in tests/mcp")
  return()
endif()

foreach(subject clients inspector long_calls scope stdio)
  add_test(NAME mcp_${subject}
    COMMAND ${SKEP_NODE} --test ${CMAKE_CURRENT_LIST_DIR}/mcp/${subject}.test.mjs)
  set_tests_properties(mcp_${subject} PROPERTIES
    TIMEOUT 300
    ENVIRONMENT "SKEP_COMMAND=$<TARGET_FILE:skep_cli>")
endforeach()

if(EXISTS ${PROJECT_SOURCE_DIR}/examples/mcp_handover/node_modules)
  add_test(NAME example_mcp_handover
    COMMAND ${SKEP_NODE} ${PROJECT_SOURCE_DIR}/examples/mcp_handover/handover.mjs)
  set_tests_properties(example_mcp_handover PROPERTIES
    TIMEOUT 120
    ENVIRONMENT "SKEP_COMMAND=$<TARGET_FILE:skep_cli>"
    PASS_REGULAR_EXPRESSION "saved    19[0-9][0-9][0-9][0-9] characters")
endif()
