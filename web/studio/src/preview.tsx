// The watch page in a frame as wide as a phone, on a line that is as weak as those of learners, with what it has cost so far of a data
// bundle: the lesson as a child on prepaid data has it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Lesson, may } from './api';
import { looksAt } from './looks';
import { kLinks, Line, pageBytes } from './paced';
import { Act, Bar } from './parts';
import { duration, megabytes, say } from './words';

const kNames: Record<string, string> = { gprs: 'GPRS, 50 kbit/s', edge: 'EDGE, 240 kbit/s', '3g-slow': '3G, 400 kbit/s' };

function Frame({ address, link, budget }: { address: string; link: string; budget: number }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const line = useRef<Line>();
  const [used, setUsed] = useState(0);
  const [played, setPlayed] = useState(0);
  useEffect(() => {
    const look = setInterval(() => {
      const shown = frame.current?.contentWindow;
      if (!shown || !line.current) return;
      setUsed(line.current.bytes + pageBytes(shown));
      setPlayed(shown.document.querySelector('video')?.currentTime ?? 0);
    }, 500);
    return () => clearInterval(look);
  }, []);
  const begin = () => {
    const shown = frame.current?.contentWindow as (Window & typeof globalThis) | null;
    const wanted = kLinks.find(({ id }) => id === link);
    if (!shown || !wanted) return;
    line.current = new Line(wanted);
    line.current.hold(shown);
  };
  const most = budget * 1e6;
  return (
    <>
      <iframe ref={frame} class="phone" title={say('The lesson on a phone')} src={address} onLoad={begin} />
      <p class="budget" data-bytes={used}>
        {say('{0} of {1} used, {2} played', megabytes(used), megabytes(most), played > 0 ? duration(played) : say('{0} s', 0))}
      </p>
      <Bar fraction={used / most} label={say('Used of the data bundle')} />
      {used > most && (
        <p class="trouble" role="status">
          {say('The data bundle is used up.')}
        </p>
      )}
      {played >= 10 && <p class="hint">{say('An hour like this costs {0}.', megabytes((used / played) * 3600))}</p>}
    </>
  );
}

export function Preview({ lesson }: { lesson: Lesson }) {
  const [link, setLink] = useState('gprs');
  const [budget, setBudget] = useState(20);
  const [shown, setShown] = useState(0); // how often it was begun
  const [address, setAddress] = useState('');
  if (!lesson.version || !(lesson.state === 'published' || may('editor'))) return <p class="hint">{say('When the lesson is ready, it can be looked at here as on a phone.')}</p>;
  const begin = async () => {
    setAddress((await looksAt(lesson)).watch);
    setShown(shown + 1);
  };
  return (
    <section class="card" aria-labelledby="preview">
      <h2 id="preview">{say('On a phone')}</h2>
      <div class="row">
        <label>
          {say('The line')}
          <select
            name="link"
            value={link}
            onChange={(event) => {
              setLink(event.currentTarget.value);
              if (shown) setShown(shown + 1);
            }}
          >
            {kLinks.map(({ id }) => (
              <option key={id} value={id}>
                {kNames[id]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say('Data bundle, MB')}
          <input type="number" min={1} max={10000} value={budget} onInput={(event) => setBudget(Math.max(1, Number(event.currentTarget.value) || 1))} />
        </label>
        <Act run={begin}>{shown ? say('From the beginning') : say('Show it')}</Act>
      </div>
      {shown > 0 && <Frame key={shown} address={address} link={link} budget={budget} />}
    </section>
  );
}
