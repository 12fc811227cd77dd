// The dynamic linker's list of what is loaded (dl_iterate_phdr(3)), and the notes in it (elf(5)).
#include "transcode/program_identity.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

namespace chalkline::transcode {

namespace {

constexpr std::string_view kGnu{"GNU\0", 4};

// Each note: a header, a name and a description, each of them filled up to `align` bytes.
void add_build_id(std::span<const std::byte> notes, std::size_t align, std::string& text) {
  const auto filled = [align](std::size_t size) { return (size + align - 1) / align * align; };
  for (ElfW(Nhdr) head{}; notes.size() >= sizeof head;) {
    std::memcpy(&head, notes.data(), sizeof head);
    const std::size_t name_at = sizeof head, data_at = filled(name_at + head.n_namesz);
    const std::size_t end = filled(data_at + head.n_descsz);
    if (data_at + head.n_descsz > notes.size()) return;
    const std::string_view name(reinterpret_cast<const char*>(notes.data()) + name_at, head.n_namesz);
    if (head.n_type == NT_GNU_BUILD_ID && name == kGnu)
      for (const std::byte each : notes.subspan(data_at, head.n_descsz))
        text += fmt::format("{:02x}", std::to_integer<int>(each));
    if (end >= notes.size()) return;
    notes = notes.subspan(end);
  }
}

// Only what is mapped can be read.
bool is_loaded(const dl_phdr_info& info, const ElfW(Phdr) & part) {
  const std::span<const ElfW(Phdr)> parts(info.dlpi_phdr, info.dlpi_phnum);
  return std::ranges::any_of(parts, [&](const ElfW(Phdr) & load) {
    return load.p_type == PT_LOAD && load.p_vaddr <= part.p_vaddr &&
           part.p_vaddr + part.p_memsz <= load.p_vaddr + load.p_memsz;
  });
}

int add_object(dl_phdr_info* info, std::size_t, void* opaque) noexcept {
  try {
    auto& text = *static_cast<std::string*>(opaque);
    const std::string_view path = info->dlpi_name != nullptr ? info->dlpi_name : "";
    const std::string_view name = path.substr(path.rfind('/') + 1);
    if (name.starts_with("linux-vdso")) return 0;  // the kernel's
    text += fmt::format("{} ", name);
    for (std::size_t i = 0; i < info->dlpi_phnum; ++i) {
      const ElfW(Phdr)& part = info->dlpi_phdr[i];
      if (part.p_type != PT_NOTE || !is_loaded(*info, part)) continue;
      const auto* notes = reinterpret_cast<const std::byte*>(info->dlpi_addr + part.p_vaddr);
      add_build_id({notes, part.p_memsz}, part.p_align == 8 ? 8 : 4, text);
    }
    text += '\n';
    return 0;
  } catch (...) {  // a C callback must not throw
    return 1;
  }
}

}  // namespace

std::string program_identity() {
  std::string text;
  ::dl_iterate_phdr(&add_object, &text);
  return text;
}

}  // namespace chalkline::transcode
