// What happens when something fails: retries, timeouts, the error branch, a default, undoing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

const FAILS = 'function run(input) { throw new Error("the parcel is broken"); }';

test('a step that fails for good takes its error branch, or its default', async () => {
  const { person, steps: [fails = '', tells = ''] } = await stage.draw('dark', ['script', ['transform', 1.4, 1]]);
  await person.inspects(fails, 'config');
  await person.types('field-/code', FAILS);
  await person.clicks('inspector-tab-policy');
  await person.picks('policy-on-error', 'Error branch');
  await person.wiresBranch(fails, 'error', tells);
  await person.seesWires(1);
  await person.photographs('policy-dark');
  await person.testRuns({});
  await person.seesWith(`node-${tells}`, 'data-status', 'completed');
  await person.seesWith('execution-banner', 'data-status', 'completed');
  await person.photographs('error-branch-dark');

  await person.inspects(fails, 'policy');
  await person.picks('policy-on-error', 'Default');
  await person.types('policy-default', '{"parcel": "none"}');
  await person.testRuns({});
  await person.seesWith(`node-${fails}`, 'data-status', 'completed');
  await person.photographs('default-dark');
  assert.deepEqual(person.complaints, []);
});

test('attempts that take too long are made again, as often as the policy says', async () => {
  const { person, steps: [waits = ''] } = await stage.draw('light', ['wait']);
  await person.inspects(waits, 'config');
  await person.photographs('wait-settings-light');
  await person.clicks('inspector-tab-policy');
  await person.writes('policy-timeout', '0.05');
  await person.at('policy-retry').first().click({ force: true });
  await person.writes('policy-attempts', '2');
  await person.writes('policy-initial', '0.05');
  await person.photographs('retry-light');
  await person.testRuns({});
  await person.seesWith(`node-${waits}`, 'data-status', 'failed');
  await person.sees(`timeline-bar-${waits}-2-waiting`);
  await person.reads('execution-error', 'timeout');
  await person.photographs('timeouts-light');
  assert.deepEqual(person.complaints, []);
});

test('a step that takes too long with all its attempts is stopped, however many there might still be', async () => {
  const { person, steps: [waits = ''] } = await stage.draw('dark', ['wait']);
  await person.inspects(waits, 'policy');
  await person.writes('policy-timeout', '0.05');
  await person.writes('policy-step-timeout', '0.4');
  await person.at('policy-retry').first().click({ force: true });
  await person.writes('policy-attempts', '50');
  await person.writes('policy-initial', '0.02');
  await person.testRuns({});
  await person.seesWith(`node-${waits}`, 'data-status', 'failed');
  await person.reads('execution-error', 'the step took longer than 400 ms, all attempts together');
  // Tried again and again, and stopped long before the fiftieth.
  await person.sees(`timeline-bar-${waits}-2-waiting`);
  assert.equal(await person.at(`timeline-bar-${waits}-50-waiting`).count(), 0);
  await person.photographs('step-timeout-dark');

  // Without a limit of its own the first attempt goes on until the step's time is over.
  await person.inspects(waits, 'policy');
  await person.writes('policy-timeout', '');
  await person.testRuns({});
  await person.seesWith(`timeline-bar-${waits}-1-waiting`, 'data-outcome', 'cancelled');
  await person.clicks('open-execution');
  await person.reads('step-detail', 'Failed');
  await person.reads('failure-message', 'all attempts together');
  assert.equal(await person.at(`timeline-bar-${waits}-2-waiting`).count(), 0);
  await person.photographs('step-timeout-run-dark');
  assert.deepEqual(await person.serious(), []);
  assert.deepEqual(person.complaints, []);
});

test('what was done is undone when a later step fails, and it is seen what undoes what', async () => {
  const { person, steps: [pays = '', sends = ''] } = await stage.draw('dark', ['transform', ['script', 1.4, 0]]);
  await person.inspects(pays, 'config');
  await person.writes('step-name', 'Take the payment');
  await person.inspects(sends, 'config');
  await person.types('field-/code', FAILS);
  await person.wires(pays, sends);
  await person.seesWires(1);
  await person.inspects(pays, 'flow');
  await person.clicks('undo-with');
  await person.writes('quick-add-search', 'transform');
  await person.page.keyboard.press('Enter');
  await person.seesWires(2);
  const undoes = (await person.steps()).find((step) => ![pays, sends].includes(step)) ?? '';
  await person.sees(`mark-undoes-${undoes}`);
  await person.reads(`node-${undoes}`, 'undoes Take the payment');
  await person.reads('undoes', 'Undoes Take the payment');
  await person.photographs('undo-drawn-dark');
  await person.testRuns({ euros: 9 });
  await person.seesWith('execution-banner', 'data-status', 'failed');
  await person.reads(`undid-${undoes}`, 'undid Take the payment');
  await person.photographs('undo-run-dark');
  await person.clicks('open-execution');
  await person.clicks('execution-tab-graph');
  await person.reads(`undid-${undoes}`, 'undid Take the payment');
  await person.photographs('undo-graph-dark');
  assert.deepEqual(await person.serious(), []);
  assert.deepEqual(person.complaints, []);
});

test('a fallback workflow takes over what failed, and the execution says so', async () => {
  const { person } = await stage.draw('light', ['transform']);
  await person.writes('workflow-name', 'Tell somebody');
  await person.page.keyboard.press('Enter');
  await person.seesWith('version-chip', 'data-save', 'saved');
  await person.clicks('nav-workflows');
  await person.clicks('new-workflow');
  await person.sees('canvas');
  await person.placesAgent('script', { x: 200, y: 200 });
  await person.page.locator('[data-testid^="node-"]').first().waitFor();
  const [fails = ''] = await person.steps();
  await person.inspects(fails, 'config');
  await person.types('field-/code', FAILS);
  await person.at('canvas').first().click({ position: { x: 500, y: 500 } });
  await person.chooses('setting-fallback', 'Tell somebody');
  await person.photographs('fallback-setting-light');
  await person.testRuns({});
  await person.seesWith('execution-banner', 'data-status', 'completed');
  await person.reads('execution-banner', 'Completed by the fallback workflow');
  await person.clicks('open-execution');
  await person.reads('banner-failed-step', 'Script failed');
  await person.page.locator('[data-testid^="timeline-row-~fallback/"]').first().waitFor();
  await person.photographs('fallback-light');
  assert.deepEqual(person.complaints, []);
});
