// Storage in the settings: what takes space, what is kept, and what a star is good for.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('the oldest executions go when a limit says so, but not one with a star', async () => {
  const { person, steps } = await stage.draw('light', ['transform']);
  const [only = ''] = steps;
  await person.testRuns({ order: 1 });
  await person.seesWith(`node-${only}`, 'data-status', 'completed');

  await person.goesTo('/executions');
  const rows = person.page.locator('[data-testid^="execution-row-"][data-status="completed"]');
  const star = person.page.locator('[data-testid^="execution-star-"]');
  await star.first().click();
  await person.page.locator('[data-testid^="execution-star-"][aria-pressed="true"]').waitFor();
  const starred = await star.first().getAttribute('data-testid');
  for (const count of [1, 2]) {
    await person.page.locator('[data-testid^="execution-retry-"]').first().click();
    await rows.nth(count).waitFor();
  }

  await person.goesTo('/settings');
  await person.reads('storage-use', '3, 1 starred');
  await person.writes('storage-executions', '1');
  await person.clicks('storage-save');
  await person.page.getByTestId('storage-save').waitFor({ state: 'detached' });
  await person.clicks('storage-clean');
  await person.page.getByText('1 execution would go').waitFor();
  await person.photographs('storage-light');
  await person.clicks('confirm-agree');
  await person.reads('storage-use', '2, 1 starred');

  await person.goesTo('/executions');
  await rows.nth(1).waitFor();
  assert.equal(await rows.count(), 2);
  assert.equal(await person.page.getByTestId(starred ?? '').getAttribute('aria-pressed'), 'true');
  assert.deepEqual(person.complaints, []);
});
