# Slices of contents, below the stores.
find_package(rapidcheck REQUIRED)

skep_add_test(slice_test
  SOURCES slice/boundary_test.cpp slice/cut_test.cpp slice/grep_test.cpp slice/pointer_test.cpp
          slice/property_test.cpp slice/memory_test.cpp
  LIBRARIES rapidcheck)
