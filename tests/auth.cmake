# Tokens, and the file of keys that sign them.
if(NOT SKEP_CLI)
  return()
endif()
find_package(rapidcheck REQUIRED)

skep_add_test(auth_test
  SOURCES auth/base64url_test.cpp auth/claims_test.cpp auth/forgery_test.cpp
          auth/key_file_test.cpp auth/keyring_test.cpp auth/property_test.cpp auth/token_test.cpp
  LIBRARIES skep_auth rapidcheck OpenSSL::Crypto)
