# The store behind a server: its client against peers that a test scripts.
if(NOT TARGET skep_remote)
  return()
endif()

skep_add_test(remote_test
  SOURCES remote/connection_test.cpp remote/failure_test.cpp remote/peer.cpp
          remote/request_test.cpp remote/tls_test.cpp
  LIBRARIES skep_remote OpenSSL::SSL OpenSSL::Crypto)

if(TARGET skep_http)
  skep_add_conformance_test(conformance_http_test
    BACKENDS sqlite_http
    SOURCES remote/http_backends.cpp
    LIBRARIES skep_remote skep_http)
endif()
