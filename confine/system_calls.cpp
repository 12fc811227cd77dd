// The filter, written as classic BPF (seccomp(2), linux/filter.h): a few hundred instructions that compare the call's
// number, for some its first arguments. The kernel remembers numbers that are always allowed, so the length costs
// nothing.
#include "confine/system_calls.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include <asm/ioctls.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/limits.hpp"

namespace chalkline::confine {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kProcessor = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__) && defined(__AARCH64EL__)
constexpr std::uint32_t kProcessor = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr std::uint32_t kProcessor = AUDIT_ARCH_RISCV64;
#else
constexpr std::uint32_t kProcessor = 0;
#endif

// Always allowed. Numbers that exist on some processors only are behind their #ifdef.
constexpr long kAllowed[] = {
    // memory
    SYS_brk,
    SYS_munmap,
    SYS_mremap,
    SYS_madvise,
    SYS_mincore,
    SYS_msync,
    SYS_membarrier,
    // files; which ones is Landlock's to say
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_pwrite64,
    SYS_preadv,
    SYS_pwritev,
    SYS_lseek,
    SYS_close,
    SYS_close_range,
    SYS_openat,
    SYS_fstat,
    SYS_newfstatat,
    SYS_statx,
    SYS_statfs,
    SYS_fstatfs,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_readlinkat,
    SYS_getdents64,
    SYS_mkdirat,
    SYS_unlinkat,
    SYS_renameat2,
    SYS_fsync,
    SYS_fdatasync,
    SYS_syncfs,
    SYS_sync_file_range,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fadvise64,
    SYS_flock,
    SYS_fcntl,
    SYS_dup,
    SYS_dup3,
    SYS_pipe2,
    SYS_fchmod,
    SYS_umask,
    SYS_getcwd,
    SYS_copy_file_range,
    SYS_sendfile,
#ifdef SYS_renameat
    SYS_renameat,
#endif
#ifdef SYS_open
    SYS_open,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_mkdir,
    SYS_rmdir,
    SYS_unlink,
    SYS_rename,
    SYS_dup2,
    SYS_pipe,
    SYS_poll,
    SYS_select,
    SYS_time,
    SYS_getdents,
#endif
    // threads
    SYS_futex,
    SYS_set_robust_list,
    SYS_get_robust_list,
    SYS_rseq,
    SYS_set_tid_address,
    SYS_gettid,
    SYS_getpid,
    SYS_getppid,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_sched_getparam,
    SYS_sched_getscheduler,
    SYS_sched_get_priority_max,
    SYS_sched_get_priority_min,
    SYS_getcpu,
    SYS_exit,
    SYS_exit_group,
    // time
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_clock_nanosleep,
    SYS_nanosleep,
    SYS_gettimeofday,
    SYS_times,
    SYS_getrusage,
    // signals, for oneself
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigtimedwait,
    SYS_sigaltstack,
    SYS_restart_syscall,
    SYS_signalfd4,
    SYS_eventfd2,
    SYS_ppoll,
    SYS_pselect6,
    // questions about oneself and the machine
    SYS_uname,
    SYS_sysinfo,
    SYS_getrandom,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
};

// Nobody asks for these by mistake: other programs, other processes, other namespaces, the kernel itself, and the doors
// that so many attacks went through. Sockets are not among them: libraries ask for name services and loggers in all
// innocence.
constexpr long kDangerous[] = {
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_pidfd_getfd,
    SYS_kcmp,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_move_mount,
    SYS_open_tree,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
    SYS_mount_setattr,
    SYS_unshare,
    SYS_setns,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_acct,
    SYS_quotactl,
    SYS_setuid,
    SYS_setgid,
    SYS_setreuid,
    SYS_setregid,
    SYS_setresuid,
    SYS_setresgid,
    SYS_capset,
    SYS_syslog,
    SYS_settimeofday,
    SYS_clock_settime,
#ifdef SYS_ioperm
    SYS_ioperm,
    SYS_iopl,
    SYS_modify_ldt,
#endif
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
};

constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;
constexpr std::uint32_t kUnknown = SECCOMP_RET_ERRNO | ENOSYS;
constexpr std::uint32_t kEnd = SECCOMP_RET_KILL_PROCESS;

constexpr std::uint32_t argument(unsigned n) {  // the low half, on a little-endian machine
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + n * sizeof(std::uint64_t));
}

