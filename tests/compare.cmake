# Two runs beside each other, and runs in the formats of other tools.
find_package(rapidcheck REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)

skep_add_test(compare_test
  SOURCES compare/body_diff_test.cpp compare/compare_runs_test.cpp compare/compare_turns_test.cpp
    compare/matches_test.cpp
  LIBRARIES rapidcheck rapidcheck_gtest)

skep_add_test(interop_test
  SOURCES interop/run_export_test.cpp
  LIBRARIES Boost::json)
