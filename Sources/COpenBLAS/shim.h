#ifndef REPRO_COPENBLAS_SHIM_H
#define REPRO_COPENBLAS_SHIM_H
#include <cblas.h>

// Debian builds OpenBLAS without LAPACKE; these are the Fortran entry points that we call.
extern void ssyevd_(const char *jobz, const char *uplo, const int *n, float *a, const int *lda, float *w,
                    float *work, const int *lwork, int *iwork, const int *liwork, int *info);
extern void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
                    double *work, const int *lwork, int *iwork, const int *liwork, int *info);
#endif