class Program {
 public:
  void load(std::size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
  void end_with(std::uint32_t verdict) { add(BPF_RET | BPF_K, verdict); }
  void when_equal(std::uint32_t value, std::uint32_t verdict) { when(BPF_JEQ, value, verdict); }
  void when_any_bit(std::uint32_t bits, std::uint32_t verdict) { when(BPF_JSET, bits, verdict); }
  void when_not_equal(std::uint32_t value, std::uint32_t verdict) {
    jump(BPF_JEQ, value, 1, 0);
    end_with(verdict);
  }

  // For the call `number`: what `rules` adds, which must end with a verdict.
  template <class Rules>
  void call(long number, Rules rules) {
    jump(BPF_JEQ, static_cast<std::uint32_t>(number), 0, 0);
    const std::size_t at = code_.size();
    rules();
    code_[at - 1].jf = static_cast<std::uint8_t>(code_.size() - at);
  }
  void call(long number, std::uint32_t verdict) {
    call(number, [&] { end_with(verdict); });
  }

  std::vector<sock_filter>& code() { return code_; }

 private:
  void add(unsigned code, std::uint32_t value) { code_.push_back({static_cast<std::uint16_t>(code), 0, 0, value}); }
  void jump(unsigned test, std::uint32_t value, std::uint8_t if_true, std::uint8_t if_false) {
    code_.push_back({static_cast<std::uint16_t>(BPF_JMP | BPF_K | test), if_true, if_false, value});
  }
  void when(unsigned test, std::uint32_t value, std::uint32_t verdict) {
    jump(test, value, 0, 1);
    end_with(verdict);
  }

  std::vector<sock_filter> code_;
};

// Calls that are allowed with some arguments.
void add_conditions(Program& program, pid_t self) {
  const auto no_new_code = [&] {
    program.load(argument(2));
    program.when_any_bit(PROT_EXEC, kRefuse);
    program.end_with(kAllow);
  };
  program.call(SYS_mmap, no_new_code);
  program.call(SYS_mprotect, no_new_code);
  program.call(SYS_clone, [&] {
    program.load(argument(0));
    program.when_any_bit(CLONE_THREAD, kAllow);
    program.end_with(kRefuse);
  });
  // Its flags are in memory, where a filter cannot look: glibc goes back to clone.
  program.call(SYS_clone3, kUnknown);
  program.call(SYS_tgkill, [&] {
    program.load(argument(0));
    program.when_equal(static_cast<std::uint32_t>(self), kAllow);
    program.end_with(kRefuse);
  });
  program.call(SYS_prctl, [&] {
    program.load(argument(0));
    for (const int allowed : {PR_SET_NAME, PR_GET_NAME})
      program.when_equal(static_cast<std::uint32_t>(allowed), kAllow);
    program.end_with(kRefuse);
  });
  program.call(SYS_ioctl, [&] {
    program.load(argument(1));
    program.when_equal(TCGETS, kAllow);  // isatty(3)
    program.end_with(kRefuse);
  });
  program.call(SYS_prlimit64, [&] {  // getrlimit(3)
    program.load(argument(2));
    program.when_not_equal(0, kRefuse);
    program.load(argument(2) + 4);
    program.when_not_equal(0, kRefuse);
    program.load(argument(0));
    program.when_not_equal(0, kRefuse);
    program.end_with(kAllow);
  });
}

std::vector<sock_filter> transcode_filter(pid_t self) {
  Program program;
  program.load(offsetof(seccomp_data, arch));
  program.when_not_equal(kProcessor, kEnd);
  program.load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
  program.when_any_bit(0x40000000U, kEnd);  // the x32 numbers
#endif
  for (const long number : kAllowed) program.call(number, kAllow);
  add_conditions(program, self);
  for (const long number : kDangerous) program.call(number, kEnd);
  program.end_with(kRefuse);
  return std::move(program.code());
}

}  // namespace

bool can_filter_system_calls() {
  if (kProcessor == 0 || kUnderSanitizer) return false;
  const std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

Result<bool> filter_system_calls(pid_t self) {
  if (!can_filter_system_calls()) return false;
  std::vector<sock_filter> code = transcode_filter(self);
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  // TSYNC: threads that exist already are held too; a number above 0 names one that cannot be.
  const long held = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
  if (held != 0) return error_from_errno(held < 0 ? errno : EBUSY, "cannot filter this process's system calls");
  return true;
}

}  // namespace chalkline::confine
