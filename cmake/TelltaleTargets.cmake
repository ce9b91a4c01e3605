# Settings that every target of ours shares.

# Header-only libraries that the page's build and a trainer on another machine share with the native
# build. Emscripten must not see the host's /usr/include, so just these are linked into a folder of
# the build. A machine without them has the copy that `./dev headers` makes.
set(TELLTALE_HEADER_DIR ${CMAKE_BINARY_DIR}/header-only)
set(TELLTALE_CARRIED_HEADERS ${CMAKE_SOURCE_DIR}/build/headers)
file(MAKE_DIRECTORY ${TELLTALE_HEADER_DIR})
foreach(library nlohmann toml++ CLI)
  if(EXISTS ${TELLTALE_HEADER_DIR}/${library})
    continue()
  elseif(EXISTS /usr/include/${library})
    file(CREATE_LINK /usr/include/${library} ${TELLTALE_HEADER_DIR}/${library} SYMBOLIC)
  elseif(EXISTS ${TELLTALE_CARRIED_HEADERS}/${library})
    file(CREATE_LINK ${TELLTALE_CARRIED_HEADERS}/${library} ${TELLTALE_HEADER_DIR}/${library} SYMBOLIC)
  else()
    message(FATAL_ERROR "the headers of ${library} are missing; run `./dev headers` on the machine "
      "that has the tool chain, and copy build/headers here")
  endif()
endforeach()
add_library(telltale_header_only INTERFACE)
target_include_directories(telltale_header_only SYSTEM INTERFACE ${TELLTALE_HEADER_DIR})

# Warnings as errors, and arithmetic that is the same on every target: the native and the
# WebAssembly core must give bit-identical results, so no fused multiply-add and no fast-math.
function(telltale_target target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    -Wno-missing-field-initializers  # designated initialisers leave out what keeps its default
    -Werror
    -ffp-contract=off)
  if(TELLTALE_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE -fsanitize=address,undefined)
  endif()
endfunction()
