# The server, driven over loopback by clients that are not ours.
if(NOT SKEP_CLI)
  return()
endif()

# Debian's own Python has the packages; another one in front of it in PATH may not.
find_program(SKEP_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(SKEP_PYTHON NAMES python3 REQUIRED)

# What runs at the same time as something else, and so under ThreadSanitizer too.
set(subjects blobs care_at_once connections idempotency mcp operations real_runs stopping stream threads)
# It would tell nothing new of what one request after another shows.
if(NOT SKEP_SANITIZE MATCHES "thread")
  list(APPEND subjects auth batches caching care command command_denied command_tail
                       command_writes conditions content content_headers curl data_routes
                       description diff errors exhaustion expect export framing key_file large_json
                       leaving lineage limited_tokens log memory origin outputs positions records
                       refusals routes scopes search serving slices slow_readers
                       stream_resume targets tls uploads waiting wire)
endif()
foreach(subject ${subjects})
  set(environment
    "SKEP_COMMAND=$<TARGET_FILE:skep_cli>" "SKEP_SHARED_DIR=${SKEP_SHARED_DIR}"
    "SKEP_SANITIZE=${SKEP_SANITIZE}" PYTHONDONTWRITEBYTECODE=1)
  if(subject MATCHES "^command")
    # Hundreds of processes, each of which would look for leaks for longer than it runs.
    list(APPEND environment ASAN_OPTIONS=detect_leaks=0)
  endif()
  add_test(NAME http_${subject}
    COMMAND ${SKEP_PYTHON} -m pytest -q -p no:cacheprovider
            ${CMAKE_CURRENT_LIST_DIR}/http/test_${subject}.py
    WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/http)
  set_tests_properties(http_${subject} PROPERTIES
    TIMEOUT 300
    ENVIRONMENT "${environment}")
endforeach()
