// axe finds nothing serious on any page, in either theme.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

const PAGES = [
  { path: '/', ready: 'nav-workflows' },
  { path: '/workflows/it-ticket-triage', ready: 'node-solve' },
  { path: '/executions', ready: 'nav-executions' },
  { path: '/inbox', ready: 'empty-state' },
  { path: '/agents', ready: 'nav-agents' },
  { path: '/settings', ready: 'pools' },
];

for (const theme of /** @type {const} */ (['dark', 'light'])) {
  test(`nothing serious is found, ${theme}`, async () => {
    const person = await stage.open(theme);
    for (const { path, ready } of PAGES) {
      await person.goesTo(path);
      await person.sees(ready);
      assert.deepEqual(await person.serious(), [], path);
    }
  });
}
