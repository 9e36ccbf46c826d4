# Configures, builds and runs the consumer in WORK_DIR; see ../consumer.cmake for the variables.
function(run)
  list(JOIN ARGN " " command)
  message(STATUS "${command}")
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(arguments
  -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK_DIR}/build -G ${GENERATOR}
  -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
  -D CMAKE_C_COMPILER_LAUNCHER=${LAUNCHER} -D CMAKE_BUILD_TYPE=${BUILD_TYPE})

if(FROM STREQUAL "installed")
  # A fresh tree: a file that is no longer installed must be missed.
  file(REMOVE_RECURSE ${WORK_DIR})
  run(${CMAKE_COMMAND} --install ${SKEP_BINARY_DIR} --prefix ${WORK_DIR}/prefix
    --component skep_development)
  list(APPEND arguments -D CMAKE_PREFIX_PATH=${WORK_DIR}/prefix
    -D "CMAKE_CXX_FLAGS_DEBUG=${FLAGS_DEBUG}" -D SKEP_SANITIZE=${SANITIZE})
else()
  # Whether it builds and links: the library is compiled once more for that, so in the fastest way.
  list(APPEND arguments -D CMAKE_CXX_FLAGS_DEBUG=-O0 -D SKEP_SUBDIRECTORY=${SKEP_SOURCE_DIR} -D SKEP_WERROR=ON
    -D SKEP_SQLITE_SOURCE_DIR=${SQLITE_SOURCE_DIR}
    -D CMAKE_UNITY_BUILD=${UNITY_BUILD} -D CMAKE_UNITY_BUILD_BATCH_SIZE=0)
endif()

run(${CMAKE_COMMAND} ${arguments})
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build --parallel 2 --target consumer)
execute_process(COMMAND ${WORK_DIR}/build/consumer WORKING_DIRECTORY ${WORK_DIR}
  COMMAND_ERROR_IS_FATAL ANY)
