/*
 * LD_PRELOAD library: a disk that can fail, and a clock that can jump, under one process.
 *
 * EDGEPAD_DISK     a folder. Every change of a file in it is appended to the journal before the call
 *                  returns, from which power-cut.ts computes what a power failure leaves.
 * EDGEPAD_JOURNAL  the journal; see power-cut.ts for its format.
 * EDGEPAD_FAULTS   a file of 16 bytes, which a test may change at any time: int32 errno of fsync, int32
 *                  errno of writes, int64 nanoseconds to add to the wall clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_FDS 65536
#define REAL(name) ((__typeof__(&name))real(#name))

struct faults { volatile int32_t sync_errno, write_errno; volatile int64_t clock_offset; };

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char *paths[MAX_FDS];
static char folder[PATH_MAX];
static int journal = -1;
static struct faults none, *faults = &none;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("EDGEPAD_DISK");
  if (path) strncpy(folder, path, sizeof folder - 1);
  const char *log = getenv("EDGEPAD_JOURNAL");
  if (log) journal = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const char *control = getenv("EDGEPAD_FAULTS");
  if (!control) return;
  int fd = syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC);
  void *map = mmap(NULL, sizeof *faults, PROT_READ, MAP_SHARED, fd, 0);
  if (map != MAP_FAILED) faults = map;
  syscall(SYS_close, fd);
}

static int is_tracked(const char *path) {
  size_t length = strlen(folder);
  return length > 0 && path && strncmp(path, folder, length) == 0;
}

/* One record: type, lengths, offset, path, data; in one write, which O_APPEND makes atomic. */
static void record(char type, const char *path, uint64_t offset, const void *data, uint32_t length) {
  if (journal < 0) return;
  uint32_t path_length = strlen(path);
  size_t size = 17 + path_length + length;
  char *bytes = malloc(size);
  bytes[0] = type;
  memcpy(bytes + 1, &path_length, 4);
  memcpy(bytes + 5, &length, 4);
  memcpy(bytes + 9, &offset, 8);
  memcpy(bytes + 17, path, path_length);
  if (length) memcpy(bytes + 17 + path_length, data, length);
  syscall(SYS_write, journal, bytes, size);
  free(bytes);
}

static const char *path_of(int fd) { return fd >= 0 && fd < MAX_FDS ? paths[fd] : NULL; }

