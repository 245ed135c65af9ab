#!/usr/bin/env -S node --max-semi-space-size=8 --max-old-space-size=1024
// A heap that may grow to 2 GB and more grows by four times its live objects before it is cleaned; below, by less than two.
import { fileURLToPath } from 'node:url';

// Plain JavaScript, so that an old Node can still read why it is refused.
const [major = '0'] = process.versions.node.split('.');
if (Number(major) < 24) {
  process.stderr.write(
    `keywarden needs Node.js 24 or newer, this is ${process.versions.node}; in the checkout "npx keywarden" brings its own\n`,
  );
  process.exit(2);
}
// Parsing and stripping types costs a third of a start, once.
const { enableCompileCache } = await import('node:module');
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/keywarden', import.meta.url)));
await import('./main.ts');
