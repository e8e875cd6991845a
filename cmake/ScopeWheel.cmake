# Before project(): the compiler of a wheel that pip builds. CMake presets do not
# reach there, so without a wish of the user it is what the presets name, if it is
# installed, and the system's otherwise.
if(NOT DEFINED CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX} AND NOT DEFINED ENV{CC})
  find_program(scope_clang clang-22 NO_CACHE)
  find_program(scope_clangxx clang++-22 NO_CACHE)
  if(scope_clang AND scope_clangxx)
    set(CMAKE_C_COMPILER ${scope_clang})
    set(CMAKE_CXX_COMPILER ${scope_clangxx})
    find_program(scope_lld NAMES ld.lld-22 NO_CACHE)
    if(scope_lld)
      foreach(kind EXE MODULE SHARED)
        set(CMAKE_${kind}_LINKER_FLAGS_INIT -fuse-ld=lld)
      endforeach()
    endif()
  endif()
endif()
