#!/usr/bin/env node
// Plain JavaScript, so that an old Node can still read why it is refused.
const [major = '0'] = process.versions.node.split('.');
if (Number(major) < 24) {
  process.stderr.write(
    `keywarden needs Node.js 24 or newer, this is ${process.versions.node}; in the checkout "npx keywarden" brings its own\n`,
  );
  process.exit(2);
}
await import('./main.ts');
