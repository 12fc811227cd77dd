// How much of the lesson is there from the present position on, seconds; 0 where nothing is.
export function secondsAhead({ buffered, currentTime }: HTMLVideoElement): number {
  for (let i = 0; i < buffered.length; ++i)
    if (buffered.start(i) <= currentTime && currentTime <= buffered.end(i)) return buffered.end(i) - currentTime;
  return 0;
}
