// The bytes of a file on their way: beside its place on the disk, where they outlive the process, or in memory where
// the disk has no room. Room is taken from the disk beforehand (fallocate(2)), so that files which come at once do not
// all count on the same bytes; where it runs out all the same (a file system that promises nothing, a quota), what is
// there goes on in memory, and who reads the GrowingFile reads on. Belongs to whoever fetches, from the first try of a
// transfer to its last. One thread; blocks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "core/error.hpp"
#include "core/file.hpp"
#include "core/index.hpp"
#include "library/growing_file.hpp"

namespace chalkline::mirror {

class PartFile {
 public:
  // `growing` hears of each piece, and outlives this.
  PartFile(std::filesystem::path to, FileEntry entry, library::GrowingFile& growing);
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile();  // what is on the disk stays for the next transfer, without the room that it did not need

  // Whether the disk has room for what is missing of it.
  [[nodiscard]] static bool has_room(const std::filesystem::path& to, const FileEntry& entry);

  // Before each try; goes on with what an earlier one, or an earlier process, left. kCorrupt where somebody was told of
  // bytes that are gone: they may have been bad ones.
  Result<void> open();
  [[nodiscard]] std::uint64_t there() const { return there_; }  // bytes, from the beginning
  // kCorrupt for more than the entry has.
  Result<void> add(std::string_view piece);
  // What is there is none of this file: the next try begins anew. Where somebody was told of it, `growing` has ended.
  void spoil();
  // The file has the bytes that it must have and stands at its place, or is in `growing` alone; kCorrupt, and spoilt.
  Result<void> settle();

 private:
  // False where the disk has no room.
  Result<bool> open_on_disk();
  Result<void> move_to_memory();
  Result<void> tell_growing();
  [[nodiscard]] std::filesystem::path named() const;

  const std::filesystem::path to_;
  const std::filesystem::path beside_;
  const FileEntry entry_;
  library::GrowingFile& growing_;
  UniqueFd file_;
  bool on_disk_ = false;
  std::uint64_t there_ = 0;
};

}  // namespace chalkline::mirror
