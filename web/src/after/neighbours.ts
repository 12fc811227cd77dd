// What the server knows of what stands around a lesson: the next one of its course, the one in sign language, files beside it. Asked for
// once, when somebody wants to see it (/l/<lesson>/next.json).
export interface Link {
  title: string;
  language: string; // BCP 47
  watch: string; // URL path
}

export interface Neighbours {
  next: Link | null;
  signed?: Link | null;
  files?: { name: string; bytes: number; path: string }[];
}

const known = new Map<string, Promise<Neighbours>>();

export function neighboursOf(lesson: string): Promise<Neighbours> {
  let found = known.get(lesson);
  if (!found) {
    found = fetch(`/l/${lesson}/next.json`).then((answer) => answer.json() as Promise<Neighbours>);
    found.catch(() => known.delete(lesson)); // no network: asked again
    known.set(lesson, found);
  }
  return found;
}
