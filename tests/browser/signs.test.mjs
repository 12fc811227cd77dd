// Why sign language is a lesson of its own and no EXT-X-MEDIA of TYPE=VIDEO (docs/players.md): what the browsers' players make of one.
// They play the plain picture, ask for nothing of the other and offer no choice. Where one of them begins to, this says so.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from './support/run.mjs';
import { work } from './support/stage.mjs';
import { launch } from './support/visit.mjs';

const folder = join(work, 'signs');
const hlsjs = fileURLToPath(new URL('../../node_modules/hls.js/dist/hls.min.js', import.meta.url));
const kTypes = { '.m3u8': 'application/vnd.apple.mpegurl', '.mp4': 'video/mp4', '.m4s': 'video/mp4' };
const asked = [];
let browser;
let server;

// 8 s in segments of 2 s: a red picture, a blue one that stands for the signer, and a tone.
async function makeMedia() {
  const cut = (name, input, ...codec) => run('ffmpeg', [
    '-v', 'error', '-y', '-f', 'lavfi', '-i', input, ...codec, '-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4',
    '-hls_fmp4_init_filename', 'init.mp4', '-hls_segment_filename', join(folder, name, '%d.m4s'), join(folder, name, 'playlist.m3u8'),
  ]);
  await rm(folder, { recursive: true, force: true });
  for (const name of ['red', 'blue', 'sound']) await mkdir(join(folder, name), { recursive: true });
  const picture = (name) => cut(name, `color=c=${name}:s=320x180:r=10:d=8`, '-c:v', 'libx264', '-profile:v', 'baseline', '-g', '20', '-pix_fmt', 'yuv420p');
  await Promise.all([picture('red'), picture('blue'), cut('sound', 'sine=f=440:d=8', '-c:a', 'aac', '-b:a', '64k')]);
}

// As Apple's engineers advise (developer.apple.com/forums/thread/718790), and with an address for the plain picture too.
const playlist = (plain) => `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="sound/playlist.m3u8"
#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="v",NAME="Plain",DEFAULT=YES,AUTOSELECT=YES${plain}
#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="v",NAME="Signed",LANGUAGE="ase",AUTOSELECT=YES,CHARACTERISTICS="public.accessibility.sign-language-interpretation",URI="blue/playlist.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=200000,CODECS="avc1.42c00c,mp4a.40.2",RESOLUTION=320x180,AUDIO="a",VIDEO="v"
red/playlist.m3u8
`;

before(async () => {
  await makeMedia();
  await writeFile(join(folder, 'bare.m3u8'), playlist(''));
  await writeFile(join(folder, 'named.m3u8'), playlist(',URI="red/playlist.m3u8"'));
  server = createServer(async (request, reply) => {
    const path = new URL(request.url, 'http://x').pathname;
    if (path === '/') return reply.setHeader('Content-Type', 'text/html').end('<link rel="icon" href="data:,"><video muted></video><script src="/hls.js"></script>');
    if (path === '/hls.js') return reply.setHeader('Content-Type', 'text/javascript').end(await readFile(hlsjs));
    asked.push(path);
    return reply.setHeader('Content-Type', kTypes[extname(path)]).end(await readFile(join(folder, path)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

for (const player of ['native', 'hls.js'])
  for (const name of ['bare', 'named'])
    test(`${player} plays the plain picture of a group with a signed one (${name}), and offers no choice`, { timeout: 120_000 }, async () => {
      asked.length = 0;
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.evaluate(({ player, address }) => {
        window.video = document.querySelector('video');
        if (player === 'native') {
          window.video.src = address;
        } else {
          window.hls = new window.Hls();
          window.hls.loadSource(address);
          window.hls.attachMedia(window.video);
        }
        return window.video.play();
      }, { player, address: `/${name}.m3u8` });
      await page.waitForFunction(() => window.video.currentTime > 3, undefined, { timeout: 100_000 });
      const { red, blue, choices } = await page.evaluate(() => {
        const canvas = new OffscreenCanvas(1, 1).getContext('2d');
        canvas.drawImage(window.video, 0, 0, 1, 1);
        const [r, , b] = canvas.getImageData(0, 0, 1, 1).data;
        return { red: r, blue: b, choices: window.hls ? window.hls.levels.length : (window.video.videoTracks?.length ?? 1) };
      });
      assert.ok(red > 200 && blue < 100, `the plain picture is on the screen: ${red}, ${blue}`);
      assert.equal(choices, 1);
      assert.deepEqual([...new Set(asked.map((path) => dirname(path)))].sort(), ['/', '/red', '/sound'], 'nothing of the signed one is fetched');
      await page.close();
    });
