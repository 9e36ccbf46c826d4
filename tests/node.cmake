# What is checked with packages that others publish: scripts/setup.sh test installs them.
find_program(SKEP_NODE NAMES node)

# Adds the tests PREFIX_SUBJECT, each FOLDER/SUBJECT.test.mjs.
# Usage: skep_add_node_tests(prefix folder subjects...)
function(skep_add_node_tests prefix folder)
  set(path ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${folder})
  if(NOT SKEP_NODE OR NOT EXISTS ${path}/node_modules)
    if(DEFINED ENV{CI})
      message(FATAL_ERROR "The tests ${prefix}_* need node and 'npm ci' in tests/${folder}")
    endif()
    message(NOTICE "${prefix}_* will be left out: no node, or no 'npm ci' in tests/${folder}")
    return()
  endif()
  foreach(subject ${ARGN})
    add_test(NAME ${prefix}_${subject} COMMAND ${SKEP_NODE} --test ${path}/${subject}.test.mjs)
    set_tests_properties(${prefix}_${subject} PROPERTIES
      TIMEOUT 300
      ENVIRONMENT "SKEP_COMMAND=$<TARGET_FILE:skep_cli>;SKEP_SHARED_DIR=${SKEP_SHARED_DIR}")
  endforeach()
endfunction()
