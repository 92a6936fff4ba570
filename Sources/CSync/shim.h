#ifndef REPRO_CSYNC_SHIM_H
#define REPRO_CSYNC_SHIM_H
#if defined(__linux__)
// The C library declares it for programs that ask for GNU extensions, which Swift's view of it does not.
extern int syncfs(int descriptor);
#endif
#endif
