import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

import { licenses } from './licenses.ts'

// The same build is served at `/` by `heddle serve` and at `tauri://localhost/` by the window. Addresses are paths
// (`/workflows/x`), so assets are named from the root: relative names would break on a reload of a deep address.
export default defineConfig({
  base: '/',
  plugins: [react(), licenses()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2024',
    // Inlined `data:` assets and the module-preload polyfill (an inline script) would need holes in the CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    strictPort: true,
    // `npm run dev` in a browser talks to a running `heddle serve`.
    // The bundled example lies beside this folder.
    fs: { allow: ['..'] },
    proxy: { '/api': { target: process.env['HEDDLE_SERVER'] ?? 'http://127.0.0.1:4319' } },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
  },
})
