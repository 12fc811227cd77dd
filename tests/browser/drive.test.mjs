// What the player's planning does on a drive in a car, on paper (support/paper.mjs): the link is a good one, says nothing of what is
// coming, and then carries next to nothing for most of a minute, as the recorded one of bench/learner does.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linkOf, playOnPaper } from './support/paper.mjs';

// Segments of a length, rungs by kbit/s, lines and what a link must carry for a dear one, speech at two rates.
function lessonOf(length, rungs) {
  const count = Math.ceil(620 / length);
  const sized = (kbps, i) => Math.ceil(((kbps * length) / 8) * (0.8 + 0.4 * ((i * 7) % 5) / 4)); // no two are alike
  const sound = (id, kbps) => ({ id: `audio/${id}`, kind: 'audio', codec: 'opus', codecs: 'opus', language: 'en', track: 'en', default: true, bytes: kbps * 77_500, average_bandwidth: kbps * 1000, peak_bandwidth: kbps * 1050 });
  return {
    id: 'x', title: 'x', language: 'en', base: '/v/x/', duration_ms: count * length * 1000, segment_ms: Array(count).fill(length * 1000), text: [],
    renditions: [...rungs.map(([kbps, height, dear], i) => ({
      id: `video/${i}`, kind: 'video', codec: 'h264', codecs: 'avc1', width: (height * 16) / 9, height, dear, bytes: kbps * 77_500, average_bandwidth: kbps * 1000, peak_bandwidth: kbps * 1300,
      segment_kb: Array.from({ length: count }, (_none, n) => sized(kbps, n)),
    })), sound('o12', 12), sound('o24', 25)],
  };
}
const lessons = {
  slides: lessonOf(27, [[9, 720], [14, 720]]),
  talk: lessonOf(4.8, [[50, 240], [65, 240], [92, 360], [130, 480], [190, 480]]),
};
const drive = () => linkOf([[28, 2000], [73, 25], [240, 2000], [280, 25], [Infinity, 2000]]);
const away = (waits) => waits.map(({ at, seconds }) => `${seconds.toFixed(1)} s at ${at.toFixed(0)} s`).join(', ');

for (const [name, lesson] of Object.entries(lessons)) {
  describe(`ten minutes of ${name}, on paper`, () => {
    it('do not wait for a link that is as good as away for three quarters of a minute, half a minute after the start', async () => {
      const { waits, played, failures } = await playOnPaper({ lesson, nextAt: drive() });
      assert.deepEqual(failures, []);
      assert.ok(played >= 600, `${played} s`);
      assert.equal(waits.length, 0, away(waits));
    });
    it('do not wait on EDGE', async () => {
      const { waits, played } = await playOnPaper({ lesson, nextAt: linkOf([[Infinity, 240]]), roundTrip: 840 });
      assert.ok(played >= 600, `${played} s`);
      assert.equal(waits.length, 0, away(waits));
    });
    it('have cost less than 100 kB that were not watched where who pays for each byte leaves after half a minute, and less than a fifth of all bytes later', async () => {
      const cost = async (seconds) => (await playOnPaper({ lesson, nextAt: linkOf([[Infinity, 1500]]), seconds, metered: true }));
      assert.ok((await cost(30)).unplayed < 100_000);
      const { unplayed, carried } = await cost(300);
      assert.ok(unplayed < carried / 5, `${unplayed} of ${carried}`);
    });
    it('do not wait for a link that is as good as away for twenty seconds, a minute after the start, where bytes are dear', async () => {
      const { waits, played } = await playOnPaper({ lesson, nextAt: linkOf([[63, 2000], [83, 20], [Infinity, 2000]]), metered: true });
      assert.ok(played >= 600, `${played} s`);
      assert.equal(waits.length, 0, away(waits));
    });
  });
}

