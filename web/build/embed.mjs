// Turns the built pages into the C++ translation unit that implements streamer/pages/assets.hpp. String literals, because
// a compiler reads those fifty times faster than lists of numbers.

// Octal escapes of fixed width: no digit after one can be taken into it. Literals of 16 kB, joined by the compiler.
function literal(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 128) {
    let line = '';
    for (const byte of bytes.subarray(at, at + 128)) {
      const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
      line += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
    }
    lines.push(`    "${line}"`);
  }
  return lines.length ? `\n${lines.join('\n')}` : ' ""';
}

export function embed(files) {
  const forms = ['identity', 'gzip', 'brotli'];
  const data = files.flatMap((file, index) =>
    forms.map((form) => `constexpr unsigned char k${form}${index}[${file[form].length + 1}] =${literal(file[form])};\n`));
  const rows = files.map((file, index) => {
    const spans = forms.map((form) => `{k${form}${index}, ${file[form].length}}`).join(', ');
    return `    Asset{"${file.path}", "${file.media_type}", ${spans},\n          "${file.sha256}"},`;
  });
  return `// Made by web/build/main.mjs from web/: the pages inside the server. Do not edit.
#include "streamer/pages/assets.hpp"

#include <array>

#pragma GCC diagnostic ignored "-Woverlength-strings"

namespace chalkline::streamer {
namespace {

${data.join('\n')}
constexpr std::array<Asset, ${files.length}> kAssets = {{
${rows.join('\n')}
}};

}  // namespace

std::span<const Asset> assets() { return kAssets; }

}  // namespace chalkline::streamer
`;
}
