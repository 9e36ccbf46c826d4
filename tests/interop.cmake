# The exports, checked with what other projects publish.
if(SKEP_CLI)
  skep_add_node_tests(interop interop otlp openlineage)
endif()
