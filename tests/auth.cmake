# Tokens, and the file of keys that sign them.
if(NOT SKEP_CLI)
  return()
endif()
find_package(rapidcheck REQUIRED)

set(sources auth/key_file_test.cpp auth/keyring_test.cpp)
# The others run on one thread.
if(NOT SKEP_SANITIZE MATCHES "thread")
  list(APPEND sources auth/base64url_test.cpp auth/claims_test.cpp auth/forgery_test.cpp
                      auth/property_test.cpp auth/token_test.cpp)
endif()
skep_add_test(auth_test
  SOURCES ${sources}
  LIBRARIES skep_auth rapidcheck OpenSSL::Crypto)
