// The sound of a lesson by itself: an <audio> with a MediaSource of its own, fed from what our player has appended to the
// <video>. hold.ts plays it while the picture waits.
import type { Kept } from '../engine';

const kRoom = 60; // seconds ahead that are appended

export class Alone {
  readonly audio = new Audio();
  private buffer: SourceBuffer | null = null;
  private busy = false;
  private last: Kept | null = null;
  private readonly done = new WeakMap<Kept, number>(); // pieces of it that are appended

  constructor(type: string) {
    const source = new MediaSource();
    source.addEventListener('sourceopen', () => {
      URL.revokeObjectURL(this.audio.src);
      this.buffer = source.addSourceBuffer(type);
    }, { once: true });
    this.audio.src = URL.createObjectURL(source);
  }

  // Seconds of sound from `at` on; 0 where there is none.
  ahead(at: number): number {
    const { buffered } = this.audio;
    for (let i = 0; i < buffered.length; ++i) if (buffered.start(i) <= at && at < buffered.end(i)) return buffered.end(i) - at;
    return 0;
  }

  // Appends what is new of `kept` from `at` on. To be called again and again.
  async take(kept: Kept[], at: number): Promise<void> {
    if (!this.buffer || this.busy) return;
    this.busy = true;
    try {
      for (const one of kept) {
        let count = this.done.get(one) ?? 0;
        if (one.end <= at || one.start > at + kRoom || count === one.pieces.length) continue;
        if (!this.buffer) return;
        if (one !== this.last) {
          this.buffer.abort(); // its parser waits for a new segment
          this.last = one;
          count = 0;
        }
        for (let piece = one.pieces[count]; piece && this.buffer; piece = one.pieces[++count]) await this.put(this.buffer, piece);
        this.done.set(one, count);
      }
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    this.buffer = null;
    this.audio.removeAttribute('src');
    this.audio.load();
  }

  private put(buffer: SourceBuffer, bytes: Uint8Array): Promise<void> {
    return new Promise((done) => {
      buffer.addEventListener('updateend', () => done(), { once: true });
      buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>);
    });
  }
}
