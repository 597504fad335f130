// Patterns as people use them: an approval that is decided in the inbox, a loop whose turns are unfolded.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('an approval is drawn between two steps, waits in the inbox, and goes on once it is decided', async () => {
  const { person, steps } = await stage.draw('dark', ['transform', 'approval', 'transform']);
  const [first = '', asks = '', last = ''] = steps;
  await person.wires(first, asks);
  await person.seesWires(1);
  await person.wiresBranch(asks, 'approved', last);
  await person.seesWires(2);

  await person.testRuns({ refund: 499 });
  await person.seesWith(`node-${asks}`, 'data-status', 'waiting');
  await person.seesWith('execution-banner', 'data-status', 'paused');
  await person.photographs('approval-waits-dark');

  await person.reads('inbox-count', '1');
  await person.clicks('nav-inbox');
  await person.sees('approval-message');
  await person.photographs('inbox-dark');
  await person.writes('approval-comment', 'They are right');
  await person.page.locator('[data-testid^="inbox-open-"]').first().getAttribute('href').then((address) => {
    assert.match(address ?? '', /^\/executions\/exec-/);
  });
  const address = await person.page.locator('[data-testid^="inbox-open-"]').first().getAttribute('href');
  await person.clicks('approve');
  await person.sees('empty-state');

  await person.goesTo(address ?? '');
  await person.seesWith('execution-page', 'data-status', 'completed');
  await person.sees(`timeline-bar-${asks}-1-person`);
  await person.sees(`timeline-bar-${last}-1-running`);
  await person.clicks('execution-tab-log');
  await person.page.getByText('They are right').first().waitFor();
  assert.deepEqual(person.complaints, []);
});

test('a for-each loop is set in the inspector, runs, and its turns unfold on the timeline', async () => {
  const { person, steps } = await stage.draw('light', ['transform']);
  const [each = ''] = steps;
  await person.inspects(each, 'flow');
  await person.picks('loop-way', 'For each');
  await person.writes('loop-items', 'input.orders');
  await person.writes('loop-concurrency', '4');
  await person.sees(`mark-loop-${each}`);
  await person.photographs('loop-settings-light');

  await person.testRuns({ orders: Array.from({ length: 12 }, (_, n) => ({ n })) });
  await person.seesWith(`node-${each}`, 'data-status', 'completed');
  await person.reads(`turns-${each}`, '12 of 12');
  await person.reads(`timeline-counts-${each}`, '12');
  assert.equal(await person.at(`timeline-row-${each}[0]`).count(), 0);
  await person.clicks(`timeline-fold-${each}`);
  await person.sees(`timeline-row-${each}[0]`);
  await person.clicks(`timeline-row-${each}[2]`);
  await person.seesWith('step-detail', 'data-step', `${each}[2]`);
  await person.photographs('loop-turns-light');
  assert.deepEqual(person.complaints, []);
});
