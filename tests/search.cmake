# Words, and what they are looked for in.
find_package(rapidcheck REQUIRED)

skep_add_test(search_test
  SOURCES search/language_test.cpp search/snippet_test.cpp search/text_test.cpp
          search/tokens_test.cpp
  LIBRARIES ${SKEP_SQLITE_TARGET} rapidcheck)
