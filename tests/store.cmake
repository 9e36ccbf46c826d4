find_package(rapidcheck REQUIRED)

# An OBJECT library: a linker drops the TEST_P of a static one, silently. Another back end runs the
# suite by linking it to a file that defines `skep::test::backends()`.
add_library(skep_conformance OBJECT
  conformance/append_all_test.cpp
  conformance/append_test.cpp
  conformance/backup_test.cpp
  conformance/blob_test.cpp
  conformance/cancel_test.cpp
  conformance/close_test.cpp
  conformance/get_test.cpp
  conformance/idempotency_test.cpp
  conformance/import_test.cpp
  conformance/latest_test.cpp
  conformance/limits_test.cpp
  conformance/lineage_test.cpp
  conformance/list_test.cpp
  conformance/migrate_test.cpp
  conformance/order_test.cpp
  conformance/prune_test.cpp
  conformance/public_api_test.cpp
  conformance/reopen_test.cpp
  conformance/runs_test.cpp
  conformance/search_test.cpp
  conformance/slice_test.cpp
  conformance/summaries_test.cpp
  conformance/tail_test.cpp
  conformance/type_filter_test.cpp
  conformance/values_test.cpp
  conformance/verify_test.cpp
  support/store_test.cpp)
target_include_directories(skep_conformance PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(skep_conformance PRIVATE skep::skep skep_options GTest::gtest)

# To ThreadSanitizer a database in memory is one in a file.
set(left_out "")
set(backends memory sqlite sqlite_in_memory)
if(SKEP_SANITIZE MATCHES "thread")
  set(left_out sqlite_in_memory)
  list(REMOVE_ITEM backends ${left_out})
endif()
skep_add_conformance_test(conformance_test
  BACKENDS ${backends}
  LEFT_OUT ${left_out}
  SOURCES support/local_backends.cpp)

skep_add_test(store_unit_test
  SOURCES store/blocking_store_test.cpp store/id_generator_test.cpp
    store/lineage_walk_test.cpp store/memory_timeout_test.cpp)

# One operation after another: ThreadSanitizer would tell nothing new.
if(NOT SKEP_SANITIZE MATCHES "thread")
  skep_add_test(store_model_test
    SOURCES model/prune_model_test.cpp model/store_model_test.cpp support/local_backends.cpp
    LIBRARIES rapidcheck)
endif()
