# Finds LLVM and MLIR 22 (MLIR_DIR and LLVM_DIR are respected) and sets the
# flags that code linked against them needs. Only the shared libraries MLIR and
# LLVM are ever linked: a static MLIR archive in the same process would double
# every type id.

find_package(MLIR 22.1 CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
if(NOT MLIR_FOUND)
  message(FATAL_ERROR
    "Scope needs LLVM/MLIR 22.1 with the shared libraries libMLIR and libLLVM. "
    "On Debian: apt-get install libmlir-22-dev mlir-22-tools llvm-22-dev. "
    "Elsewhere: pass -DMLIR_DIR=<prefix>/lib/cmake/mlir.")
endif()
message(STATUS "Using MLIR ${MLIR_VERSION} in ${MLIR_DIR}")

list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen)
include(AddLLVM)
include(AddMLIR)

foreach(library MLIR LLVM)
  if(NOT TARGET ${library})
    message(FATAL_ERROR "The MLIR in ${MLIR_DIR} has no shared library '${library}'; "
      "build LLVM with LLVM_BUILD_LLVM_DYLIB and MLIR_BUILD_MLIR_DYLIB.")
  endif()
endforeach()

include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
include_directories(${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
add_definitions(${LLVM_DEFINITIONS_LIST})

# libMLIR.so lies in LLVM's library folder only.
set(CMAKE_BUILD_RPATH "${LLVM_LIBRARY_DIR}")
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib;${LLVM_LIBRARY_DIR}")

add_compile_options(-Wall -Wextra -Wno-unused-parameter -fno-exceptions
  -fvisibility-inlines-hidden -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # libstdc++'s std::stable_sort uses a function that it deprecates itself.
  add_compile_options(-Wno-nested-anon-types -Wno-deprecated-declarations)
endif()

if(SCOPE_ENABLE_ASSERTIONS)
  foreach(config RELEASE RELWITHDEBINFO MINSIZEREL)
    string(REGEX REPLACE "(^| )-DNDEBUG($| )" " " CMAKE_CXX_FLAGS_${config}
      "${CMAKE_CXX_FLAGS_${config}}")
  endforeach()
endif()
if(SCOPE_SANITIZE)
  add_compile_options(-fsanitize=${SCOPE_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SCOPE_SANITIZE})
endif()