static int opened(const char *path, int flags, int existed, int fd) {
  if (fd < 0 || fd >= MAX_FDS || !is_tracked(path)) return fd;
  pthread_mutex_lock(&lock);
  free(paths[fd]);
  paths[fd] = strdup(path);
  if (!existed) record('c', path, 0, NULL, 0);
  else if (flags & O_TRUNC) record('t', path, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  return fd;
}

static int do_open(int dir, const char *path, int flags, mode_t mode) {
  int creates = is_tracked(path) && (flags & (O_CREAT | O_TRUNC)) && !(flags & O_DIRECTORY);
  int existed = faccessat(dir, path, F_OK, 0) == 0;
  if (creates && faults->write_errno && (!existed || (flags & O_TRUNC))) {
    errno = faults->write_errno;
    return -1;
  }
  return opened(path, flags, existed, syscall(SYS_openat, dir, path, flags, mode));
}

#define OPEN(name, dir, ...) \
  int name(__VA_ARGS__, int flags, ...) { \
    va_list list; va_start(list, flags); mode_t mode = va_arg(list, mode_t); va_end(list); \
    return do_open(dir, path, flags, mode); \
  }
OPEN(open, AT_FDCWD, const char *path)
OPEN(open64, AT_FDCWD, const char *path)
OPEN(openat, dir, int dir, const char *path)
OPEN(openat64, dir, int dir, const char *path)

static int duplicated(int fd, int copy) {
  const char *path = path_of(fd);
  if (path && copy >= 0 && copy < MAX_FDS) { free(paths[copy]); paths[copy] = strdup(path); }
  return copy;
}

#define FCNTL(name) \
  int name(int fd, int command, ...) { \
    va_list list; va_start(list, command); long argument = va_arg(list, long); va_end(list); \
    int result = syscall(SYS_fcntl, fd, command, argument); \
    int copies = command == F_DUPFD || command == F_DUPFD_CLOEXEC; \
    return copies ? duplicated(fd, result) : result; \
  }
FCNTL(fcntl)
FCNTL(fcntl64)
int dup(int fd) { return duplicated(fd, syscall(SYS_dup, fd)); }

int close(int fd) {
  if (path_of(fd)) { free(paths[fd]); paths[fd] = NULL; }
  return syscall(SYS_close, fd);
}

static ssize_t wrote(int fd, const void *data, ssize_t count, off_t offset) {
  if (count > 0) record('w', path_of(fd), offset, data, count);
  return count;
}

#define FAIL_WRITE(fd) if (path_of(fd) && faults->write_errno) { errno = faults->write_errno; return -1; }

ssize_t write(int fd, const void *data, size_t count) {
  if (!path_of(fd)) return syscall(SYS_write, fd, data, count);
  FAIL_WRITE(fd)
  pthread_mutex_lock(&lock);
  off_t at = lseek(fd, 0, SEEK_CUR);
  ssize_t result = wrote(fd, data, syscall(SYS_write, fd, data, count), at);
  pthread_mutex_unlock(&lock);
  return result;
}

ssize_t pwrite64(int fd, const void *data, size_t count, off64_t offset) {
  if (!path_of(fd)) return syscall(SYS_pwrite64, fd, data, count, offset);
  FAIL_WRITE(fd)
  pthread_mutex_lock(&lock);
  ssize_t result = wrote(fd, data, syscall(SYS_pwrite64, fd, data, count, offset), offset);
  pthread_mutex_unlock(&lock);
  return result;
}
ssize_t pwrite(int fd, const void *data, size_t count, off_t offset) { return pwrite64(fd, data, count, offset); }

int ftruncate64(int fd, off64_t length) {
  if (!path_of(fd)) return syscall(SYS_ftruncate, fd, length);
  FAIL_WRITE(fd)
  pthread_mutex_lock(&lock);
  int result = syscall(SYS_ftruncate, fd, length);
  if (result == 0) record('t', path_of(fd), length, NULL, 0);
  pthread_mutex_unlock(&lock);
  return result;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int do_sync(int fd, long number) {
  const char *path = path_of(fd);
  if (!path) return syscall(number, fd);
  pthread_mutex_lock(&lock);
  int failure = faults->sync_errno;
  record(failure ? 'f' : 's', path, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  if (!failure) return 0;
  errno = failure;
  return -1;
}
int fsync(int fd) { return do_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return do_sync(fd, SYS_fdatasync); }

static int changed(int result, char type, const char *path, const char *to) {
  if (result == 0) record(type, path, 0, to, to ? strlen(to) : 0);
  return result;
}

#define NAMES(path, call, type, to) \
  if (!is_tracked(path)) return call; \
  if (faults->write_errno) { errno = faults->write_errno; return -1; } \
  pthread_mutex_lock(&lock); \
  int result = changed(call, type, path, to); \
  pthread_mutex_unlock(&lock); \
  return result;

int rename(const char *from, const char *to) { NAMES(from, syscall(SYS_rename, from, to), 'r', to) }
int unlink(const char *path) { NAMES(path, syscall(SYS_unlink, path), 'u', NULL) }
int unlinkat(int dir, const char *path, int flags) { NAMES(path, syscall(SYS_unlinkat, dir, path, flags), 'u', NULL) }
int mkdir(const char *path, mode_t mode) { NAMES(path, syscall(SYS_mkdir, path, mode), 'm', NULL) }

static void shift(clockid_t clock, struct timespec *time) {
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) return;
  int64_t ns = time->tv_sec * 1000000000LL + time->tv_nsec + faults->clock_offset;
  time->tv_sec = ns / 1000000000LL;
  time->tv_nsec = ns % 1000000000LL;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*next)(clockid_t, struct timespec *);
  if (!next) next = REAL(clock_gettime);
  int result = next(clock, time);
  if (result == 0) shift(clock, time);
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}
