// Waiting for a state, with a deadline: a benchmark that waits for what never comes says so instead of hanging.

// Looks every `pauseMs` until look() gives something true, and returns that; throws after `seconds`, naming what was waited for. An
// error of look() itself ends the wait too.
export async function until(what, look, seconds, pauseMs = 20) {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((done) => setTimeout(done, pauseMs));
  }
}
