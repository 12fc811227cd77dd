// Bundles src/hlsjs.ts with hls.js, from its sources, for what we serve: fMP4 with audio apart from video. The package's light build cannot
// play such audio, and its full build carries subtitles, DRM, ads, MPEG-TS ... (180 kB gzipped).
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const root = dirname(require.resolve('hls.js/package.json'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const engine = fileURLToPath(new URL('../src/hlsjs.ts', import.meta.url));
const standIns = fileURLToPath(new URL('../hlsjs/', import.meta.url));

const left_out = [
  'CMCD', 'CONTENT_STEERING', 'EME_DRM', 'IFRAMES', 'INTERSTITIALS', 'M2TS_ADVANCED_CODECS', 'MEDIA_CAPABILITIES', 'SUBTITLES',
  'VARIABLE_SUBSTITUTION',
];
const absent = new Set(['demux/tsdemuxer', 'demux/audio/aacdemuxer', 'demux/audio/ac3-demuxer', 'demux/audio/mp3demuxer']);

const standIn = {
  name: 'stand-in',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^hls\.js$/ }, () => ({ path: join(root, 'src', 'hls.ts') }));
    onResolve({ filter: /^@svta\/cml-/ }, ({ path }) => (path === '@svta/cml-cmcd' ? { path, namespace: 'nothing' } : { path: join(standIns, 'id3.ts') }));
    onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {}', loader: 'js' }));
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const name = relative(join(root, 'src'), path).split(sep).join('/').replace(/\.ts$/, '');
      return absent.has(name) ? { contents: readFileSync(join(standIns, 'absent.ts'), 'utf8'), loader: 'ts' } : undefined;
    });
  },
};

// The bundle's bytes: one ES module that exports hlsjsEngine.
export async function bundleHlsjs(target) {
  const { outputFiles } = await build({
    entryPoints: [engine],
    bundle: true,
    minify: true,
    format: 'esm',
    target,
    write: false,
    legalComments: 'none',
    banner: { js: `/* hls.js ${version}, Apache-2.0, https://github.com/video-dev/hls.js */` },
    define: {
      ...Object.fromEntries(left_out.map((name) => [`__USE_${name}__`, 'false'])),
      __USE_ALT_AUDIO__: 'true',
      __HLS_WORKER_BUNDLE__: 'undefined',
      __IN_WORKER__: 'false',
      __VERSION__: JSON.stringify(version),
    },
    tsconfigRaw: '{}',
    plugins: [standIn],
  });
  return outputFiles[0].contents;
}
