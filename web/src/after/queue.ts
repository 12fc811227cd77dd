// A queue in IndexedDB that survives closed pages and lost networks: what is to be told, and to whom. Where the browser keeps nothing, it
// lasts as long as the page.
import type { Statement } from './statement';

export interface Queued {
  id: string; // of the statement
  endpoint: string; // "": the page around this one
  auth: string; // of the endpoint's Authorization field; without an endpoint, the origin of the page around
  statement: Statement;
}

const kStore = 'statements';
const kMost = 1000; // the oldest go first

const finished = <T>(request: IDBRequest<T>) => new Promise<T>((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

export class Queue {
  private readonly memory = new Map<string, Queued>();
  private readonly database: Promise<IDBDatabase | null>;

  constructor() {
    this.database = new Promise((done) => {
      try {
        const request = indexedDB.open('chalkline', 1);
        request.onupgradeneeded = () => request.result.createObjectStore(kStore, { keyPath: 'n', autoIncrement: true }).createIndex('id', 'id');
        request.onsuccess = () => done(request.result);
        request.onerror = () => done(null);
      } catch {
        done(null); // storage is switched off
      }
    });
  }

  async add(entry: Queued): Promise<void> {
    const store = await this.store('readwrite');
    if (!store) return void this.memory.set(entry.id, entry);
    await finished(store.add(entry));
    const count = await finished(store.count());
    if (count <= kMost) return;
    const oldest = await finished(store.getAllKeys(null, count - kMost));
    for (const key of oldest) store.delete(key);
  }

  // The oldest first.
  async all(): Promise<Queued[]> {
    const store = await this.store('readonly');
    return store ? ((await finished(store.getAll())) as Queued[]) : [...this.memory.values()];
  }

  async remove(ids: string[]): Promise<void> {
    for (const id of ids) this.memory.delete(id);
    const store = await this.store('readwrite');
    if (!store) return;
    for (const id of ids) {
      const key = await finished(store.index('id').getKey(id));
      if (key !== undefined) store.delete(key);
    }
  }

  private async store(mode: IDBTransactionMode): Promise<IDBObjectStore | null> {
    return (await this.database)?.transaction(kStore, mode).objectStore(kStore) ?? null;
  }
}
