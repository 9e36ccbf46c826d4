# A program outside this project uses Skep as its readers would: an installed copy, and a
# subdirectory. With the copy it is compiled like Skep itself, sanitizers included; the thread
# sanitizer would tell nothing new.
if(SKEP_SANITIZE MATCHES "thread")
  return()
endif()

function(skep_add_consumer_test from)
  add_test(NAME consumer_${from} COMMAND ${CMAKE_COMMAND}
    -D FROM=${from}
    -D SKEP_SOURCE_DIR=${PROJECT_SOURCE_DIR}
    -D SKEP_BINARY_DIR=${PROJECT_BINARY_DIR}
    -D WORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/consumer_${from}
    -D GENERATOR=${CMAKE_GENERATOR}
    -D CXX=${CMAKE_CXX_COMPILER}
    -D LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
    -D BUILD_TYPE=$<CONFIG>
    -D "FLAGS_DEBUG=${CMAKE_CXX_FLAGS_DEBUG}"
    -D SANITIZE=${SKEP_SANITIZE}
    -D UNITY_BUILD=${CMAKE_UNITY_BUILD}
    -D SQLITE_SOURCE_DIR=${SKEP_SQLITE_SOURCE_DIR}
    -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/consumer/run.cmake)
  set_tests_properties(consumer_${from} PROPERTIES TIMEOUT 600)
endfunction()

skep_add_consumer_test(installed)
skep_add_consumer_test(subdirectory)
# It compiles the library once more, on one processor: early, so that others run beside it.
set_tests_properties(consumer_subdirectory PROPERTIES COST 900)
