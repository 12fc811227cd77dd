// What a lesson will cost a child on prepaid data, before it is published: a bar for each rung, sound included, and what an ordinary site
// would have sent.
import { useEffect, useState } from 'preact/hooks';
import { fileText, type Lesson } from './api';
import { type Analysis, type Cost, costsOf, on2g, saverCodec } from './cost';
import { megabytes, say } from './words';

const nameOf = (cost: Cost): string => {
  if (cost.kind === 'sound') return say('Sound only');
  if (cost.kind === 'saver') return say('{0}, newer phones ({1})', cost.name, (cost.codec ?? '').toUpperCase());
  return cost.kind === 'ordinary' ? say('{0}, an ordinary site', cost.name) : cost.name;
};

// Of a version from before there was any, none.
const read = (address: string): Promise<Analysis | undefined> => fileText(address).then((text) => JSON.parse(text) as Analysis).catch(() => undefined);

function useAnalysis(lesson: Lesson, files?: string): [Analysis | undefined, Analysis | undefined] {
  const [found, setFound] = useState<[Analysis | undefined, Analysis | undefined]>([undefined, undefined]);
  useEffect(() => {
    if (!files) return;
    let wanted = true;
    const codec = saverCodec(lesson);
    const saver = codec ? read(`${files}analysis-${codec}.json`) : undefined;
    void Promise.all([read(`${files}analysis.json`), saver]).then((both) => wanted && setFound([both[0], both[1]]));
    return () => {
      wanted = false;
    };
  }, [lesson.base, Boolean(files)]);
  return found;
}

function Row({ cost, most }: { cost: Cost; most: number }) {
  return (
    <li class={cost.kind}>
      {nameOf(cost)} <b>{megabytes(cost.mbAnHour * 1e6)}</b>
      <svg width="100%" height="10" aria-hidden="true">
        <rect width={`${Math.max(1, (cost.mbAnHour / most) * 100)}%`} height="10" rx="3" />
      </svg>
    </li>
  );
}

export function CostCard({ lesson, files }: { lesson: Lesson; files?: string }) {
  const [analysis, saver] = useAnalysis(lesson, files);
  const costs = costsOf(lesson, analysis, saver);
  if (!costs.length) return null;
  const verdict = { readable: say('Readable on 2G: yes'), picture: say('On 2G: a picture, but hardly readable'), sound: say('On 2G: sound only') }[on2g(costs)];
  const most = Math.max(...costs.map((cost) => cost.mbAnHour));
  const stored = (lesson.renditions ?? []).reduce((sum, one) => sum + one.bytes, 0);
  return (
    <section class="card" aria-labelledby="cost">
      <h2 id="cost">{say('What an hour costs a learner')}</h2>
      <ul class="bars">
        {costs.map((cost, i) => (
          <Row cost={cost} most={most} key={i} />
        ))}
      </ul>
      <p>
        <b>{verdict}</b> · {say('on the server {0}', megabytes(stored))}
      </p>
      <p class="hint">
        {say('MB an hour, sound included.')} {costs.some((cost) => cost.kind === 'ordinary') ? say('Grey: the same recording as an ordinary site would send it.') : ''}
      </p>
    </section>
  );
}
