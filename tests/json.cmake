find_package(rapidcheck REQUIRED)

skep_add_test(json_test
  SOURCES json/event_reading_test.cpp json/event_writing_test.cpp json/json_text_test.cpp
          json/parse_bounded_test.cpp json/property_test.cpp json/record_test.cpp json/stored_test.cpp
  LIBRARIES rapidcheck)
target_compile_definitions(json_test PRIVATE SKEP_SHARED_DIR="${SKEP_SHARED_DIR}")
