// Statements of xAPI 1.0.3 about watching a lesson, in the words of its video profile (https://w3id.org/xapi/video). Pure.
import { shareOf, spansText } from './spans';
import { kCompleteShare, kEndedShare } from './watched';
import type { Place } from './watched';

const kProfile = 'https://w3id.org/xapi/video';
const kVerbs = {
  initialized: 'http://adlnet.gov/expapi/verbs/initialized',
  played: `${kProfile}/verbs/played`,
  paused: `${kProfile}/verbs/paused`,
  seeked: `${kProfile}/verbs/seeked`,
  completed: 'http://adlnet.gov/expapi/verbs/completed',
  terminated: 'http://adlnet.gov/expapi/verbs/terminated',
} as const;

export type Verb = keyof typeof kVerbs;
export type Statement = { id: string } & Record<string, unknown>;

export interface Session {
  id: string; // UUID of the visit
  actor: unknown;
  activity: string; // the lesson's address
  registration?: string | undefined; // UUID, of a platform's launch
}

export interface Happened {
  verb: Verb;
  uuid: string;
  when: number; // Unix ms
  from?: number; // of a seek, seconds
}

const extension = (name: string) => `${kProfile}/extensions/${name}`;
const seconds = (value: number) => Number(value.toFixed(3));

export function statementOf({ id, actor, activity, registration }: Session, place: Place, { verb, uuid, when, from }: Happened): Statement {
  const result: Record<string, unknown> = {};
  if (verb === 'seeked') Object.assign(result, { [extension('time-from')]: seconds(from ?? 0), [extension('time-to')]: seconds(place.at) });
  else if (verb !== 'initialized') result[extension('time')] = seconds(place.at);
  const sums = verb === 'paused' || verb === 'completed' || verb === 'terminated';
  const progress = seconds(shareOf(place.spans, place.duration));
  if (sums) Object.assign(result, { [extension('progress')]: progress, [extension('played-segments')]: spansText(place.spans) });
  // The share that was asked of this one: less of a lesson that was watched to its end (watched.ts).
  const threshold = verb === 'completed' && progress < kCompleteShare ? kEndedShare : kCompleteShare;
  const summed = sums || verb === 'initialized';
  return {
    id: uuid,
    actor,
    verb: { id: kVerbs[verb], display: { en: verb } },
    object: { objectType: 'Activity', id: activity, definition: { type: `${kProfile}/activity-type/video`, name: { und: place.title } } },
    ...(verb === 'initialized' ? {} : { result: { extensions: result, ...(verb === 'completed' ? { completion: true, duration: `PT${seconds(place.duration)}S` } : {}) } }),
    context: {
      ...(registration ? { registration } : {}),
      contextActivities: { category: [{ objectType: 'Activity', id: kProfile }] },
      extensions: { [extension('session-id')]: id, ...(summed ? { [extension('length')]: seconds(place.duration), [extension('completion-threshold')]: threshold } : {}) },
    },
    timestamp: new Date(when).toISOString(),
  };
}
