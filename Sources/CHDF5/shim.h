// HDF5's serial library. Its constants are macros that first start the library, which Swift cannot
// import, and some of its calls have a number that depends on the version: both get a plain function.
#ifndef WINNOW_CHDF5_SHIM_H
#define WINNOW_CHDF5_SHIM_H

#include <hdf5.h>

// How files are opened and made.
static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_must_be_new(void) { return H5F_ACC_EXCL; }

// Property lists and spaces.
static inline hid_t chdf5_defaults(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_dataset_access(void) { return H5P_DATASET_ACCESS; }
static inline hid_t chdf5_dataset_creation(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_link_creation(void) { return H5P_LINK_CREATE; }
static inline hid_t chdf5_whole_space(void) { return H5S_ALL; }
static inline hsize_t chdf5_unlimited(void) { return H5S_UNLIMITED; }
static inline hid_t chdf5_error_stack(void) { return H5E_DEFAULT; }

// Types in memory.
static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t chdf5_native_int16(void) { return H5T_NATIVE_INT16; }
static inline hid_t chdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_native_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t chdf5_native_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t chdf5_native_uint64(void) { return H5T_NATIVE_UINT64; }

// Types in files written here: the same bytes on every machine.
static inline hid_t chdf5_file_float(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_file_double(void) { return H5T_IEEE_F64LE; }
static inline hid_t chdf5_file_int8(void) { return H5T_STD_I8LE; }
static inline hid_t chdf5_file_int16(void) { return H5T_STD_I16LE; }
static inline hid_t chdf5_file_int32(void) { return H5T_STD_I32LE; }
static inline hid_t chdf5_file_int64(void) { return H5T_STD_I64LE; }
static inline hid_t chdf5_file_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t chdf5_file_uint16(void) { return H5T_STD_U16LE; }
static inline hid_t chdf5_file_uint32(void) { return H5T_STD_U32LE; }
static inline hid_t chdf5_file_uint64(void) { return H5T_STD_U64LE; }
static inline hid_t chdf5_text(void) { return H5T_C_S1; }
static inline size_t chdf5_variable_length(void) { return H5T_VARIABLE; }

// Whether the link leads to an object of this file; soft and external links do not.
static inline int chdf5_is_hard_link(hid_t group, const char *name) {
  H5L_info_t information;
  return H5Lget_info(group, name, &information, H5P_DEFAULT) >= 0
    && information.type == H5L_TYPE_HARD;
}

// A read-only file system, or one without locks, is no reason to refuse a file.
static inline void chdf5_ignore_missing_locks(hid_t file_access) {
#if H5_VERSION_GE(1, 14, 0) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  H5Pset_file_locking(file_access, 1, 1);
#endif
}

// A lock outlives the file where another thread is just starting a program: the child has the file open
// for a moment, too, and who reads the file in that moment is refused.
static inline void chdf5_without_locks(hid_t file_access) {
#if H5_VERSION_GE(1, 14, 0) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  H5Pset_file_locking(file_access, 0, 1);
#endif
}

// Frees the strings that a read has allocated.
static inline herr_t chdf5_free_strings(hid_t type, hid_t space, void *strings) {
#if H5_VERSION_GE(1, 12, 0)
  return H5Treclaim(type, space, H5P_DEFAULT, strings);
#else
  return H5Dvlen_reclaim(type, space, H5P_DEFAULT, strings);
#endif
}

#endif
