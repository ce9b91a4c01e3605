# Settings that every target of ours shares.

# Header-only libraries that the page's build shares with the native one. Emscripten must not see
# the host's /usr/include, so just these are linked into a folder of the build.
set(TELLTALE_HEADER_DIR ${CMAKE_BINARY_DIR}/header-only)
file(MAKE_DIRECTORY ${TELLTALE_HEADER_DIR})
foreach(library nlohmann toml++)
  if(EXISTS /usr/include/${library} AND NOT EXISTS ${TELLTALE_HEADER_DIR}/${library})
    file(CREATE_LINK /usr/include/${library} ${TELLTALE_HEADER_DIR}/${library} SYMBOLIC)
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
