skep_add_test(isle_test
  SOURCES isle/call_test.cpp isle/cancel_test.cpp isle/containment_test.cpp isle/pool_test.cpp
          isle/shutdown_test.cpp isle/waiter_test.cpp)
target_link_libraries(isle_test PRIVATE ${SKEP_SQLITE_TARGET})
