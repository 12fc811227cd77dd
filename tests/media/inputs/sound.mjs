// Inputs, part five: sound alone, several tracks and languages, channels, sample rates, covers that are no video.
import { join } from 'node:path';
import { beeps, makeClapper, picture } from '../support/clapper.mjs';
import { ffmpeg, run } from '../support/run.mjs';

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const alone = (name, file, audio, sound = {}, truth = {}) => ({
  name, make: (dir) => makeClapper(join(dir, file), { seconds: 5, video: false, audio, beeps: sound }), truth: { videos: 0, ...truth },
});
const heard = (name, file, audio, sound = {}, truth = {}) => ({
  name, make: (dir) => makeClapper(join(dir, file), { seconds: 3, audio, beeps: sound }), truth: { picture: {}, ...truth },
});

/** Several sound tracks, one after the other in pitch, with ISO 639-2 languages. */
function tracks(name, file, languages, codec, expected) {
  return {
    name,
    make: async (dir) => {
      const path = join(dir, file);
      const inputs = languages.flatMap(() => ['-f', 'lavfi', '-i', beeps({ seconds: 3, channels: 1 })]);
      const maps = languages.flatMap((language, i) => ['-map', `${i + 1}:a`, ...(language ? [`-metadata:s:a:${i}`, `language=${language}`] : [])]);
      await ffmpeg(['-f', 'lavfi', '-i', picture({ seconds: 3 }), ...inputs, '-map', '0:v', ...maps, ...x264, '-c:a', codec, path]);
      return path;
    },
    truth: { picture: {}, languages: expected },
  };
}

/** Sound with an attached picture. */
function covered(name, file, audio) {
  return {
    name,
    make: async (dir) => {
      const cover = join(dir, 'cover.jpg');
      const path = join(dir, file);
      await ffmpeg(['-f', 'lavfi', '-i', 'color=orange:s=200x200', '-frames:v', '1', cover]);
      await ffmpeg(['-f', 'lavfi', '-i', beeps({ seconds: 3 }), '-i', cover, '-map', '0:a', '-map', '1:v', ...audio, '-c:v', 'copy', '-disposition:v:0', 'attached_pic', path]);
      return path;
    },
    spare: ['cover.jpg'],
    truth: { videos: 0 },
  };
}

const kText = 'Today we look at how energy moves through living things, and why plants are green. First, open your books on page twelve. Good. Now, who can tell me what this word means?';

/** A lesson read aloud: `shape` is an ffmpeg filter after the voice, which is [v]; the result is [a]. */
function spoken(name, file, shape, truth = {}, { voice = 'en', audio = ['-c:a', 'aac', '-b:a', '128k'] } = {}) {
  return {
    name,
    make: async (dir) => {
      const path = join(dir, file);
      const speech = join(dir, 'voice.wav');
      const done = await run('espeak-ng', ['-v', voice, '-w', speech, `${kText} ${kText}`]);
      if (done.code !== 0) throw new Error(done.stderr);
      await ffmpeg(['-i', speech, '-filter_complex', `[0:a]aresample=48000[v];${shape}`, '-map', '[a]', ...audio, path]);
      return path;
    },
    spare: ['voice.wav'],
    // A synthetic voice has sharper peaks than any: Opus is encoded until it keeps -1 dBTP, AAC passes it by little.
    truth: { videos: 0, marks: false, loudness: { coded: { aac: 1 } }, ...truth },
  };
}

/** Sound from an ffmpeg source, in a lossless file. */
const played = (name, file, graph, truth) => ({
  name,
  make: async (dir) => {
    await ffmpeg(['-f', 'lavfi', '-i', graph, '-c:a', 'flac', join(dir, file)]);
    return join(dir, file);
  },
  truth: { videos: 0, marks: false, ...truth },
});
const notes = (detune) => [220, 277.2, 329.6, 440, 554.4].map((hertz, i) => `0.12*sin(2*PI*${hertz * detune}*t)*exp(-3*mod(t+${i * 0.31}\\,${(1 + i * 0.37).toFixed(2)}))`).join('+');

