// A step that must not keep a run for ever: its outcome, or, when the time is over, an error that says which step it was. The
// step itself cannot be stopped from here; whoever called ends the process that it waits for.
export class Hung extends Error {}

export async function within(step, seconds, work) {
  let timer;
  const late = new Promise((_none, fail) => {
    timer = setTimeout(() => fail(new Hung(`${step} was not over after ${Math.round(seconds)} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
