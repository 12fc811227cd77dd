// Files of a lesson one after the other, but so that a link whose round trips are long does not stand idle between them: the next is asked
// for when little of those before is still to come. Most pieces of a slide lesson are some kB, which EDGE carries in a tenth of a second
// after a round trip of one. Pure.

const kLittle = 12_000; // bytes: less than such a link's queue, in which more at once would lose each other's packets
const kMost = 4; // at once: a browser has six connections to a host, and the page wants some

/** What one file's work tells while it runs: bytes of it that are there; it may begin again. */
type Came = (bytes: number) => void;

/**
 * Does `work` for each of `files`, in their order. `came`: bytes that are there, of all. Resolves when all are done; when one fails the others are
 * stopped, and it rejects with that one's reason when they have. `signal` stops all.
 */
export function overlapping<File extends { bytes: number }>(
  files: readonly File[], signal: AbortSignal, work: (file: File, signal: AbortSignal, came: Came) => Promise<void>, came: Came,
): Promise<void> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  const coming = new Map<File, number>(); // bytes that are there
  let done = 0;
  let next = 0;
  let failure: { reason: unknown } | null = null;

  return new Promise<void>((resolve, reject) => {
    const toCome = () => [...coming].reduce((sum, [file, bytes]) => sum + file.bytes - bytes, 0);
    const tell = () => came([...coming.values()].reduce((sum, bytes) => sum + bytes, done));

    function start(file: File): void {
      const ended = (bytes: number) => {
        coming.delete(file);
        done += bytes;
        tell();
        goOn();
      };
      coming.set(file, 0);
      work(file, stop.signal, (bytes) => {
        coming.set(file, bytes);
        tell();
        goOn();
      }).then(() => ended(file.bytes), (reason: unknown) => {
        failure ??= { reason };
        abort();
        ended(0);
      }).catch(reject);
    }

    function goOn(): void {
      while (!failure && coming.size < kMost && (!coming.size || toCome() <= kLittle)) {
        const file = files[next++];
        if (!file) break;
        start(file);
      }
      if (coming.size) return;
      signal.removeEventListener('abort', abort);
      if (failure) reject(failure.reason);
      else resolve();
    }
    goOn();
  });
}
