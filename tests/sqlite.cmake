# What is particular to the SQLite file: interchange, older shapes, damage.
add_executable(foreign_writer sqlite/foreign_writer.cpp)
target_link_libraries(foreign_writer PRIVATE skep_options ${SKEP_SQLITE_TARGET})

skep_add_test(sqlite_test
  SOURCES sqlite/backup_test.cpp sqlite/blob_care_test.cpp sqlite/counts_test.cpp sqlite/damage_test.cpp sqlite/edges_test.cpp sqlite/evict.cpp
          sqlite/file_shape_test.cpp sqlite/flat_cost_test.cpp sqlite/foreign_writer_test.cpp sqlite/log_size_test.cpp
          sqlite/joined_writes_test.cpp sqlite/nonblocking_reads_test.cpp sqlite/prune_test.cpp sqlite/raw_file.cpp sqlite/reference_file_test.cpp sqlite/search_test.cpp
          sqlite/shared_commit_test.cpp sqlite/short_reads_test.cpp sqlite/verify_test.cpp
  LIBRARIES ${SKEP_SQLITE_TARGET})
target_compile_definitions(sqlite_test PRIVATE
  FOREIGN_WRITER="$<TARGET_FILE:foreign_writer>" SKEP_SHARED_DIR="${SKEP_SHARED_DIR}")
add_dependencies(sqlite_test foreign_writer)

# It has `fsync`, `rename` and their like to itself. ThreadSanitizer would tell nothing new.
if(NOT SKEP_SANITIZE MATCHES "thread")
  skep_add_test(durability_test
    SOURCES durability/durability_test.cpp durability/system_calls.cpp)
endif()
