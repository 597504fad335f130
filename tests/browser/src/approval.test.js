// Approvals beyond the plain one: a form, changed data, a refusal, a deadline.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

/** A drawn workflow: an approval with a form of one field, and a step for each decision. @param {'dark' | 'light'} theme */
async function asking(theme) {
  const { person, steps } = await stage.draw(theme, ['approval', ['transform', 1.4, 0], ['transform', 1.4, 1]]);
  const [asks = '', pays = '', tells = ''] = steps;
  await person.inspects(asks, 'config');
  await person.types('field-/message', 'Pay back {{ input.amount }}?');
  await person.clicks('approval-form-add');
  await person.writes('approval-form-0-name', 'amount');
  await person.page.keyboard.press('Tab');
  await person.chooses('approval-form-0-type', 'number');
  await person.wiresBranch(asks, 'approved', pays);
  await person.seesWires(1);
  await person.wiresBranch(asks, 'rejected', tells);
  await person.seesWires(2);
  return { person, asks, pays, tells };
}

test('what is asked about is changed in the form, and the execution says who decided what', async () => {
  const { person, asks, pays, tells } = await asking('light');
  await person.photographs('approval-form-light');
  await person.testRuns({ amount: 80 });
  await person.seesWith(`node-${asks}`, 'data-status', 'waiting');
  await person.clicks('nav-inbox');
  await person.reads('approval-message', 'Pay back 80?');
  await person.writes('field-/amount', '60');
  await person.writes('approval-comment', 'Sixty will do');
  await person.reads('approve', 'Approve with changes');
  await person.photographs('inbox-form-light');
  assert.deepEqual(await person.serious(), []);
  const address = await person.page.locator('[data-testid^="inbox-open-"]').first().getAttribute('href');
  await person.clicks('approve');
  await person.sees('empty-state');
  await person.at('inbox-count').first().waitFor({ state: 'detached' });
  await person.goesTo(address ?? '');
  await person.clicks('execution-tab-graph');
  await person.reads(`decided-${asks}`, 'approved by user');
  await person.seesWith(`run-node-${pays}`, 'data-status', 'completed');
  await person.seesWith(`run-node-${tells}`, 'data-status', 'skipped');
  await person.clicks(`run-node-${asks}`);
  await person.reads('decided', 'Sixty will do');
  await person.photographs('decided-light');
  assert.deepEqual(person.complaints, []);
});

test('a refusal takes its own branch', async () => {
  const { person, asks, pays, tells } = await asking('dark');
  await person.testRuns({ amount: 80 });
  await person.clicks('banner-reject');
  await person.seesWith(`node-${tells}`, 'data-status', 'completed');
  await person.seesWith(`node-${pays}`, 'data-status', 'skipped');
  await person.reads(`decided-${asks}`, 'rejected by user');
  await person.photographs('rejected-dark');
  assert.deepEqual(person.complaints, []);
});

test('nobody decides before the deadline, so the default does', async () => {
  const { person, asks, tells } = await asking('dark');
  await person.inspects(asks, 'config');
  await person.writes('field-/deadline_ms', '0.2');
  await person.photographs('deadline-dark');
  await person.testRuns({ amount: 80 });
  await person.seesWith(`node-${tells}`, 'data-status', 'completed');
  await person.reads(`decided-${asks}`, 'rejected by deadline');
  await person.inspects(asks, 'run');
  await person.reads('decided', 'nobody decided before the deadline');
  assert.deepEqual(person.complaints, []);
});
