# The exports, checked with what other projects publish: scripts/setup.sh test installs it.
if(NOT SKEP_CLI)
  return()
endif()

find_program(SKEP_NODE NAMES node)
if(NOT SKEP_NODE OR NOT EXISTS ${CMAKE_CURRENT_LIST_DIR}/interop/node_modules)
  if(DEFINED ENV{CI})
    message(FATAL_ERROR "The interop tests need node and 'npm ci' in tests/interop")
  endif()
  message(NOTICE "interop_otlp, interop_openlineage will be left out: no node, or no 'npm ci'"
                 " in tests/interop")
  return()
endif()

foreach(subject otlp openlineage)
  add_test(NAME interop_${subject}
    COMMAND ${SKEP_NODE} --test ${CMAKE_CURRENT_LIST_DIR}/interop/${subject}.test.mjs)
  set_tests_properties(interop_${subject} PROPERTIES
    TIMEOUT 300
    ENVIRONMENT "SKEP_COMMAND=$<TARGET_FILE:skep_cli>;SKEP_SHARED_DIR=${SKEP_SHARED_DIR}")
endforeach()
