# Compile options of our own targets. `skep_options` is linked privately, never exported.
add_library(skep_options INTERFACE)
target_compile_features(skep_options INTERFACE cxx_std_23)
target_compile_options(skep_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wconversion -Wsign-conversion -Wimplicit-fallthrough
  # GCC 12 warns of coroutine frames, which Asio allocates and frees with a pair of its own.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
if(SKEP_WERROR)
  target_compile_options(skep_options INTERFACE -Werror)
endif()
if(CMAKE_UNITY_BUILD)
  # In one file with others, what is local to a source file looks as if it were in a header.
  target_compile_options(skep_options INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)

if(SKEP_SANITIZE)
  add_compile_options(-fsanitize=${SKEP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SKEP_SANITIZE})
  if(SKEP_SANITIZE MATCHES "undefined")
    # These look at each access to a member, and are a third of the time that compiling takes. The
    # address sanitizer sees what they would be about: null pointers, and objects that are no more.
    add_compile_options(-fno-sanitize=null,alignment,vptr)
  endif()
  # The tests start thousands of processes. With what sanitizers add, each would relocate two million
  # addresses first.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fno-pie>)
  add_link_options($<$<CXX_COMPILER_ID:GNU>:-no-pie>)
  # GCC 12 sees uninitialised variables in Boost.Asio that are none once it instruments code, and
  # warns of Asio's fences, which tests/tsan.supp takes care of.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
                      $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
endif()

# For a folder whose code is compiled more than it is run: with the address sanitizer, that takes a
# quarter less time.
macro(skep_compile_fast)
  if(SKEP_SANITIZE MATCHES "address")
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-O0>)
  endif()
endmacro()
