// A tus server in wide use, @tus/server with its file store, for the upload benchmark: `node tus_server.mjs PORT FOLDER`. As its
// README sets it up, and nothing more: it answers when the kernel has the bytes, and neither flushes nor hashes them.
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [port, directory] = process.argv.slice(2);
const server = new Server({ path: '/files', datastore: new FileStore({ directory }) });
server.listen({ host: '127.0.0.1', port: Number(port) });
