// Two bundles: the extension for the host (Node), and the Ask panel's script for the webview.
import { build } from 'esbuild';

const common = { bundle: true, minify: true, sourcemap: false, legalComments: 'none' };

await build({
  ...common,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
});
await build({
  ...common,
  entryPoints: ['src/panel/view.ts'],
  outfile: 'dist/panel.js',
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
});
