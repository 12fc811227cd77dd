// The studio's build, called by ../build/main.mjs; and `npx vite web/studio`, its page with a server behind it that `./chalk run`
// has started, for whoever works on it.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)), // Debian 12's Node has no import.meta.dirname
  publicDir: false,
  logLevel: 'warn',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  build: {
    target: ['chrome91', 'safari14.1', 'firefox88'],
    modulePreload: false,
    rollupOptions: {
      output: {
        hashCharacters: 'hex',
        entryFileNames: 'assets/studio-[hash].js',
        chunkFileNames: 'assets/studio-[name]-[hash].js',
        assetFileNames: 'assets/studio-[hash][extname]',
      },
    },
  },
  server: {
    proxy: Object.fromEntries(['/api', '/files', '/v', '/l', '/watch', '/embed', '/assets', '/t/'].map((path) => [path, process.env.CHALKLINE_SERVER ?? 'http://127.0.0.1:8080'])),
  },
});
