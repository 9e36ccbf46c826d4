# The server, driven over loopback by clients that are not ours.
if(NOT SKEP_CLI)
  return()
endif()

# Debian's own Python has the packages; another one in front of it in PATH may not.
find_program(SKEP_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(SKEP_PYTHON NAMES python3 REQUIRED)

foreach(subject auth batches blobs care connections content curl data_routes description diff errors export
                framing idempotency lineage limited_tokens mcp operations origin outputs real_runs routes
                search serving slices stream tls uploads wire)
  add_test(NAME http_${subject}
    COMMAND ${SKEP_PYTHON} -m pytest -q -p no:cacheprovider
            ${CMAKE_CURRENT_LIST_DIR}/http/test_${subject}.py
    WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/http)
  set_tests_properties(http_${subject} PROPERTIES
    TIMEOUT 300
    ENVIRONMENT "SKEP_COMMAND=$<TARGET_FILE:skep_cli>;SKEP_SHARED_DIR=${SKEP_SHARED_DIR};SKEP_SANITIZE=${SKEP_SANITIZE};PYTHONDONTWRITEBYTECODE=1")
endforeach()