describe('a talk whose last rung is dear, on paper', () => {
  const rungs = [[20, 240], [37, 240], [73, 360], [157, 512], [317, 512, 556_000]];
  const talk = lessonOf(4.8, rungs);
  const rungsOn = async (link, lesson = talk) => {
    const { shown, waits } = await playOnPaper({ lesson, nextAt: linkOf(link) });
    assert.equal(waits.length, 0, away(waits));
    return shown;
  };
  it('is played at the rung below where the link has just enough for the last', async () => {
    const shown = await rungsOn([[Infinity, 500]]);
    assert.deepEqual([...new Set(shown.slice(5))], ['video/3']);
  });
  it('is played at the rung below where the link is good for ten seconds in every thirty', async () => {
    const spells = Array.from({ length: 60 }, (_none, i) => [[i * 30 + 10, 1500], [i * 30 + 30, 100]]).flat();
    const shown = await rungsOn([...spells, [Infinity, 100]]);
    assert.ok(shown.filter((id) => id === 'video/4').length < 10, shown.join());
  });
  it('is played at the rung below for three minutes after the link was as good as away', async () => {
    const shown = await rungsOn([[60, 3000], [90, 25], [Infinity, 3000]]);
    assert.ok(shown.slice(15, 20).every((id) => id === 'video/4'), shown.join());
    const again = shown.indexOf('video/4', shown.findIndex((id, i) => i > 20 && id !== 'video/4'));
    assert.ok(again * 4.8 > 240 && again * 4.8 < 340, `${again}: ${shown.join()}`);
  });
  // The three minutes are the link's and not the lesson's. `dear`: whether each segment between two seconds of the lesson is of the dear rung.
  const afterSeek = async (thin, seek, seconds) => {
    const { shown, failures } = await playOnPaper({ lesson: talk, nextAt: linkOf([[thin, 3000], [thin + 30, 25], [Infinity, 3000]]), seeks: [seek], seconds });
    assert.deepEqual(failures, []);
    return (from, to) => [...new Set(shown.slice(Math.ceil(from / 4.8), Math.floor(to / 4.8)).map((id) => id === 'video/4'))];
  };
  it('is at its best again after three minutes for who went back in the lesson', async () => {
    const dear = await afterSeek(200, [260, 10], 330);
    assert.deepEqual([dear(20, 140), dear(270, 330)], [[false], [true]]);
  });
  it('is played at the rung below for as long by who went on in the lesson', async () => {
    const dear = await afterSeek(60, [100, 350], 600);
    assert.deepEqual([dear(350, 490), dear(590, 610)], [[false], [true]]);
  });
  it('is played at its best on a link that has carried it amply for half a minute', async () => {
    const shown = await rungsOn([[Infinity, 3000]]);
    assert.ok(shown.slice(2, 5).every((id) => id === 'video/3'), shown.join());
    assert.deepEqual([...new Set(shown.slice(15))], ['video/4']);
  });
  it('is played at its best as soon as the link carries it where that is worth its bytes, or nobody knows', async () => {
    const shown = await rungsOn([[Infinity, 500]], lessonOf(4.8, rungs.map((rung) => rung.slice(0, 2))));
    assert.ok(shown.slice(5).filter((id) => id === 'video/4').length > 90, shown.join());
  });
});

describe('a screen whose best picture has a better sound beside it, on paper', () => {
  const length = 4.8;
  const screen = lessonOf(length, [[13, 360], [19, 480], [24, 480], [32, 480], [52, 480]]);
  // Which sounds are heard between two seconds of the lesson.
  const soundsOn = async (link) => {
    const { heard, waits, failures } = await playOnPaper({ lesson: screen, nextAt: linkOf(link) });
    assert.deepEqual([failures, waits.length], [[], 0], away(waits));
    return (from, to) => [...new Set(heard.slice(Math.ceil(from / length), Math.floor(to / length)))];
  };
  it('is heard with the small one for minutes after the link was as good as away for most of one, then with the better one', async () => {
    const sounds = await soundsOn([[60, 3000], [105, 25], [Infinity, 3000]]);
    assert.deepEqual([sounds(20, 100), sounds(160, 360), sounds(520, 600)], [['audio/o24'], ['audio/o12'], ['audio/o24']]);
  });
  it('is heard with the better one again at once where it was so for some seconds', async () => {
    const sounds = await soundsOn([[60, 3000], [68, 25], [Infinity, 3000]]);
    assert.deepEqual([sounds(20, 100), sounds(130, 600)], [['audio/o24'], ['audio/o24']]);
  });
  it('has the better one on a link that carries it and never was a wide one', async () => {
    const sounds = await soundsOn([[Infinity, 150]]);
    assert.deepEqual(sounds(200, 600), ['audio/o24']);
  });
});
