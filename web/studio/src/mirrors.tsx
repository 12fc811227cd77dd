// Mirrors that registered (docs/mirrors.md): whether each answers and is in step, what lies there, and what it kept off the line: of the
// bytes that it gave learners, those that it had not to fetch for them. Looked at anew while the page is open.
import { useEffect, useState } from 'preact/hooks';
import { ask, get, may } from './api';
import { Act, Bar, Trouble, textOf } from './parts';
import { moment, say, size } from './words';

interface Mirror {
  name: string;
  address: string | null;
  networks: string[];
  steered: boolean;
  healthy: boolean | null;
  late: boolean;
  version: string;
  stale_since_ms: number | null;
  lessons: number;
  stored_bytes: number;
  disk_bytes: number | null;
  served_bytes: number;
  fetched_bytes: number;
  saved_bytes: number;
  reported_ms: number;
}

const kEveryMs = 10_000;

const healthOf = (mirror: Mirror): [string, string] => {
  if (mirror.healthy === null) return ['quiet', mirror.late ? say('silent') : say('reports')];
  return mirror.healthy ? ['well', say('answers')] : ['ill', say('does not answer')];
};

// The whole is what learners got, or where more than that was fetched, what was fetched.
function Saved({ mirror }: { mirror: Mirror }) {
  const whole = Math.max(mirror.served_bytes, mirror.fetched_bytes);
  if (whole === 0) return null;
  const fetched = (mirror.fetched_bytes / whole) * 100;
  return (
    <svg class="saved" width="100%" height="12" role="img" aria-label={say('Of {0} served, {1} were fetched', size(mirror.served_bytes), size(mirror.fetched_bytes))}>
      <rect class="kept" width="100%" height="12" rx="3" />
      <rect class="fetched" width={`${fetched}%`} height="12" rx="3" />
    </svg>
  );
}

function Row({ mirror, forget }: { mirror: Mirror; forget: () => Promise<void> }) {
  const [kind, health] = healthOf(mirror);
  const saved = mirror.saved_bytes > 0 ? say('Saved {0}', size(mirror.saved_bytes)) : say('Saved nothing yet');
  return (
    <li class="mirror" data-mirror={mirror.name}>
      <div class="title">
        <b>{mirror.name}</b> <span class={`state ${kind}`}>{health}</span>
        {mirror.address && (
          <small>
            <a href={mirror.address}>{mirror.address}</a>
          </small>
        )}
        <small>
          {mirror.steered ? say('Near: {0}', mirror.networks.join(', ')) : say('No learners are sent there from here.')} · chalkline {mirror.version}
        </small>
      </div>
      {mirror.late && <p class="trouble">{say('It has not reported since {0}.', moment(mirror.reported_ms))}</p>}
      {mirror.stale_since_ms !== null && <p class="trouble">{say('Not in step with its upstream since {0}.', moment(mirror.stale_since_ms))}</p>}
      <dl>
        <div>
          <dt>{say('Lessons')}</dt>
          <dd>{mirror.lessons}</dd>
        </div>
        <div>
          <dt>{say('Stored')}</dt>
          <dd>{mirror.disk_bytes ? say('{0} of {1}', size(mirror.stored_bytes), size(mirror.disk_bytes)) : size(mirror.stored_bytes)}</dd>
        </div>
        <div>
          <dt>{say('Served')}</dt>
          <dd>{size(mirror.served_bytes)}</dd>
        </div>
        <div>
          <dt>{say('Fetched')}</dt>
          <dd>{size(mirror.fetched_bytes)}</dd>
        </div>
      </dl>
      {mirror.disk_bytes && <Bar fraction={mirror.stored_bytes / mirror.disk_bytes} label={say('Disk of {0}', mirror.name)} />}
      <p class="traffic">
        <b>{saved}</b>
      </p>
      <Saved mirror={mirror} />
      <div class="acts">
        <small>{say('Last report: {0}', moment(mirror.reported_ms))}</small>
        {may('operator') && (
          <Act run={forget} kind="plain" label={say('Forget {0}', mirror.name)}>
            {say('Forget')}
          </Act>
        )}
      </div>
    </li>
  );
}

export function Mirrors() {
  const [mirrors, setMirrors] = useState<Mirror[]>();
  const [trouble, setTrouble] = useState('');
  const load = () =>
    get<{ mirrors: Mirror[] }>('/mirrors').then(
      (read) => {
        setMirrors(read.mirrors);
        setTrouble('');
      },
      (problem) => setTrouble(textOf(problem)),
    );
  useEffect(() => {
    void load();
    const again = setInterval(() => void load(), kEveryMs);
    return () => clearInterval(again);
  }, []);
  const forget = async (name: string) => {
    await ask('DELETE', `/mirrors/${encodeURIComponent(name)}`);
    await load();
  };
  const saved = (mirrors ?? []).reduce((sum, mirror) => sum + Math.max(0, mirror.saved_bytes), 0);
  return (
    <section aria-labelledby="mirrors">
      <h1 id="mirrors">{say('Mirrors')}</h1>
      <Trouble text={trouble} />
      {mirrors === undefined && !trouble && <p class="wait">{say('One moment…')}</p>}
      {mirrors?.length === 0 && <p class="none">{say('No mirror has registered yet.')}</p>}
      {saved > 0 && <p>{say('All of them together kept {0} off the line.', size(saved))}</p>}
      <ul class="rows">
        {mirrors?.map((mirror) => (
          <Row mirror={mirror} forget={() => forget(mirror.name)} key={mirror.name} />
        ))}
      </ul>
      {saved > 0 && <p class="hint">{say('Grey: what it fetched. Green: what learners got without that.')}</p>}
    </section>
  );
}
