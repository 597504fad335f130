// axe finds nothing serious on any page, in either theme.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
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
  { path: '/agents', ready: 'nav-agents' },
  { path: '/settings', ready: 'nav-settings' },
];

for (const theme of /** @type {const} */ (['dark', 'light'])) {
  test(`nothing serious is found, ${theme}`, async () => {
    const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const person = await stage.open(theme);
    for (const { path, ready } of PAGES) {
      await person.goesTo(path);
      await person.sees(ready);
      await person.page.evaluate(source);
      const found = await person.page.evaluate(async () => {
        // @ts-expect-error axe has just been put there
        const { violations } = await globalThis.axe.run();
        return violations
          .filter((/** @type {any} */ one) => ['serious', 'critical'].includes(one.impact))
          .map((/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => node.html).join(' ')}`);
      });
      assert.deepEqual(found, [], path);
    }
  });
}
