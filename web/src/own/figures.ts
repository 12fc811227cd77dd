// The figures that our own player goes by. In a file of their own: esbuild puts a number in the place of its name only where it is
// declared before all code, and names are bytes of the page.
export const kHaveCurrentData = 2; // HTMLMediaElement's constants, in fewer bytes of the page
export const kHaveFutureData = 3;
export const kTickMs = 250;
export const kMostHeld = 6000; // ms from Play to the first frame, where it comes to choosing between this and a wait later
export const kRemembered = 'chalkline.rate'; // bit/s of the last visit, for a page that came out of the cache
export const kSeam = 0.5; // seconds by which sound and picture of a segment may differ
export const kSoon = 5; // seconds: a wished rung that far away is not worth fetching anything again for
export const kCalm = 20; // seconds ahead with which larger pieces do no harm
export const kHeldLead = 7; // seconds more of sound that go first while the picture is held: the next outage takes both
export const kDoubt = 180_000; // ms without a dear rung after the link was a thin one
export const kOutage = 10_000; // ms for which a link that was wide must be none before it has let the learner down, and ...
export const kOutages = 9; // ... times as long as it did so longer it is not asked for a sound that is better beside the same picture: first what is ahead
export const kKept = 60; // seconds of sound that are remembered behind the present, as in its buffer