export const sound = [
  spoken('a clear voice', 'voice.m4a', '[v]anull[a]'),
  spoken('a whispering recorder, 40 dB down', 'quiet.wav', '[v]volume=-40dB[a]', {}, { audio: ['-c:a', 'pcm_s24le'] }),
  spoken('a voice that clips', 'loud.m4a', '[v]volume=14dB,alimiter=limit=0.99:level=0[a]'),
  spoken('a voice over hum', 'hum.m4a', 'sine=f=50:r=48000,volume=-6dB[h];[v][h]amix=inputs=2:duration=first:normalize=0[a]'),
  spoken('a voice in a noisy room', 'noisy.m4a', 'anoisesrc=c=pink:r=48000:a=1:seed=1,volume=-26dB[n];[v][n]amix=inputs=2:duration=first:normalize=0[a]'),
  spoken('a voice on one side of two', 'aside.m4a', '[v]pan=stereo|c0=c0|c1=0*c0[a]'),
  spoken('a voice with 20 s of silence in it', 'pause.m4a', '[v]adelay=20000:all=1,apad=pad_dur=2[a]', {}, { voice: 'sw' }),
  played('music', 'music.flac', `aevalsrc=${notes(1)}:s=48000:d=14`, { loudness: { coded: { aac: 1 } } }),
  played('digital silence', 'silence.flac', 'anullsrc=r=48000:cl=mono:d=6', { loudness: { most: -70 } }),
  played('a silent room', 'room.flac', 'anoisesrc=r=48000:c=pink:a=0.0004:seed=7:d=12', { loudness: { most: -40 } }),
  alone('sound alone, mp3', 'talk.mp3', ['-c:a', 'libmp3lame']),
  alone('sound alone, m4a', 'talk.m4a', ['-c:a', 'aac']),
  alone('sound alone, wav', 'talk.wav', ['-c:a', 'pcm_s16le']),
  alone('sound alone, ogg with Opus', 'talk.opus', ['-c:a', 'libopus']),
  alone('sound alone, ogg with Vorbis', 'talk.ogg', ['-c:a', 'libvorbis']),
  alone('sound alone, flac', 'talk.flac', ['-c:a', 'flac']),
  alone('sound alone, wma', 'talk.wma', ['-c:a', 'wmav2']),
  alone('sound alone, 8 kHz telephone', 'phone.wav', ['-c:a', 'pcm_mulaw'], { rate: 8000, channels: 1 }),
  alone('sound alone, 0.2 s', 'click.wav', ['-c:a', 'pcm_s16le', '-t', '0.2'], {}, { marks: false }),
  heard('8 kHz mono beside a picture', 'low.mkv', ['-c:a', 'pcm_s16le'], { rate: 8000, channels: 1 }),
  heard('96 kHz 24 bit', 'high.mkv', ['-c:a', 'pcm_s24le'], { rate: 96000 }),
  heard('44.1 kHz AAC', 'cd.mp4', ['-c:a', 'aac'], { rate: 44100 }),
  heard('5.1 channels', 'cinema.mp4', ['-c:a', 'aac'], { channels: 6 }),
  heard('7.1 channels', 'hall.mkv', ['-c:a', 'flac'], { channels: 8 }),
  tracks('three languages, mkv', 'languages.mkv', ['eng', 'fre', 'swa'], 'libopus', ['en', 'fr', 'sw']),
  tracks('two languages, mp4', 'languages.mp4', ['fra', 'eng'], 'aac', ['fr', 'en']),
  tracks('two tracks of the same language', 'twice.mkv', ['swa', 'swa'], 'aac', ['sw', 'sw']),
  tracks('tracks of no language', 'unknown.mkv', ['', ''], 'aac', undefined),
  covered('mp3 with a cover', 'song.mp3', ['-c:a', 'libmp3lame', '-id3v2_version', '3']),
  covered('m4a with a cover', 'song.m4a', ['-c:a', 'aac']),
  covered('flac with a cover', 'song.flac', ['-c:a', 'flac']),
  {
    name: 'mp4 with a cover beside its video',
    make: async (dir) => {
      const raw = await makeClapper(join(dir, 'raw.mp4'), { seconds: 3 });
      const cover = join(dir, 'cover.png');
      const path = join(dir, 'poster.mp4');
      await ffmpeg(['-f', 'lavfi', '-i', 'color=orange:s=640x640', '-frames:v', '1', cover]);
      await ffmpeg(['-i', cover, '-i', raw, '-map', '0', '-map', '1', '-c', 'copy', '-disposition:v:0', 'attached_pic', path]);
      return path;
    },
    spare: ['raw.mp4', 'cover.png'],
    truth: { picture: {}, rungs: 'of 320x240' },
  },
];
